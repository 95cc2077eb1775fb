#!/usr/bin/env bash
# Makes or updates the endpoint and this version of it, and gives the version its traffic. It may be run again.
# Wants a signed-in `az` with the extension `ml`, and RESOURCE_GROUP and WORKSPACE.
set -euo pipefail

: "${RESOURCE_GROUP:?set RESOURCE_GROUP to the resource group of the workspace}"
: "${WORKSPACE:?set WORKSPACE to the workspace}"
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
where=(--resource-group "$RESOURCE_GROUP" --workspace-name "$WORKSPACE")

if az ml online-endpoint show --name search-ranker "${where[@]}" --output none 2>/dev/null; then
  az ml online-endpoint update --name search-ranker --file "$here"/search-ranker.endpoint.yaml "${where[@]}" --output none
else
  az ml online-endpoint create --file "$here"/search-ranker.endpoint.yaml "${where[@]}" --output none
fi

# The version that answers now, if it is not this one.
old="$(az ml online-deployment list --endpoint-name search-ranker "${where[@]}" --query "[?name != 'v-7-1-0'] | [0].name" --output tsv)"

if az ml online-deployment show --name v-7-1-0 --endpoint-name search-ranker "${where[@]}" --output none 2>/dev/null; then
  az ml online-deployment update --file "$here"/search-ranker.deployment.yaml "${where[@]}" --output none
else
  az ml online-deployment create --file "$here"/search-ranker.deployment.yaml "${where[@]}" --output none
fi

traffic="v-7-1-0=100"
if [[ -n "$old" ]]; then
  traffic="$old=0 $traffic"
fi
az ml online-endpoint update --name search-ranker --traffic "$traffic" "${where[@]}" --output none
az ml online-endpoint show --name search-ranker "${where[@]}" --query scoring_uri --output tsv
