#!/bin/sh
# Runs a script of the packages beside this file, or without a script's name Python itself.
script='${SCRIPT}'
site=$(dirname -- "$(readlink -f -- "$0")")/../site
[ -z "$script" ] || set -- "$site/bin/$script" "$@"
PYTHONPATH=$site PYTHONNOUSERSITE=1 PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1 exec python3 "$@"
