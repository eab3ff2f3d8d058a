#!/bin/sh
# Finds a Python that can run us, then hands over to bootstrap.py: everything a fresh clone needs.
# Usage: bootstrap.sh demo|dev|clean
set -eu
cd -- "$(dirname -- "$0")/../.."
for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
        exec "$python" -m aiadmin.run.bootstrap "$@"
    fi
done
found=$("${PYTHON:-python3}" --version 2>&1) || found="nothing"
echo "Python 3.11 to 3.14 is needed (found: $found): install it (Debian: apt install python3 python3-venv) and run make again." >&2
exit 1
