#!/usr/bin/env bash
# Everything that is tested, from nothing: environments, checks, build, services, tests. Arguments go to pytest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
# An installation's own settings have no place in a test run.
for name in $(compgen -e TABLEWRIGHT_ || true); do
  case "$name" in TABLEWRIGHT_TEST_*) ;; *) unset "$name" ;; esac
done
bash "$ROOT/scripts/python.sh"
bash "$ROOT/scripts/node.sh"
exec "$ROOT/backend/.venv/bin/python" "$ROOT/scripts/test.py" "$@"
