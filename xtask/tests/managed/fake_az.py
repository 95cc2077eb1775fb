#!/usr/bin/env -S python3 -I -S
"""Answers as `az` would, and remembers what was made in the file FAKE_LOG.json.

Each call is noted in FAKE_LOG, every argument in `<>`. What Azure refuses ends with an error: shares that are not 100
in sum, versions that are not there, a version that both answers and gets copies, copies for two versions or for more
than half of the requests. A file that an endpoint is updated by replaces its traffic, as `_merge_with` of
azure-ai-ml's entities does; each is kept beside FAKE_LOG.
"""

import json
import os
import sys

LOG = os.environ["FAKE_LOG"]
KNOWN = {
    "ml online-endpoint show": {"name", "query", "output"},
    "ml online-endpoint create": {"file", "output"},
    "ml online-endpoint update": {"name", "file", "traffic", "mirror-traffic", "output"},
    "ml online-deployment show": {"name", "endpoint-name", "query", "output"},
    "ml online-deployment create": {"file", "output"},
    "ml online-deployment update": {"file", "output"},
    "monitor autoscale create": {"name", "resource", "min-count", "max-count", "count", "output"},
    "monitor autoscale rule delete": {"autoscale-name", "index", "output"},
    "monitor autoscale rule create": {"autoscale-name", "condition", "scale", "output"},
}

words = sys.argv[1:]
with open(LOG, "a") as file:
    file.write("".join(f"<{word}>" for word in words) + "\n")
try:
    state = json.load(open(LOG + ".json"))
except FileNotFoundError:
    state = {"endpoint": None, "deployments": []}

first = next(index for index, word in enumerate(words) if word.startswith("--"))
command, given, name = " ".join(words[:first]), {}, None
for word in words[first:]:
    if word.startswith("--") and (name is None or given[name]):
        name = word[2:]
        assert name not in given, f"{word} twice"
        given[name] = []
    else:
        given[name].append(word)
place = {"resource-group"} | ({"workspace-name"} if command.startswith("ml ") else set())
assert place <= given.keys() <= KNOWN[command] | place, f"{command}: {given}"
assert all(len(values) == (2 if name == "scale" else 1) for name, values in given.items()), given
given = {name: values[0] for name, values in given.items()}


def written(field):
    """What a file says in a line of its own."""
    lines = open(given["file"]).read().splitlines()
    found = [line.partition(": ")[2] for line in lines if line.startswith(f"{field}: ")]
    return found[0] if found else None


def shares(text):
    return {name: int(share) for name, share in (part.split("=") for part in text.split())}


endpoint = state["endpoint"]
if command == "ml online-endpoint create":
    assert endpoint is None and not written("traffic"), "traffic can't be set before there are versions"
    state["endpoint"] = {"name": written("name"), "traffic": {}, "mirror_traffic": {}}
elif command == "ml online-deployment create":
    assert endpoint and written("endpoint_name") == endpoint["name"]
    assert written("name") not in state["deployments"]
    state["deployments"].append(written("name"))
elif command == "ml online-deployment update":
    assert written("name") in state["deployments"]
elif command == "ml online-endpoint update":
    assert given["name"] == endpoint["name"]
    if "file" in given:
        assert written("name") == endpoint["name"]
        with open(f"{LOG}.{os.getpid()}.endpoint.yaml", "w") as file:
            file.write(open(given["file"]).read())
        endpoint["traffic"] = json.loads(written("traffic") or "{}")
        endpoint["mirror_traffic"] = json.loads(written("mirror_traffic") or "{}")
    if "traffic" in given:
        endpoint["traffic"] = shares(given["traffic"])
    if "mirror-traffic" in given:
        endpoint["mirror_traffic"] = shares(given["mirror-traffic"])
    for part in ("traffic", "mirror_traffic"):
        assert endpoint[part].keys() <= set(state["deployments"]), endpoint
        endpoint[part] = {name: share for name, share in endpoint[part].items() if share}
    answering, copied = endpoint["traffic"], endpoint["mirror_traffic"]
    assert sum(answering.values()) in (0, 100), endpoint
    assert len(copied) <= 1 and sum(copied.values()) <= 50 and not answering.keys() & copied.keys(), endpoint
elif command == "ml online-endpoint show":
    if endpoint is None:
        sys.exit("(ResourceNotFound) there is no such endpoint")
    query = given.get("query")
    idle = {name: 0 for name in state["deployments"] if name not in endpoint["mirror_traffic"]}
    answers = {
        "to_string(traffic)": json.dumps(idle | endpoint["traffic"], separators=(",", ":")),
        "to_string(mirror_traffic)": json.dumps(endpoint["mirror_traffic"], separators=(",", ":")),
        "scoring_uri": "https://churn.example.inference.ml.azure.com/score",
    }
    assert query is None or given["output"] == "tsv"
    print(answers[query] if query else "", end="\n" if query else "")
elif command == "ml online-deployment show":
    if given["name"] not in state["deployments"]:
        sys.exit("(ResourceNotFound) there is no such deployment")
    print("/subscriptions/0/deployment" if given.get("query") == "id" else "", end="\n" if "query" in given else "")
json.dump(state, open(LOG + ".json", "w"))
