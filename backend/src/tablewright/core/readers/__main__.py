"""`python -m tablewright.core.readers FILE`: load a file in this process and print the result as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tablewright.core.errors import Problem
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet


def main(arguments: list[str]) -> int:
    path = Path(arguments[0])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(arguments[1]) if len(arguments) > 1 else Path(folder) / "out"
        try:
            result = run({"path": str(path), "filename": path.name, "out_dir": str(out)}, Quiet(Path(folder)))
        except Problem as problem:
            sys.stdout.write(json.dumps(problem.as_document(), ensure_ascii=False) + "\n")
            return 1
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
