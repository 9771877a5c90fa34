"""Lighthouse on the landing page and on a public dashboard: the scores, and what its performance is made of.

Accessibility, best practices and SEO must be 100, on a phone and on a desktop. The performance score is only told: it
depends on the machine. What it is made of is bounded: bytes that travel, CPU of the main thread, largest contentful
paint and layout shift. On a phone Lighthouse simulates a slow 4G line and a processor of a quarter of this one's speed
from what it saw; on a desktop the line is simulated as well, the processor is this one.

Lighthouse is no part of the front end: the last line that runs on Node 20 is installed into build/lighthouse, whole in
its own folder. Its runs alternate, and the medians count.

    python bench/lighthouse.py [--times 3]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from dashboards import FLAGS
from questions import Json

sys.path.append(str(Path(__file__).resolve().parent.parent / "backend" / "tests"))
from support.serving import Serving, serving

ROOT = Path(__file__).resolve().parent.parent
VERSION = "12.8.2"
"""Lighthouse 13 wants Node 22.19."""
FOLDER = ROOT / "build" / "lighthouse"
CLI = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
PERFECT = ("accessibility", "best-practices", "seo")
FORMS = ("phone", "desktop")
BYTES = {"landing page": 160, "public dashboard": 120}
"""kB: scripts and markup of a public page; a shared dashboard with its charts inside has no script."""
LCP = {
    "phone": {"landing page": 2000, "public dashboard": 2000},
    "desktop": {"landing page": 800, "public dashboard": 1000},
}
CPU = {"phone": 2000, "desktop": 500}
"""ms; a phone's are those of a processor with a quarter of the speed."""
CLS = 0.02
SHOPS = 500


def installed() -> None:
    """The pinned Lighthouse in a folder of its own; without scripts, so that no browser is downloaded."""
    package = FOLDER / "node_modules" / "lighthouse" / "package.json"
    if package.is_file() and json.loads(package.read_text())["version"] == VERSION:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(
        ["npm", "install", "--prefix", str(FOLDER), *told, f"lighthouse@{VERSION}"],
        check=True,
        stdout=sys.stderr,
        stdin=subprocess.DEVNULL,
    )


def shops() -> bytes:
    """Days, shops and amounts: enough for a proposal of lines, bars and single figures."""
    lines = ["day,shop,amount,units"]
    for at in range(SHOPS):
        amount = 100 + at % 37 + at // 5
        lines.append(
            f"2024-{at // 28 % 12 + 1:02}-{at % 28 + 1:02},Shop {at * 7 % 11},{amount}.{at % 90 + 10},{at % 9}"
        )
    return "\n".join(lines).encode()


def shared(product: Serving) -> str:
    """The address of a proposed dashboard that search engines may list."""
    job: dict[str, Any] = product.finished(product.upload("shops.csv", shops()))
    proposed = product.request("POST", "/dashboards/propose", json={"dataset_id": job["result"]["dataset_ids"][0]})
    body = {"title": "Shops", "content": proposed.json()["content"]}
    board = product.request("POST", "/dashboards", json=body).json()["id"]
    product.request("PUT", "/sharing", json={"public_links": True})
    given = {"indexed": True, "description": "How our shops did", "open_filters": ["p1"]}
    made = product.request("POST", f"/dashboards/{board}/shares", json=given)
    assert made.status_code == 201, made.text
    return f"{product.url}/s/{made.json()['url'].rpartition('/')[2]}"


def looked_at(url: str, form: str, scratch: Path) -> Json:
    """Lighthouse's report on a page."""
    chromium = os.environ.get("TABLEWRIGHT_TEST_CHROMIUM", "/usr/bin/chromium")
    report = scratch / "report.json"
    profile = scratch / "profile"
    command = [
        "node",
        str(CLI),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        "--no-enable-error-reporting",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)} --user-data-dir={profile}",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    for left in (2, 1, 0):  # now and then a trace of the browser has no beginning, and Lighthouse asks to be run again
        ended = subprocess.run(
            command,
            check=left == 0,
            env={**os.environ, "CHROME_PATH": chromium},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=180,
        )
        if ended.returncode == 0:
            break
    found: Json = json.loads(report.read_text())
    report.unlink()
    shutil.rmtree(profile, ignore_errors=True)
    assert "runtimeError" not in found, found["runtimeError"]
    return found


def failing(report: Json) -> list[str]:
    """What keeps a category from 100, in Lighthouse's words and with the places."""
    told = []
    for name in PERFECT:
        for each in report["categories"][name]["auditRefs"]:
            audit = report["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 1:
                items = (audit.get("details") or {}).get("items") or []
                told.append(f"{name}: {audit['title']} {json.dumps(items[:3])[:600]}")
    return told


def told(page: str, form: str, reports: list[Json]) -> list[Json]:
    """The rows of a page on one kind of screen."""

    def median(audit: str) -> float:
        return statistics.median(float(each["audits"][audit]["numericValue"]) for each in reports)

    def score(category: str) -> int:
        return round(100 * statistics.median(each["categories"][category]["score"] for each in reports))

    name = f"{page}, {form}"
    return [
        *({"what": f"{name}, {each}", "ours": score(each), "target": ">= 100"} for each in PERFECT),
        {"what": f"{name}, performance", "ours": score("performance")},
        {
            "what": f"{name}, what travels",
            "ours": round(median("total-byte-weight") / 1000, 1),
            "unit": "kB",
            "target": f"<= {BYTES[page]}",
        },
        {
            "what": f"{name}, CPU of the main thread",
            "ours": round(median("mainthread-work-breakdown")),
            "unit": "ms",
            "target": f"<= {CPU[form]}",
        },
        {
            "what": f"{name}, largest contentful paint",
            "ours": round(median("largest-contentful-paint")),
            "unit": "ms",
            "target": f"<= {LCP[form][page]}",
        },
        {
            "what": f"{name}, layout shift",
            "ours": round(median("cumulative-layout-shift"), 4),
            "target": f"<= {CLS}",
        },
    ]


def measure(folder: Path, times: int) -> list[Json]:
    installed()
    data = folder / "data"
    data.mkdir()
    with serving(data) as product:
        pages = {"public dashboard": shared(product.set_up()), "landing page": f"{product.url}/"}
        found: dict[tuple[str, str], list[Json]] = {}
        for _ in range(times):
            for page, url in pages.items():
                for form in FORMS:
                    found.setdefault((page, form), []).append(looked_at(url, form, folder))
    for (page, form), reports in found.items():
        for line in failing(reports[-1]):
            print(f"  {page}, {form}: {line}", file=sys.stderr)
    return [row for (page, form), reports in found.items() for row in told(page, form, reports)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), given.times)
    print(json.dumps({"title": f"Lighthouse {VERSION} on public pages", "rows": rows}))


if __name__ == "__main__":
    main()
