#!/usr/bin/env bash
# Makes the wheel in dist/: the Python package with the built web and the chart bundle inside.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
uv="$(bash "$ROOT/scripts/python.sh" --uv)"
[ -s "$ROOT/backend/src/tablewright/web/index.html" ] || fail "The web is not built." "Run 'make web' first."
say "Building the wheel"
mkdir -p "$BUILD" "$ROOT/dist"
rm -f "$ROOT"/dist/tablewright-*.whl
"$uv" build --quiet --wheel --out-dir "$ROOT/dist" "$ROOT/backend" >"$BUILD/wheel.log" 2>&1 </dev/null ||
  { tail -n 20 "$BUILD/wheel.log" >&2 && fail "The wheel could not be built." "See build/wheel.log."; }
say "$(cd "$ROOT" && ls -1 dist/*.whl)"
