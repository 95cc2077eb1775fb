"""Judges bodies of requests to Vertex AI: `vertex.py FILE...` prints one line of JSON for each.

Each is read by the message type of google-cloud-aiplatform that its name tells, and a field that the type does not
have is an error.
"""

import importlib.util
import json
import sys
import types

# The package itself would load the clients of all services, which takes half a minute; the types don't need them.
package = types.ModuleType("google.cloud.aiplatform_v1")
places = importlib.util.find_spec("google.cloud").submodule_search_locations
package.__path__ = [f"{place}/aiplatform_v1" for place in places]
sys.modules[package.__name__] = package

from google.cloud.aiplatform_v1.types import endpoint, endpoint_service, model_service  # noqa: E402
from google.protobuf import json_format  # noqa: E402

TYPES = {
    "model": model_service.UploadModelRequest,
    "endpoint": endpoint.Endpoint,
    "deploy": endpoint_service.DeployModelRequest,
    "traffic": endpoint.Endpoint,
}

for path in sys.argv[1:]:
    message = TYPES[path.split(".")[-2]]
    said = {"path": path, "type": message.__name__}
    try:
        with open(path, encoding="utf-8") as file:
            body = json.load(file)
        parsed = json_format.ParseDict(body, message.pb(message()), ignore_unknown_fields=False)
        # What comes back is what went in: nothing was taken for something else.
        said["same"] = json_format.MessageToDict(parsed) == body
    except (ValueError, json_format.ParseError) as error:
        said["error"] = str(error)
    print(json.dumps(said))
