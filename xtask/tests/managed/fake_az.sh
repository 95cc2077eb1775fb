#!/usr/bin/env bash
# Notes what it is called with, and remembers what was made: the first look at a thing finds nothing.
set -eu
printf '<%s>' "$@" >>"$FAKE_LOG"
echo >>"$FAKE_LOG"
case "$*" in
  *"online-endpoint show"*--query*) echo https://churn.example.inference.ml.azure.com/score ;;
  *"online-deployment show"*--query*) echo /subscriptions/0/deployment ;;
  *"online-endpoint show"*) [ -e "$FAKE_LOG.endpoint" ] ;;
  *"online-deployment show"*) [ -e "$FAKE_LOG.deployment" ] ;;
  *"online-deployment list"*) cat "$FAKE_LOG.old" 2>/dev/null || true ;;
  *"online-endpoint create"*) touch "$FAKE_LOG.endpoint" ;;
  *"online-deployment create"*) touch "$FAKE_LOG.deployment" ;;
esac
