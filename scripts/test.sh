#!/usr/bin/env bash
# Everything that is tested, from nothing: environments, checks, build, services, tests. Arguments go to pytest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
bash "$ROOT/scripts/python.sh"
bash "$ROOT/scripts/node.sh"
exec "$ROOT/backend/.venv/bin/python" "$ROOT/scripts/test.py" "$@"
