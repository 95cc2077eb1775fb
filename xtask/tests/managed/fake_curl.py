#!/usr/bin/env -S python3 -I -S
"""Answers as Vertex AI's API would, and remembers what was made in the file FAKE_LOG.json.

Each request is noted in FAKE_LOG as `METHOD path`, and its body in a file of its own beside it. Operations are done
at the second look at them.
"""

import json
import os
import re
import sys

LOG = os.environ["FAKE_LOG"]
method, url, writes_code, headers, body = "GET", None, False, [], None
arguments = iter(sys.argv[1:])
for argument in arguments:
    if argument == "--request":
        method = next(arguments)
    elif argument == "--header":
        header = next(arguments)
        headers.append(open(header[1:]).read() if header.startswith("@") else header)
    elif argument == "--data-binary":
        body = sys.stdin.read() if next(arguments) == "@-" else None
    elif argument == "--write-out":
        writes_code = next(arguments) == "%{http_code}"
    elif argument == "--output":
        next(arguments)
    elif not argument.startswith("--"):
        url = argument

assert any(re.fullmatch(r"Authorization: Bearer ya29\.token\n?", header) for header in headers), headers
assert not any("ya29" in argument for argument in sys.argv), "the token is among the arguments"
path = re.fullmatch(r"https://[a-z0-9-]+-aiplatform\.googleapis\.com/v1/(.*)", url)[1]

state = {"versions": [], "endpoint": None, "looks": 0}
if os.path.exists(LOG + ".json"):
    state = json.load(open(LOG + ".json"))
with open(LOG, "a") as log:
    log.write(f"{method} {path}\n")
if body is not None:
    kind = {"upload": "model", "deployModel": "deploy"}.get(path.rsplit(":", 1)[-1])
    kind = kind or ("traffic" if "updateMask=trafficSplit" in path else "endpoint")
    number = sum(1 for line in open(LOG))
    with open(f"{LOG}.{number}.{kind}.json", "w") as file:
        file.write(body)
    body = json.loads(body)

code, answer = 200, {}
parent = path.split("/models")[0].split("/endpoints")[0]
begun = {"name": f"{parent}/operations/1", "metadata": {"genericMetadata": {}}}
if "/operations/" in path:
    state["looks"] += 1
    answer = {"name": path, "done": state["looks"] % 2 == 0}
elif path.endswith("/models:upload"):
    given = "modelId" in body
    assert given != ("parentModel" in body) and given == (not state["versions"]), body
    state["versions"] += body["model"]["versionAliases"]
    answer = begun
elif "/models/" in path:
    alias = path.partition("@")[2]
    code = 200 if (alias in state["versions"] if alias else state["versions"]) else 404
elif method == "POST" and "/endpoints?endpointId=" in path:
    assert state["endpoint"] is None
    state["endpoint"] = {"name": "e", "dedicatedEndpointDns": "1.r-2.prediction.vertexai.goog", **body}
    answer = begun
elif path.endswith(":deployModel"):
    deployed = body["deployedModel"]
    assert deployed["model"].startswith(f"{parent}/models/"), deployed["model"]
    assert deployed["model"].partition("@")[2] in state["versions"]
    state["endpoint"].setdefault("deployedModels", []).append(deployed)
    answer = begun
elif method == "PATCH":
    if "trafficSplit" in body:
        known = {deployed["id"] for deployed in state["endpoint"]["deployedModels"]}
        assert set(body["trafficSplit"]) <= known and sum(body["trafficSplit"].values()) == 100, body
    state["endpoint"].update(body)
    answer = state["endpoint"]
elif state["endpoint"] is None:
    code = 404
else:
    answer = state["endpoint"]

json.dump(state, open(LOG + ".json", "w"))
print(code if writes_code else json.dumps(answer, indent=2))
