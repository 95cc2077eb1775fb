#!/bin/sh
# Starts the browser with the libraries beside it, wherever the folder is moved to.
browser=$(CDPATH= cd -- "$(dirname -- "$0")/../browser" && pwd)
LD_LIBRARY_PATH=$browser exec "$browser/chromium" "$@"
