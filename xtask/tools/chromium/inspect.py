"""Opens a page in a headless Chromium and prints, as JSON, what is on it.

usage: inspect.py BROWSER PAGE SCRIPT

PAGE is a file. SCRIPT is JavaScript that is evaluated once the page has loaded, in light colours and in dark ones.
The browser is spoken to over a pipe, in the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/.
"""

import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

PATIENCE = 60.0
FLAGS = [
    "--headless=shell", "--no-sandbox", "--no-zygote", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--remote-debugging-pipe",
]


class Browser:
    def __init__(self, program, profile):
        to_read, self.out = os.pipe()
        self.into, to_write = os.pipe()

        def plumb():
            # The protocol's pipes are the descriptors 3 and 4; they are moved up first, so that none is overwritten.
            read, write = os.dup2(to_read, 20), os.dup2(to_write, 21)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=plumb, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.buffer, self.sent, self.events = b"", 0, []

    def receive(self):
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            left = max(0.0, end - time.monotonic())
            if not select.select([self.into], [], [], left)[0]:
                sys.exit("the browser does not answer")
            piece = os.read(self.into, 1 << 16)
            if not piece:
                sys.exit("the browser has ended")
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.sent += 1
        message = {"id": self.sent, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.sent:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())


def main():
    program, page, script = sys.argv[1:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            target = browser.call("Target.createTarget", url="about:blank")["targetId"]
            session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Runtime", "Log", "Network", "Page"):
                browser.call(f"{domain}.enable", session)
            browser.call("Page.navigate", session, url=pathlib.Path(page).resolve().as_uri())
            browser.wait("Page.loadEventFired")
            found = {}
            for scheme in ("light", "dark"):
                features = [{"name": "prefers-color-scheme", "value": scheme}]
                browser.call("Emulation.setEmulatedMedia", session, features=features)
                result = browser.call("Runtime.evaluate", session, expression=script, returnByValue=True)
                if "exceptionDetails" in result:
                    sys.exit(f"the script failed: {result['exceptionDetails']}")
                found[scheme] = result["result"].get("value")
        finally:
            browser.process.kill()
            browser.process.wait()
    of = lambda name: [event["params"] for event in browser.events if event.get("method") == name]
    json.dump({
        "console": of("Runtime.consoleAPICalled") + of("Runtime.exceptionThrown") + of("Log.entryAdded"),
        "requests": [event["request"]["url"] for event in of("Network.requestWillBeSent")],
        **found,
    }, sys.stdout)


main()
