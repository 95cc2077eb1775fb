"""Judges files for `az ml`: `azureml.py FILE...` prints one line of JSON for each.

Each is loaded by azure-ai-ml's own schemas into its entity, which is turned into the request that Azure is sent.
"""

import json
import sys

from azure.ai.ml import load_online_deployment, load_online_endpoint


def loaded(path):
    if path.endswith(".endpoint.yaml"):
        endpoint = load_online_endpoint(path)
        endpoint._to_rest_online_endpoint("eastus")
        return {"entity": type(endpoint).__name__, "name": endpoint.name, "mirror": endpoint.mirror_traffic}
    deployment = load_online_deployment(path)
    said = {
        "entity": type(deployment).__name__,
        "name": deployment.name,
        "instance": deployment.instance_type,
        "image": deployment.environment.image,
        "model": deployment.model and deployment.model.path,
    }
    # What is uploaded before is named by its id in the request.
    deployment.environment, deployment.model = "azureml:environment:1", deployment.model and "azureml:model:1"
    deployment._to_rest_object("eastus")
    return said


for path in sys.argv[1:]:
    try:
        said = loaded(path)
    except Exception as error:  # Whatever it is, it is a finding.
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"path": path, **said}))
