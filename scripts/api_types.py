"""The API's TypeScript types, generated from the API itself.

    python scripts/api_types.py            write frontend/src/api/schema.d.ts
    python scripts/api_types.py --check    fail when the file is not what the API would generate

Needs no running server and no database: the contract is a value of the program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "frontend" / "src" / "api" / "schema.d.ts"
GENERATOR = ROOT / "tools" / "api" / "node_modules" / ".bin" / "openapi-typescript"
READ_CONTRACT = """
import json, sys
from tablewright import app
application = app.create_app() if hasattr(app, "create_app") else app.app
json.dump(application.openapi(), sys.stdout, sort_keys=True)
"""


def contract(folder: Path) -> Path:
    """OpenAPI as a file. The program is asked in a process of its own, with a data folder that is thrown away."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TABLEWRIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", READ_CONTRACT],
        env={**clean, "TABLEWRIGHT_DATA_DIR": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"The API did not say its contract:\n{done.stderr.strip()[-2000:]}")
    path = folder / "openapi.json"
    path.write_text(json.dumps(json.loads(done.stdout), sort_keys=True))
    return path


def generate() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result = folder / "schema.d.ts"
        done = subprocess.run(
            [str(GENERATOR), str(contract(folder)), "--output", str(result), "--alphabetize"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"openapi-typescript failed:\n{done.stdout}{done.stderr}")
        return result.read_text()


def main() -> int:
    fresh = generate()
    if "--check" not in sys.argv:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(fresh)
        print(f"Wrote {TARGET.relative_to(ROOT)}")
        return 0
    if not TARGET.is_file() or TARGET.read_text() != fresh:
        print(f"{TARGET.relative_to(ROOT)} is not what the API says today. Run `make api-types` and commit the file.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
