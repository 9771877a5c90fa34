"""What the built web weighs, against its budget: fails when a page or a lazy part is heavier than it may be.

python scripts/budget.py [FOLDER]    the exported web, frontend/out by default

Sizes are what travels: bytes after gzip (level 6), 1 kB = 1,000 bytes. The first load of a page is every script that
its HTML names.
"""

from __future__ import annotations

import gzip
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PUBLIC, WORKSPACE = 140, 220
"""kB of script before a page works."""
MARKUP = 20
WHOLE = 6_000
"""kB of all files, as they lie."""
ENGINE = 200
"""kB that the chart engine should weigh; ECharts with what our marks use is heavier."""


@dataclass(frozen=True)
class Lazy:
    """A part that comes only when it is needed, known by a word that stands in it alone."""

    name: str
    word: str
    limit: int


LAZY = (
    Lazy("chart engine", "_zr_", ENGINE + 20),
    Lazy("chart compiler with its figure", "Actions for the mark", 42),
    Lazy("grid of rows", "The cells could not be copied", 20),
    Lazy("field for formulas, in all places", "What may come next", 34),
    Lazy("editor of questions", "Download and share", 28),
    Lazy("outlines of countries", "burkina faso", 40),
    Lazy("outlines of states", "us-ak", 15),
)


@cache
def weight(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 6)) / 1000


def scripts_of(html: str) -> set[str]:
    """The scripts that every browser of today loads with a page."""
    tags = re.findall(r"<script\b[^>]*>", html)
    found = (re.search(r'src="([^"?]+\.js)', tag) for tag in tags if "noModule" not in tag)
    return {match[1] for match in found if match}


def problems(out: Path) -> list[str]:
    """Everything that is too heavy, in words. Prints the table on the way."""
    found = []
    first: set[str] = set()
    for page in sorted(out.rglob("index.html")):
        html = page.read_text(encoding="utf-8")
        name = "/" + "".join(f"{part}/" for part in page.parent.relative_to(out).parts)
        names = scripts_of(html)
        first |= names
        scripts = sum(weight(out / one.lstrip("/")) for one in names)
        styles = set(re.findall(r'href="([^"?]+\.css)', html))
        markup = weight(page) + sum(weight(out / one.lstrip("/")) for one in styles)
        limit = WORKSPACE if name.startswith("/app/") else PUBLIC
        print(f"  {scripts:7.1f} of {limit:3} kB script  {markup:6.1f} of {MARKUP} kB HTML and CSS  {name}")
        if scripts > limit:
            found.append(f"{name} loads {scripts:.1f} kB of script; {limit} kB are allowed.")
        if markup > MARKUP:
            found.append(f"{name} has {markup:.1f} kB of HTML and CSS; {MARKUP} kB are allowed.")
    chunks = {path: path.read_text(encoding="utf-8") for path in out.rglob("*.js")}
    for part in LAZY:
        paths = [path for path, text in chunks.items() if part.word in text]
        if not paths:
            found.append(f"The {part.name} is not to be found by {part.word!r}.")
            continue
        size = sum(weight(path) for path in paths)
        print(f"  {size:7.1f} of {part.limit:3} kB script  {part.name}, when it is needed")
        if size > part.limit:
            found.append(f"The {part.name} weighs {size:.1f} kB; {part.limit} kB are allowed.")
        if any(f"/{path.relative_to(out).as_posix()}" in first for path in paths):
            found.append(f"The {part.name} is loaded with a page; it should come when it is needed.")
    whole = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1000
    print(f"  {whole:7,.0f} of {WHOLE:,} kB in all files")
    if whole > WHOLE:
        found.append(f"All files are {whole:,.0f} kB; {WHOLE:,} kB are allowed.")
    return found


def main(arguments: list[str]) -> int:
    out = Path(arguments[0]) if arguments else ROOT / "frontend" / "out"
    if not (out / "index.html").is_file():
        print(f"No built web in {out}. Build it with scripts/web.sh.")
        return 2
    found = problems(out)
    for one in found:
        print(f"  too heavy: {one}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
