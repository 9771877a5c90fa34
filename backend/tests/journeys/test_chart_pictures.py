"""Every shared chart case, drawn on a browser's canvas and by Python's V8: the same words, the same picture."""

from __future__ import annotations

import base64
import json
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tablewright.core import fonts
from tablewright.core.charts import render
from tablewright.core.charts.render import ChartJob
from tablewright.core.charts.spec import Mark

CHARTS = Path(__file__).resolve().parents[3] / "charts"
SVG = "{http://www.w3.org/2000/svg}"


def faces() -> str:
    """The shipped font as rules of CSS that need no file."""
    return "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{base64.b64encode(Path(path).read_bytes()).decode()})}}"
        for path, weight in ((fonts.REGULAR, 400), (fonts.BOLD, 700))
    )


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    bundle = tmp_path_factory.mktemp("charts") / "page.js"
    subprocess.run(
        ["node_modules/.bin/esbuild", "tests/page.ts", "--bundle", f"--outfile={bundle}", "--log-level=error"],
        cwd=CHARTS,
        check=True,
    )
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.set_content(f"<!doctype html><style>{faces()} body{{margin:0}}</style><body></body>")
    page.evaluate("Promise.all(['12px Inter', 'bold 12px Inter'].map((font) => document.fonts.load(font)))")
    page.add_script_tag(path=str(bundle))
    yield page
    context.close()


def cases() -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", str(CHARTS / "render-node.mjs"), "cases"], capture_output=True, text=True, timeout=60, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def words_of(svg: str) -> list[str]:
    return sorted(" ".join(element.itertext()).strip() for element in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def test_the_browser_draws_what_v8_draws(page: Page) -> None:
    font = faces()
    different: dict[str, Any] = {}
    all_cases = [(case.pop("name"), ChartJob.model_validate(case)) for case in cases()]
    # Playwright's own event loop runs in this thread, and V8 wants none.
    with ThreadPoolExecutor(1) as apart:
        drawings = list(apart.map(render.draw, [job for _, job in all_cases]))
    for (name, job), drawing in zip(all_cases, drawings, strict=True):
        found = page.evaluate(
            "([job, svg, font]) => compare(job, svg, font)", [json.loads(job.as_json()), drawing.svg, font]
        )
        if sorted(text.strip() for text in found["texts"]) != words_of(drawing.svg):
            different[name] = "words"
            continue
        # Edges are smoothed in other ways, thousands of points are drawn in one stroke, and large print stands a pixel
        # or two higher on a canvas; nothing may be elsewhere.
        large = job.spec.mark in (Mark.FIGURE, Mark.GAUGE)
        limits = (0.03, 0.05) if large else (0.02, 0.005)
        if found["mean"] > limits[0] or found["far"] > limits[1]:
            different[name] = {key: round(found[key], 4) for key in ("mean", "far")}
    assert len(all_cases) >= 80
    assert different == {}
