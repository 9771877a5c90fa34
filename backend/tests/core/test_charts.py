"""Charts through Python's V8: the same bytes as Node, text that stays text, limits that hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from tablewright.core import fonts
from tablewright.core.charts import render
from tablewright.core.charts.render import ChartJob, ChartNotDrawable
from tablewright.core.charts.spec import Annotation, Channel, ChartSpec, ErrorRange, Format, Trend, Words
from tablewright.core.queries.model import Answer, AnswerColumn

CHARTS = Path(__file__).resolve().parents[3] / "charts"
SVG = "{http://www.w3.org/2000/svg}"
SMALL: dict[str, Any] = {
    "spec": {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]},
    "answer": {
        "columns": [
            {"key": "d0", "label": "Region", "type": "text", "role": "dimension"},
            {"key": "m0", "label": "Sum of Amount", "type": "decimal", "role": "measure"},
        ],
        "data": {"d0": ["South", "North"], "m0": ["88", "1204"]},
        "row_count": 2,
        "truncated": False,
        "version_id": "00000000-0000-4000-8000-000000000001",
    },
    "context": {"target": "pdf", "width": 640, "height": 360, "locale": "en", "theme": "light"},
}


def node(*arguments: str, jobs: list[str] | None = None) -> str:
    done = subprocess.run(
        ["node", str(CHARTS / "render-node.mjs"), *arguments],
        input="".join(f"{job}\n" for job in jobs or []),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def drawn() -> dict[str, tuple[dict[str, str], render.Drawing]]:
    """Every shared case, drawn by Node and by Python from the same JSON."""
    cases = json.loads(node("cases"))
    jobs = {case.pop("name"): ChartJob.model_validate(case) for case in cases}
    replies = node(jobs=[job.as_json() for job in jobs.values()]).splitlines()
    return {
        name: (json.loads(reply), render.draw(job)) for (name, job), reply in zip(jobs.items(), replies, strict=True)
    }


def text_of(svg: str) -> str:
    return "\n".join(element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def test_node_and_python_draw_the_same_bytes(drawn: dict[str, tuple[dict[str, str], render.Drawing]]) -> None:
    assert len(drawn) >= 80
    different = [name for name, (there, here) in drawn.items() if there != here.model_dump()]
    assert different == []


def test_a_chart_does_not_depend_on_the_charts_before_it(
    drawn: dict[str, tuple[dict[str, str], render.Drawing]],
) -> None:
    again = {case.pop("name"): render.run(case) for case in json.loads(node("cases"))[::-1]}
    assert again == {name: here.model_dump() for name, (_, here) in drawn.items()}


def test_every_picture_is_plain_svg(drawn: dict[str, tuple[dict[str, str], render.Drawing]]) -> None:
    for name, (_, here) in drawn.items():
        tags = {element.tag for element in ElementTree.fromstring(here.svg).iter()}
        assert tags <= {f"{SVG}{tag}" for tag in ("svg", "g", "path", "text", "rect", "circle", "line", "polygon",
                                                  "polyline", "defs", "clipPath")}, name  # fmt: skip
        attributes = {key for element in ElementTree.fromstring(here.svg).iter() for key in element.attrib}
        assert not {key for key in attributes if key.startswith("on") or "href" in key or key == "class"}, name
        assert "NaN" not in here.svg, name
        assert "undefined" not in here.svg, name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bar", ["Sum of Amount by Region", "North", "12,044", "(empty)"]),
        ("bar-de-euro", ["Sum of Amount nach Region", "12.044\u00a0€", "(leer)", "Quelle: Auftragsbuch 2025"]),
        ("bar-312", ["40 of 312 bars shown"]),
        ("line", ["Jan", "2023", "€16K"]),
        ("line-direct-gap", ["Web", "Retail", "Partner", "Export"]),
        ("line-ten-de", ["Andere (3)", "Mär"]),
        ("area-percent-de", ["100\u00a0%"]),
        ("pie", ["North", "€5,200 · 50%"]),
        ("pie-too-many", ["Drawn as bars: a pie is readable up to six parts"]),
        ("scatter-colour-de", ["Preis (EUR)", "Menge"]),
        ("histogram", ["Distribution of Basket", "100"]),
        ("histogram-normal", ["Normal curve: mean 47.19, standard deviation 13.63"]),
        ("scatter-trend", ["Trend: y = 11.98 x + 179.5, R² 0.892, p < 0.001, n = 240"]),
        ("map-world", ["2 not on the map: Atlantis, (empty)", "15,230"]),
        ("panels-15-histogram", ["12 of 15 panels shown", "Shop 12"]),
        ("correlation", ["Pearson’s coefficient", "−0.62"]),
        ("empty", ["No data"]),
    ],
)
def test_labels_are_text(drawn: dict[str, tuple[dict[str, str], render.Drawing]], name: str, words: list[str]) -> None:
    text = text_of(drawn[name][1].svg)
    assert [word for word in words if word not in text] == []


def test_hostile_text_is_drawn_and_does_nothing(drawn: dict[str, tuple[dict[str, str], render.Drawing]]) -> None:
    svg = drawn["hostile"][1].svg
    text = text_of(svg)
    assert "<script" not in svg
    assert "<img" not in svg
    assert '</script><img src=x onerror=alert(1)> & "quotes" {b|rich}' in text
    assert "</text></svg><script>alert(1)</script>" in text
    assert "url(#zr0-c0)" in text
    assert "__proto__" in text
    assert "a b c d\ufffd" in text


def test_no_label_reaches_the_prototype_of_all_objects() -> None:
    hostile = json.loads(json.dumps(SMALL))
    hostile["answer"]["data"]["d0"] = ["__proto__", "constructor"]
    hostile["answer"]["columns"][0]["label"] = "__proto__"
    hostile["spec"]["text"] = {"title": "a" * 120 + " __proto__ " + "b" * 120, "source": "__proto__"}
    for mark in ("bar", "line", "pie", "area"):
        hostile["spec"]["mark"] = mark
        render.run(hostile)
    seen = render._engine()._v8.eval(
        "(() => { const keys = []; for (const key in {}) keys.push(key); return keys.join() })()"
    )
    assert seen == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spec": {**SMALL["spec"], "mark": "cake"}}, "spec.mark"),
        ({"spec": {**SMALL["spec"], "x": {"field": "__proto__"}}}, "spec.x.field"),
        ({"spec": {**SMALL["spec"], "x": {"field": "d7"}}}, 'The answer has no column "d7".'),
        ({"context": {**SMALL["context"], "width": 100_000}}, "context.width"),
        ({"spec": {**SMALL["spec"], "renderItem": "alert(1)"}}, "spec.renderItem"),
    ],
)
def test_a_chart_that_does_not_fit_is_refused_with_a_reason(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ChartNotDrawable) as refused:
        render.run({**SMALL, **change})
    assert words in refused.value.detail
    assert refused.value.status == 422


def test_the_summary_comes_along() -> None:
    assert render.run(SMALL)["summary"] == (
        "Bar chart of Sum of Amount by Region: North is highest with 1,204, South lowest with 88; 2 bars."
    )


def test_a_missing_bundle_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(render, "BUNDLE", tmp_path / "charts.v8.js")
    render._engine.cache_clear()
    try:
        with pytest.raises(render.BundleMissing, match="make build"):
            render.run(SMALL)
    finally:
        render._engine.cache_clear()


def in_a_process(endless: str, *, seconds: float = 1.0) -> dict[str, Any]:
    """Replace the compiler by something endless, in a process that is thrown away with what a limit leaves behind."""
    script = f"""
