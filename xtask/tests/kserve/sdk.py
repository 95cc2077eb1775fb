"""Reads KServe's objects with its SDK, and says what is lost.

The input is a JSON list of objects; a line is printed for each that the SDK can't read, and for each field that it does
not give back as it was written. Only the models and the client that reads them are loaded: the SDK's package itself brings a web server along.
"""

import importlib
import json
import pathlib
import sys
import types

# Packages whose own first file is left out: it imports what models don't need.
for name in ("kserve", "kubernetes"):
    folders = (pathlib.Path(entry) / name for entry in sys.path)
    package = types.ModuleType(name)
    package.__path__ = [str(next(folder for folder in folders if folder.is_dir()))]
    sys.modules[name] = package

models = importlib.import_module("kserve.models")
kubernetes = importlib.import_module("kubernetes.client")
sys.modules["kserve"].models = models
client = importlib.import_module("kserve.api_client").ApiClient()

MODELS = {
    "InferenceService": "V1beta1InferenceService",
    "InferenceGraph": "V1alpha1InferenceGraph",
    "ServingRuntime": "V1alpha1ServingRuntime",
    "ClusterServingRuntime": "V1alpha1ClusterServingRuntime",
}


def complete():
    """Gives the SDK the models of Kubernetes that its own name, and takes the rest as they are."""
    for name in dir(models):
        for kind in getattr(getattr(models, name), "openapi_types", {}).values():
            for part in kind.replace("list[", "").replace("dict(str, ", "").rstrip("])").split(", "):
                if part.startswith("V") and not hasattr(models, part) and hasattr(kubernetes, part):
                    add(part)
                elif part[0].isupper() and not hasattr(models, part):
                    setattr(models, part, object)


def add(name):
    """Takes one model of Kubernetes, and those that it names."""
    if hasattr(models, name) or not hasattr(kubernetes, name):
        return
    model = getattr(kubernetes, name)
    setattr(models, name, model)
    for kind in model.openapi_types.values():
        # The newer client writes `dict[str, str]`, which the SDK does not know.
        part = kind.replace("list[", "").replace("dict[str, ", "").replace("dict(str, ", "").rstrip("])")
        add(part)
    model.openapi_types = {
        field: kind.replace("dict[str, ", "dict(str, ").replace("]", ")") if kind.startswith("dict[") else kind
        for field, kind in model.openapi_types.items()
    }


def compare(written, read, path, out):
    """Collects where two documents differ."""
    if isinstance(written, dict) and isinstance(read, dict):
        for key in sorted(written.keys() | read.keys()):
            # The SDK names a model's container "", as KServe's defaulter does.
            if key in written or read[key] != "":
                compare(written.get(key), read.get(key), f"{path}.{key}", out)
    elif isinstance(written, list) and isinstance(read, list) and len(written) == len(read):
        for index, (one, other) in enumerate(zip(written, read)):
            compare(one, other, f"{path}[{index}]", out)
    elif written != read:
        out.append(f"{path}: written {json.dumps(written)}, read {json.dumps(read)}")


complete()
for document in json.load(sys.stdin):
    response = types.SimpleNamespace(data=json.dumps(document))
    name = f"{document['kind']} {document['metadata']['name']}"
    try:
        read = client.deserialize(response, MODELS[document["kind"]])
    except Exception as error:  # whatever it is, the SDK can't read the document
        print(f"{name}: {type(error).__name__} {error}")
        continue
    differences = []
    compare(document, client.sanitize_for_serialization(read), name, differences)
    print("\n".join(differences), end="\n" if differences else "")
