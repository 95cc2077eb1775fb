#!/usr/bin/env bash
# Notes what it is called with, and gives a token.
set -eu
printf '<%s>' "$@" >>"$FAKE_LOG.gcloud"
echo >>"$FAKE_LOG.gcloud"
[ "$*" = "auth print-access-token" ] && echo ya29.token