import json
from tablewright.core.charts import render
render.SECONDS = {seconds}
small = json.loads({json.dumps(json.dumps(SMALL))})
engine = render._engine()
whole = engine._render
engine._render = engine._v8.eval({json.dumps(endless)})
codes = []
for attempt in (0, 1):
    try:
        render.run(small)
        codes.append("drawn")
    except Exception as error:
        codes.append(type(error).__name__)
    engine._render = whole
print(json.dumps({{"codes": codes, "spent": engine.spent}}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_an_endless_chart_is_stopped_and_the_next_one_is_drawn() -> None:
    assert in_a_process("(job) => { for (;;); }") == {"codes": ["ChartTooSlow", "drawn"], "spent": False}


def test_a_chart_without_end_in_memory_is_stopped_and_the_engine_is_not_used_again() -> None:
    bomb = "(job) => { const all = []; for (;;) all.push(new Array(100000).fill(job.length + all.length)) }"
    # Time enough to reach the limit of memory first, also on a machine that does other things.
    assert in_a_process(bomb, seconds=45.0) == {"codes": ["ChartTooLarge", "ChartTooLarge"], "spent": True}


def test_the_typescript_types_name_the_same_fields_as_the_models() -> None:
    source = (CHARTS / "src" / "spec.ts").read_text()
    models = (ChartSpec, Channel, ErrorRange, Trend, Annotation, Format, Words, Answer, AnswerColumn)
    for model in (*models, render.ChartContext):
        name = "Context" if model is render.ChartContext else model.__name__
        body = re.search(rf"export interface {name} \{{(.*?)\n\}}", source, re.DOTALL)
        assert body, name
        assert set(re.findall(r"^  (\w+)\??:", body.group(1), re.MULTILINE)) == set(model.model_fields), name


def test_the_pictures_of_the_guide_are_as_charts_are_drawn_now() -> None:
    done = subprocess.run(
        ["node", str(CHARTS / "gallery.mjs"), "--check"], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_fonts_cover_europe_and_the_widths_are_theirs() -> None:
    metrics = json.loads((CHARTS / "src" / "metrics.json").read_text())
    for path, style in ((fonts.REGULAR, "regular"), (fonts.BOLD, "bold")):
        font = TTFont(path)
        known = font.getBestCmap()
        assert font["name"].getDebugName(1) == fonts.FAMILY == metrics["family"]
        assert [sign for sign in "AzÄßłŘşğőẞΩάώЖщђє€₺₹…–„“•→≥−×²½№" if ord(sign) not in known] == []
        width = {code + i: w for code, run in metrics[style] for i, w in enumerate(run)}
        for sign in "Wil€Ж":
            assert width[ord(sign)] == round(font["hmtx"][known[ord(sign)]][0] * 1000 / font["head"].unitsPerEm)
    assert fonts.LICENCE.read_text().count("SIL OPEN FONT LICENSE") >= 1
