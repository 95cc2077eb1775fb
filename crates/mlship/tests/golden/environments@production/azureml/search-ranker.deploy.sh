#!/usr/bin/env bash
# Makes or updates the endpoint and this version of it, and gives the version its traffic. It may be run again.
# Wants a signed-in `az` with the extension `ml`, and RESOURCE_GROUP and WORKSPACE.
set -euo pipefail

: "${RESOURCE_GROUP:?set RESOURCE_GROUP to the resource group of the workspace}"
: "${WORKSPACE:?set WORKSPACE to the workspace}"
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
where=(--resource-group "$RESOURCE_GROUP" --workspace-name "$WORKSPACE")
endpoint=search-ranker
new=v-7-1-0-726b0e8f

# A part of the endpoint, as JSON in one line.
shown() {
  az ml online-endpoint show --name "$endpoint" "${where[@]}" --query "to_string($1)" --output tsv
}

# A map of versions and percents in JSON as lines of `version:percent`.
lines() {
  tr ',' '\n' <<<"${1//[\{\}\" ]/}"
}

if az ml online-endpoint show --name "$endpoint" "${where[@]}" --output none 2>/dev/null; then
  # An update takes a file that does not tell the traffic for one that ends it: it goes in as it is.
  file="$(mktemp)"
  trap 'rm -f "$file"' EXIT
  traffic="$(shown traffic)"
  copies="$(shown mirror_traffic)"
  cat "$here"/search-ranker.endpoint.yaml >"$file"
  printf 'traffic: %s\nmirror_traffic: %s\n' "$traffic" "$copies" >>"$file"
  az ml online-endpoint update --name "$endpoint" --file "$file" "${where[@]}" --output none
else
  traffic='{}'
  copies='{}'
  az ml online-endpoint create --file "$here"/search-ranker.endpoint.yaml "${where[@]}" --output none
fi

if az ml online-deployment show --name "$new" --endpoint-name "$endpoint" "${where[@]}" --output none 2>/dev/null; then
  az ml online-deployment update --file "$here"/search-ranker.deployment.yaml "${where[@]}" --output none
else
  az ml online-deployment create --file "$here"/search-ranker.deployment.yaml "${where[@]}" --output none
fi

id="$(az ml online-deployment show --name "$new" --endpoint-name "$endpoint" "${where[@]}" --query id --output tsv)"
az monitor autoscale create --name search-ranker-v-7-1-0-726b0e8f --resource "$id" --resource-group "$RESOURCE_GROUP" \
  --min-count 4 --max-count 40 --count 4 --output none
# Rules have no names: those of an earlier run go first.
az monitor autoscale rule delete --autoscale-name search-ranker-v-7-1-0-726b0e8f --resource-group "$RESOURCE_GROUP" --index '*' --output none
az monitor autoscale rule create --autoscale-name search-ranker-v-7-1-0-726b0e8f --resource-group "$RESOURCE_GROUP" \
  --condition 'CpuUtilizationPercentage > 70 avg 1m' --scale out 1 --output none
az monitor autoscale rule create --autoscale-name search-ranker-v-7-1-0-726b0e8f --resource-group "$RESOURCE_GROUP" \
  --condition 'CpuUtilizationPercentage < 35 avg 5m' --scale in 1 --output none

# Of the other versions the one that answers most, and every version with its share.
old='' most=0 others=()
while IFS=: read -r version percent; do
  if [[ -z "$percent" || "$version" == "$new" ]]; then
    continue
  fi
  others+=("$version")
  if ((percent > most)); then
    old="$version" most="$percent"
  fi
done < <(lines "$traffic")

# Gives the new version a share of the requests, the old one the rest, and all others nothing.
answer() {
  local shares="$new=$1" version
  for version in ${others[@]+"${others[@]}"}; do
    if [[ "$version" == "$old" ]]; then
      shares+=" $version=$((100 - $1))"
    else
      shares+=" $version=0"
    fi
  done
  az ml online-endpoint update --name "$endpoint" --traffic "$shares" "${where[@]}" --output none
}

# A version either answers or gets copies of requests, and one alone can get them.
while IFS=: read -r version percent; do
  if [[ -n "$percent" && "$percent" != 0 ]]; then
    az ml online-endpoint update --name "$endpoint" --mirror-traffic "$version=0" "${where[@]}" --output none
  fi
done < <(lines "$copies")

if [[ -z "$old" ]]; then
  # There is nothing else that could answer.
  answer 100
else
  answer 100
fi
for version in ${others[@]+"${others[@]}"}; do
  echo "version $version is still paid for; without it there is no quick way back:" >&2
  echo "  az ml online-deployment delete --name $version --endpoint-name $endpoint" >&2
done
az ml online-endpoint show --name "$endpoint" "${where[@]}" --query scoring_uri --output tsv
