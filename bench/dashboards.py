"""A dashboard of twelve tiles in Chromium, from the click on its name to the last tile painted, in four states.

Cold: the product has just been started. The dashboard was saved before, its answers were made ahead and lie in the data
folder; nothing of them is in any memory, and nobody has opened it. Warm: the server's process knows the answers, the
browser does not. Cached: the same page again in the same browser. Never asked: questions that nobody has asked.

The first three have targets, because there the product has its answers and only has to bring them. The fourth has none:
twelve questions over ten million rows are work that DuckDB itself needs seconds for on two cores, so what the product
owes is to add little to it, and not to let a person wait for it. The sum of the same statements in a DuckDB of its own,
on all cores, one after the other, stands beside it as a ratio.

The page's own code is there in all four: a dashboard whose answer the browser is given was opened before. Painted:
every tile has its picture or its table, none waits, and two frames have passed. That the answers of the first state
came from the data folder is checked: an answer that is computed leaves a file there, and none is added.

A chart of 100,000 points is measured in main-thread CPU, all of it from the click on: reading the answer, React,
drawing. The same dashboard with a hundred points stands beside it.

A dashboard of thirty tiles is used as a person does: menus, keys on a chart, a click on a bar that asks all tiles anew,
a filter, changing and moving. What counts is how long the slowest of these took to its next frame, as browsers tell it
(interaction to next paint).

    python bench/dashboards.py [--rows 10000000] [--times 5]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tablewright.core.queries.compile import compile_question, count_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, key_of

from load import generate
from questions import SHOWN, TILES, Json, Raw, schema_of, timed, varied
from upload import finished

sys.path.append(str(Path(__file__).resolve().parent.parent / "backend" / "tests"))
from support.serving import ADMIN, Serving, serving

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
POINTS = 100_000
MANY = 30
BAR = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
LINE = {**BAR, "mark": "line"}
CODE = "The code of this page"

PAINTED = """(tiles) => new Promise((painted) => {
  const begun = performance.now()
  const whole = () => {
    const groups = [...document.querySelectorAll('main [role=group]')]
    const found = groups.filter((one) => one.querySelector('[aria-busy]'))
    return found.length === tiles && found.every((one) =>
      one.querySelector('[aria-busy=false]') && one.querySelector('canvas, table, [role=alert]'))
  }
  const look = () => whole()
    ? requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now() - begun)))
    : requestAnimationFrame(look)
  document.querySelector(`a[href*="WANTED"]`).click()
  look()
})"""


RESPONSES = """window.responses = []; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.interactionId) window.responses.push([one.duration, one.name])
}).observe({type: 'event', durationThreshold: 16, buffered: true})"""


def tile(at: int, question: Json) -> Json:
    """A tile with a line over periods, bars over names, and a table of what is neither."""
    dimensions = question.get("dimensions", [])
    chart = None if len(dimensions) != 1 else LINE if dimensions[0].get("grain") else BAR
    place = {"x": at % 3 * 4, "y": at // 3 * 6, "w": 4, "h": 6}
    return {"kind": "question", "id": f"t{at + 1}", "place": place, "question": question, "chart": chart}


def content(dataset_id: str, number: int) -> Json:
    """The twelve tiles with questions of their own key."""
    asked = [varied({"dataset_id": dataset_id, **parts}, number) for parts, _ in TILES.values()]
    return {"tabs": [{"title": "Overview", "tiles": [tile(at, each) for at, each in enumerate(asked)]}]}


def many(dataset_id: str) -> Json:
    """Thirty tiles under a filter."""
    parts = [parts for parts, _ in TILES.values()]
    asked = [varied({"dataset_id": dataset_id, **parts[at % len(parts)]}, 100 + at) for at in range(MANY)]
    listed = {"id": "p1", "label": "Region", "kind": "list", "targets": [{"dataset_id": dataset_id, "column": "c4"}]}
    tiles = [tile(at, each) for at, each in enumerate(asked)]
    return {"tabs": [{"title": "Overview", "tiles": tiles}], "filters": [listed]}


def points(dataset_id: str, count: int, mark: str) -> Json:
    """One tile that lists rows as points, or as a line along their ids."""
    x = "c1" if mark == "line" else "c7"
    question = {"dataset_id": dataset_id, "columns": [x, "c8"], "sort": [{"by": "c1"}], "limit": count}
    chart = {"mark": mark, "x": {"field": x}, "y": [{"field": "c8"}]}
    place = {"x": 0, "y": 0, "w": 12, "h": 10}
    only = {"kind": "question", "id": "t1", "place": place, "question": question, "chart": chart}
    return {"tabs": [{"title": "Overview", "tiles": [only]}]}


def kept(product: Serving, title: str, content: Json) -> str:
    made = product.request("POST", "/dashboards", json={"title": title, "content": content})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def renewed(product: Serving, dashboard: str, content: Json) -> None:
    """The same dashboard with questions that nobody has asked."""
    before = product.request("GET", f"/dashboards/{dashboard}").json()
    body = {"title": before["title"], "folder": "", "version": before["version"], "content": content}
    answer = product.request("PUT", f"/dashboards/{dashboard}", json=body)
    assert answer.status_code == 200, answer.text


def answers(data: Path) -> set[str]:
    """The answers that the data folder holds."""
    return {each.name for each in (data / "answers").iterdir() if not each.name.startswith(".")}


def made_ahead(data: Path, count: int) -> set[str]:
    """The answers in the data folder, once there are so many and no more come."""
    ends_at = time.monotonic() + 600
    before: set[str] = set()
    while len(found := answers(data)) < count or found != before:
        assert time.monotonic() < ends_at, f"{len(found)} answers of {count} were made ahead"
        before = found
        time.sleep(5)
    return found


@contextmanager
def nobody_works(product: Serving) -> Iterator[None]:
    """Without the worker, which would answer what is saved before somebody opens it."""
    workers = product.parts("worker")
    assert workers
    for each in workers:
        each.suspend()
    try:
        yield
    finally:
        for each in workers:
            each.resume()


def raw_milliseconds(parquet: Path, dataset: Json) -> float:
    """The statements of all tiles in a DuckDB of its own, one after the other; with the count where a page is full."""
    raw = Raw(parquet.parent)
    schema, today = schema_of(dataset["schema"], parquet), datetime.now(UTC).date()

    def all_tiles() -> None:
        for parts, _ in TILES.values():
            question = Question.model_validate({"limit": SHOWN, "dataset_id": dataset["id"], **parts})
            of = {key_of(question): Table(schema, parquet.name)}
            found = raw.ask(compile_question(question, of, today=today))
            if found.num_rows == question.limit and (question.groups or question.filter):
                raw.ask(count_question(question, of, today=today))

    all_tiles()
    return statistics.median(timed(all_tiles)[0] for _ in range(3))


@contextmanager
def visitor(browser: Browser, product: Serving, code: str, answer: bytes) -> Iterator[Page]:
    """Somebody who is signed in, and whose browser has the code of dashboards and charts."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce").new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{product.url}/sign-in/")
    page.get_by_label("E-mail address").fill(ADMIN["email"])
    page.get_by_label("Password").fill(ADMIN["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/app/**")
    asks = f"**/dashboards/{code}/ask"
    page.route(asks, lambda route: route.fulfill(body=answer, content_type="application/x-ndjson"))
    page.get_by_role("link", name="Dashboards").first.click()
    opened(page, code, 1)
    page.unroute(asks)
    yield page
    page.context.close()


def opened(page: Page, dashboard: str, tiles: int) -> float:
    """Milliseconds from the click on a dashboard's name to its last tile painted; back at the list before."""
    if "/dashboards/" not in page.url:
        page.get_by_role("link", name="Dashboards").first.click()
    page.locator(f'a[href*="{dashboard}"]').first.wait_for()
    page.wait_for_timeout(1500)  # what the list itself fetches is not part of it
    took = float(page.evaluate(PAINTED.replace("WANTED", dashboard), tiles))
    assert page.locator("main [role=alert]").count() == 0, "a tile failed"
    return took


def cpu(page: Page, dashboard: str) -> float:
    """Milliseconds that the main thread works from the click to the chart painted, a second of rest included."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def task() -> float:
        told = session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in told if each["name"] == "TaskDuration")) * 1000

    if "/dashboards/" not in page.url:
        page.get_by_role("link", name="Dashboards").first.click()
    page.locator(f'a[href*="{dashboard}"]').first.wait_for()
    page.wait_for_timeout(1500)
    before = task()
    page.evaluate(PAINTED.replace("WANTED", dashboard), 1)
    page.wait_for_timeout(300)
    return task() - before


def slowest_response(page: Page, dashboard: str) -> float:
    """Milliseconds to the next frame of the slowest of some twenty things that a person does on thirty tiles."""
    opened(page, dashboard, MANY)
    page.evaluate(RESPONSES)
    # Whether the tiles have their next answers does not matter: the page must answer at once all the same.
    for number in (0, 4, 9):
        page.get_by_role("button", name="Actions for").nth(number).click()
        page.get_by_role("menuitem").first.wait_for()
        page.keyboard.press("Escape")
    chart = page.get_by_role("application").first
    chart.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "End"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.get_by_role("list", name="Narrowed by clicks").wait_for()
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Region", exact=True).click()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Edit").click()
    page.locator("[data-tile]").first.focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight", "Control+z"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    page.wait_for_timeout(500)
    found = page.evaluate("window.responses")
    assert len(found) >= 5, "the browser told of no interactions"
    print(f"  thirty tiles, slowest: {sorted(found, reverse=True)[:4]}", file=sys.stderr)
    return float(max(duration for duration, _ in found))


def measure(folder: Path, rows: int, times: int) -> list[Json]:
    path = folder / "orders.csv"
    generate(path, rows)
    data = folder / "data"
    data.mkdir()
    settings = {"TABLEWRIGHT_ACCESS_TOKEN_SECONDS": "3600"}
    with serving(data, **settings) as product:
        product.set_up()
        job: dict[str, Any] = finished(product, product.upload_file(path))
        dataset = job["result"]["dataset_ids"][0]
        board = kept(product, "Twelve tiles", content(dataset, 0))
        charts = {
            (mark, count): kept(product, f"{count} as {mark}", points(dataset, count, mark))
            for mark in ("scatter", "line")
            for count in (POINTS, 100)
        }
        by_region = {"dataset_id": dataset, "dimensions": [{"column": "c4"}], "measures": [{"fn": "count_rows"}]}
        thirty = kept(product, "Thirty tiles", many(dataset))
        code = kept(product, CODE, {"tabs": [{"title": "One", "tiles": [tile(0, by_region)]}]})
        answer = product.request("POST", f"/dashboards/{code}/ask", json={}).content
        made = made_ahead(data, len(TILES) + len(charts) + MANY + 1)
        shown = product.request("GET", f"/datasets/{dataset}").json()
    path.unlink()
    parquet = next((data / "objects").rglob(f"{shown['current_version_id']}.parquet"))
    raw = raw_milliseconds(parquet, shown)

    cold, warm, cached, never, work, responses = [], [], [], [], {}, []
    with sync_playwright() as playwright:
        executable = os.environ.get("TABLEWRIGHT_TEST_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for turn in range(times):
            with serving(data, **settings) as product:
                product.sign_in()
                with visitor(browser, product, code, answer) as page:
                    cold.append(opened(page, board, len(TILES)))
                    assert answers(data) <= made, "an answer was not there"
                    if turn < times - 1:
                        continue
                    for number in range(1, times + 1):
                        page.reload()
                        warm.append(opened(page, board, len(TILES)))
                        cached.append(opened(page, board, len(TILES)))
                        with nobody_works(product):
                            renewed(product, board, content(dataset, number))
                            page.reload()
                            never.append(opened(page, board, len(TILES)))
                    for key, dashboard in charts.items():
                        opened(page, dashboard, 1)  # the answer is there: what is measured is the browser
                        work[key] = statistics.median(cpu(page, dashboard) for _ in range(times))
                        if key == ("line", POINTS):
                            said = page.get_by_text("simplified for display").first
                            assert said.is_visible(), "a thinned line does not say so"
                    for _ in range(times):
                        page.reload()
                        responses.append(slowest_response(page, thirty))
        browser.close()

    def line(what: str, found: list[float], target: int) -> Json:
        return {"what": what, "ours": round(statistics.median(found)), "unit": "ms", "target": f"<= {target}"}

    return [
        line("twelve tiles, cold: just started, answers made ahead", cold, 1500),
        line("twelve tiles, warm: the server knows the answers", warm, 400),
        line("twelve tiles, cached: the same page in the same browser", cached, 150),
        {"what": "twelve tiles that nobody ever asked", "ours": round(statistics.median(never)), "unit": "ms"}
        | {"peer": round(raw), "peer_name": "the same statements in DuckDB"},
        line("thirty tiles, slowest of what a person does, to the next frame", responses, 200),
        *(
            {"what": f"{count:,} points as {mark}, main-thread CPU", "ours": round(found), "unit": "ms"}
            | ({"target": "<= 300"} if count == POINTS else {})
            for (mark, count), found in work.items()
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), given.rows, given.times)
    print(json.dumps({"title": f"A dashboard over {given.rows / 1e6:g} M rows in the browser", "rows": lines}))


if __name__ == "__main__":
    main()
