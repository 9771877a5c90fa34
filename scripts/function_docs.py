"""Writes docs/guide/functions.md from the definitions of the functions; with --check it only says if it is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from tablewright.core.formulas.docs import page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "guide" / "functions.md"


def main() -> int:
    wanted = page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
            return 0
        print("docs/guide/functions.md is stale: backend/.venv/bin/python scripts/function_docs.py writes it.")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
