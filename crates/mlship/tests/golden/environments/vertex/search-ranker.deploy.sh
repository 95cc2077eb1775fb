#!/usr/bin/env bash
# Uploads this version of the model, makes the endpoint, deploys the version there and gives it its traffic. It may be
# run again: what is there already stays. Wants `curl`, and `gcloud` with credentials.
set -euo pipefail

project="${PROJECT:?set PROJECT to the id of the project}"
region="${REGION:?set REGION to the region, such as europe-west4}"
for word in "$project" "$region"; do
  if ! [[ "$word" =~ ^[a-z0-9][-a-z0-9.:]*$ ]]; then
    echo "no id of a project or region: $word" >&2
    exit 2
  fi
done
# Vertex AI pulls from Artifact Registry alone.
image="${IMAGE:?set IMAGE to the copy of the image in Artifact Registry: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME:TAG}"
if ! [[ "$image" =~ ^[-a-z0-9]+-docker\.pkg\.dev/[-A-Za-z0-9._/:@]+$ ]]; then
  echo "not in Artifact Registry: $image" >&2
  exit 2
fi
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
api="https://$region-aiplatform.googleapis.com/v1"
parent="projects/$project/locations/$region"
model="$parent/models/"search-ranker
endpoint="$parent/endpoints/"search-ranker

# send METHOD PATH OPTIONS...: a request, its body from standard input.
send() {
  local method="$1" path="$2" token
  shift 2
  token="$(gcloud auth print-access-token)" || exit 1
  # The token is read from a file: arguments can be seen by everybody on the machine.
  curl --silent --show-error --request "$method" --header @<(printf 'Authorization: Bearer %s\n' "$token") \
    --header 'Content-Type: application/json' "$@" "$api/$path"
}

get() { send GET "$1" --fail-with-body </dev/null; }
write() { send "$1" "$2" --fail-with-body --data-binary @-; }

# Whether there is such a thing; an answer that says neither ends the script.
exists() {
  local code
  code="$(send GET "$1" --output /dev/null --write-out '%{http_code}' </dev/null)"
  case "$code" in
    200) return 0 ;;
    404) return 1 ;;
    *)
      echo "$api/$1 answered $code" >&2
      exit 1
      ;;
  esac
}

# Waits for the operation that an answer names.
finish() {
  local answer="$1" operation
  operation="$(sed -n '/\/operations\//{s/.*"name": *"\([^"]*\)".*/\1/p;q;}' <<<"$answer")"
  if [[ -z "$operation" ]]; then
    printf 'no operation in the answer: %s\n' "$answer" >&2
    exit 1
  fi
  until grep -q '"done": *true' <<<"$answer"; do
    sleep 10
    answer="$(get "$operation")"
  done
  if grep -q '"error": *{' <<<"$answer"; then
    printf '%s\n' "$answer" >&2
    exit 1
  fi
}

if ! exists "$model@"v-7-1-0-256240d2; then
  body="$(<"$here"/search-ranker.model.json)"
  from='"imageUri": "registry.example.com/search/ranker:7.1.0"'
  to="\"imageUri\": \"$image\""
  body="${body/"$from"/"$to"}"
  if exists "$model"; then
    from='"modelId": "search-ranker"'
    to="\"parentModel\": \"$model\""
    body="${body/"$from"/"$to"}"
  fi
  answer="$(write POST "$parent/models:upload" <<<"$body")"
  finish "$answer"
fi

if exists "$endpoint"; then
  write PATCH "$endpoint?updateMask=displayName,labels" <"$here"/search-ranker.endpoint.json >/dev/null
else
  answer="$(write POST "$parent/endpoints?endpointId="search-ranker <"$here"/search-ranker.endpoint.json)"
  finish "$answer"
fi

state="$(get "$endpoint")"
if ! grep -q '"id": *"8449498430"' <<<"$state"; then
  body="$(<"$here"/search-ranker.deploy.json)"
  from=projects/PROJECT/locations/REGION
  body="${body/"$from"/"$parent"}"
  answer="$(write POST "$endpoint:deployModel" <<<"$body")"
  finish "$answer"
fi

# The version that answers most requests now, if it is not this one.
old="$(awk -F '"' -v new=8449498430 '
  /"trafficSplit"/ { inside = 1 }
  inside && $2 ~ /^[0-9]+$/ && $2 != new { share = $3; gsub(/[^0-9]/, "", share); if (share + 0 > most) { most = share + 0; old = $2 } }
  /}/ { inside = 0 }
  END { print old }
' <<<"$state")"
traffic="$(<"$here"/search-ranker.traffic.json)"
write PATCH "$endpoint?updateMask=trafficSplit" <<<"$traffic" >/dev/null
if [[ -n "$old" ]]; then
  echo "the version before is still paid for; without it there is no quick way back:"
  echo "  gcloud ai endpoints undeploy-model $endpoint --deployed-model-id=$old"
fi

dns="$(sed -n 's/.*"dedicatedEndpointDns": *"\([^"]*\)".*/\1/p' <<<"$state")"
echo "https://${dns:-$region-aiplatform.googleapis.com}/v1/$endpoint/invoke"
