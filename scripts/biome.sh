#!/usr/bin/env bash
# Biome for the whole TypeScript side, from the repository root, with the version that the packages pin.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/say.sh"
cd "$ROOT"
exec charts/node_modules/.bin/biome "$@"
