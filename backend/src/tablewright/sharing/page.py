"""The pages that visitors get: whole when they arrive, without scripts, with nothing in them but what is shown."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache as once
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from tablewright.core.charts.spec import ChartSpec
from tablewright.core.dashboards.model import ImageTile, Place, TextTile
from tablewright.core.errors import Problem
from tablewright.core.layouts import board
from tablewright.core.layouts.cells import print_column
from tablewright.core.layouts.document import Text
from tablewright.core.layouts.html import Markup, document, element, style
from tablewright.core.layouts.pdf import safe_svg
from tablewright.core.layouts.wording import ENGLISH
from tablewright.core.queries.kinds import with_kinds
from tablewright.core.queries.model import Answer
from tablewright.dashboards.showing import Pane
from tablewright.infra.admission import is_refusal
from tablewright.infra.cache import cache
from tablewright.queries import service as queries
from tablewright.reports.rendering import draw
from tablewright.sharing.visiting import Control, Shown

MOST_ROWS = 500
Theme = Literal["light", "dark"]
Width = Literal["wide", "narrow"]
_NARROW = (340, 280)
_WORDS_HIGH = 92
"""What stands above and below a picture in its tile: the reason why, a note, and where its numbers are shown."""
_ICON = element("link", rel="icon", href="/icon.svg", type="image/svg+xml")


@dataclass(frozen=True)
class Page:
    html: str
    policy: str


@dataclass(frozen=True)
class Around:
    """Where a page stands: what its addresses begin with and hold, and where it may be framed."""

    path: str
    """`/s/TOKEN` or `/e/NUMBER`."""
    held: Mapping[str, str]
    """Fields that every address of the page carries, as a frame's token."""
    address: str
    """The whole address, for messengers; empty in a frame."""
    origins: Sequence[str] = ()


def dashboard(shown: Shown, around: Around, sent: Mapping[str, list[str]], *, at: datetime) -> Page:
    """The dashboard as a visitor sees it."""
    spread, share = shown.spread, shown.share
    many = len(spread.sheets) > 1
    answers = _answers(shown)
    query = urlencode([*around.held.items(), *((name, each) for name, texts in sent.items() for each in texts)])
    places: list[str] = []
    parts: list[Markup] = []
    for sheet in spread.sheets:
        settled = board.settled(tuple(_placed(pane) for pane in sheet.panes))
        order = sorted(sheet.panes, key=lambda each: (each.tile.place.y, each.tile.place.x))
        tiles = []
        for pane, where in zip(order, settled, strict=True):
            place = where.place
            tile = pane.tile.id
            places.append(f"#{tile}{{grid-column:{place.x + 1}/span {place.w};grid-row:{place.y + 1}/span {place.h}}}")
            tiles.append(_tile(pane, answers.get(tile), around, query, heading="h3" if many else "h2"))
        parts += [element("h2", sheet.title)] if many else []
        parts.append(element("div", tiles, cls="grid"))
    css = f"{_css()}@media (min-width:761px){{{''.join(places)}}}"
    body = element(
        "body",
        element(
            "main",
            element("h1", spread.title),
            element("p", share.description, cls="told") if share.description else None,
            element("p", f"Only rows where {spread.filters}.", cls="told") if spread.filters else None,
            _filters(shown.controls, around),
            parts,
        ),
        element("footer", f"Asked on {at:%d %B %Y, %H:%M} UTC. Made with Tablewright."),
    )
    head = [
        element("title", spread.title),
        _ICON,
        *_meta(shown, around),
        style(css),
    ]
    return Page(document(head, body), policy(css, around.origins))


def _placed(pane: Pane) -> board.Pane:
    """Only for where it stands."""
    return board.Pane(place=pane.tile.place, part=_NOTHING)


_NOTHING = Text(text="")


def _meta(shown: Shown, around: Around) -> list[Markup]:
    """What search engines and messengers read. A page with a password, or in a frame, says nothing to them."""
    share = shown.share
    words = share.description or f"{shown.spread.title}: a dashboard."
    told = [element("meta", name="description", content=words)]
    if not share.may_be_found:
        told.append(element("meta", name="robots", content="noindex, nofollow"))
    if around.address and share.password_hash is None:
        picture = f"{around.address}/picture.png"
        facts = {"og:type": "website", "og:title": shown.spread.title, "og:description": words, "og:image": picture}
        facts |= {"og:image:width": "1200", "og:image:height": "630", "og:url": around.address}
        told += [element("meta", property=name, content=value) for name, value in facts.items()]
        told.append(element("meta", name="twitter:card", content="summary_large_image"))
        if share.may_be_found:
            told.append(element("link", rel="canonical", href=around.address))
    return told


def policy(css: str, origins: Sequence[str] = ()) -> str:
    """No script at all, our style by its hash, pictures and forms of ours, frames where they are allowed.

    Where no script runs nothing connects; the page may, for what reads robots.txt from within it.
    """
    hashed = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{hashed}'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {' '.join(origins) or chr(39) + 'none' + chr(39)}"
    )


@once
def _css() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


# --- tiles ----------------------------------------------------------------------------------------


def _answers(shown: Shown) -> dict[str, Answer | Problem]:
    """What the tiles answer, asked at once. Raises EngineBusy or WorkspaceBusy when nothing was begun."""
    found: dict[str, Answer | Problem] = {}
    missing: dict[str, queries.Permitted] = {}
    for pane in shown.spread.panes():
        if isinstance(pane.asked, Problem):
            found[pane.tile.id] = pane.asked
        elif pane.asked is not None:
            known = queries.cached(pane.asked, "json")
            if known is None:
                missing[pane.tile.id] = pane.asked
            else:
                found[pane.tile.id] = Answer.model_validate_json(known)
    for tile, ticket in queries.all_wanted(missing, "json").items():
        try:
            found[tile] = Answer.model_validate_json(ticket.wait())
        except Problem as problem:  # a tile that fails does not take the page with it
            found[tile] = problem
    return found


def _tile(
    pane: Pane, answer: Answer | Problem | None, around: Around, query: str, *, heading: Literal["h2", "h3"]
) -> Markup:
    if isinstance(pane.tile, TextTile):
        return element("section", _words(pane.tile.text, heading), id=pane.tile.id, cls="tile words")
    if isinstance(pane.tile, ImageTile):
        assert pane.picture is not None  # it shows one
        address = f"{around.path}/{pane.tile.id}.png{'?' if query else ''}{query}"
        size = {"width": pane.picture.width, "height": pane.picture.height}
        return element(
            "section", element("img", src=address, alt=pane.tile.alt, **size), id=pane.tile.id, cls="tile words picture"
        )
    inside: list[Markup] = []
    if answer is None or isinstance(answer, Problem):
        # What exactly is wrong may name data that is not shown here.
        inside.append(element("p", "This could not be answered.", cls="note"))
    elif answer.row_count == 0:
        inside.append(element("p", "Nothing is left under these filters.", cls="note"))
    elif pane.chart is None:
        inside += _table(answer, pane.title)
    else:
        inside += _chart(pane, pane.chart, answer, around, query)
    return element(
        "section",
        element(heading, pane.title, id=f"{pane.tile.id}-title"),
        element("p", pane.tile.why, cls="why") if pane.tile.why else None,
        inside,
        id=pane.tile.id,
        cls="tile tall",
        tabindex=0,
        aria_labelledby=f"{pane.tile.id}-title",
    )


def _chart(pane: Pane, chart: ChartSpec, answer: Answer, around: Around, query: str) -> list[Markup]:
    assert isinstance(pane.asked, queries.Permitted)  # it was answered
    try:
        told = picture_of(pane.asked, chart, answer, pane.tile.place, "light", "wide")
    except Problem as problem:
        if is_refusal(problem):
            raise
        return [element("p", "This chart could not be drawn.", cls="note"), *_table(answer, pane.title)]

    def address(theme: Theme, width: Width) -> str:
        more = urlencode({"look": f"{theme}-{width}"})
        return f"{around.path}/{pane.tile.id}.svg?{'&'.join(filter(None, (query, more)))}"

    dark, narrow = "(prefers-color-scheme: dark)", "(max-width: 760px)"
    wide = _size(pane.tile.place, "wide")
    picture = element(
        "picture",
        element("source", media=f"{dark} and {narrow}", srcset=address("dark", "narrow"), width=340, height=280),
        element("source", media=narrow, srcset=address("light", "narrow"), width=340, height=280),
        element("source", media=dark, srcset=address("dark", "wide")),
        element("img", src=address("light", "wide"), alt=told["summary"][:2000], width=wide[0], height=wide[1]),
    )
    below = "" if told["subtitle"] == pane.title else told["subtitle"].removeprefix(f"{pane.title} · ")
    note = " · ".join(filter(None, (below, _cut(answer))))
    return [
        picture,
        *([element("p", note, cls="note")] if note else []),
        element("details", element("summary", "Show the numbers"), _table(answer, pane.title)),
    ]


def _size(place: Place, width: Width) -> tuple[int, int]:
    if width == "narrow":
        return _NARROW
    across, down = board.inner(place, 1280)
    return max(120, across), max(90, down - _WORDS_HIGH)


def picture_of(
    asked: queries.Permitted, chart: ChartSpec, answer: Answer, place: Place, theme: Theme, width: Width
) -> dict[str, str]:
    """The picture of a tile, drawn once for all who see the same: svg, summary, subtitle."""
    across, down = _size(place, width)
    spec = hashlib.sha256(chart.model_dump_json().encode()).hexdigest()[:24]

    def make() -> bytes:
        drawn = draw(chart, answer, width=across, height=down, theme=theme)
        return json.dumps({**drawn, "svg": safe_svg(drawn["svg"])}).encode()

    found: dict[str, str] = json.loads(
        cache().get_or_make(f"share/svg/{asked.etag}/{spec}/{across}x{down}/{theme}", make)
    )
    return found


def _cut(answer: Answer) -> str:
    return f"Shows the first {answer.row_count:,} of {answer.total_count:,}." if answer.truncated else ""


def _table(answer: Answer, title: str) -> list[Markup]:
    answer = with_kinds(answer)
    printed = [
        print_column(column, answer.data[column.key][:MOST_ROWS], ENGLISH, answer.bin_width.get(column.key))
        for column in answer.columns
    ]
    total = max(answer.total_count or 0, answer.row_count)
    shown = min(MOST_ROWS, answer.row_count)
    head = element("tr", (element("th", each.label, scope="col", cls=_number(each.is_number)) for each in printed))
    rows = (
        element("tr", (element("td", each.cells[row], cls=_number(each.is_number)) for each in printed))
        for row in range(shown)
    )
    table = element("table", element("thead", head), element("tbody", rows))
    region = element("div", table, cls="scroll", role="region", tabindex=0, aria_label=f"Table of {title}")
    note = element("p", f"{shown:,} of {total:,} rows shown.", cls="note") if shown < total else None
    return [region, *([note] if note else [])]


def _number(is_number: bool) -> str | None:
    return "number" if is_number else None


def _words(text: str, heading: Literal["h2", "h3"]) -> list[Markup]:
    """Plain text with the few marks that people may use in it."""
    made: list[Markup] = []
    lines: list[str] = []
    bullets: list[Markup] = []

    def close() -> None:
        if lines:
            made.append(element("p", "\n".join(lines)))
            lines.clear()
        if bullets:
            made.append(element("ul", list(bullets)))
            bullets.clear()

    for raw in text.splitlines():
        line = raw.strip()
        mark, _, rest = line.partition(" ")
        if mark == "-" and rest.strip():
            if lines:
                close()
            bullets.append(element("li", rest.strip()))
            continue
        if bullets or not line:
            close()
        if mark in ("#", "##") and rest.strip():
            close()
            made.append(element(heading, rest.strip(), cls="big" if mark == "#" else None))
        elif line:
            lines.append(line)
    close()
    return made


# --- filters --------------------------------------------------------------------------------------


def _filters(controls: Sequence[Control], around: Around) -> Markup | None:
    if not controls:
        return None
    held = [element("input", type="hidden", name=name, value=value) for name, value in around.held.items()]
    return element(
        "form",
        held,
        [_control(each) for each in controls],
        element("button", "Apply", type="submit"),
        cls="filters",
        method="get",
        action=around.path,
        aria_label="Filters",
    )


def _control(control: Control) -> Markup:
    one = control.filter
    sent = element("input", type="hidden", name=f"{one.id}.set", value="1")
    if one.kind == "list":
        chosen = control.set_to.get(one.id, ())
        told = one.label if not chosen else f"{one.label}: {chosen[0] or '(empty)'}"
        told += f" and {len(chosen) - 1} more" if len(chosen) > 1 else ""
        boxes = [
            element(
                "label",
                element("input", type="checkbox", name=one.id, value=value, checked=value in chosen),
                element("span", shown),
            )
            for value, shown in control.choices
        ]
        more = element("p", f"The {len(boxes)} most frequent values.", cls="note") if control.more else None
        return element(
            "details",
            element("summary", told),
            element("fieldset", element("legend", one.label), boxes, more, cls="options"),
            sent,
            cls="list",
        )
    if one.kind == "text":
        value = (control.set_to.get(one.id) or ("",))[0]
        field = element("input", type="text", id=one.id, name=one.id, value=value, maxlength=200)
        return element("div", element("label", f"{one.label} contains", for_=one.id), field, sent)
    kind, step = ("date", None) if one.kind == "date" else ("number", "any")
    ends = []
    for end in ("from", "to"):
        name = f"{one.id}.{end}"
        value = (control.set_to.get(name) or ("",))[0][: 10 if kind == "date" else 40]
        field = element("input", type=kind, step=step, id=name, name=name, value=value)
        ends.append(element("div", element("label", end, for_=name), field))
    return element("fieldset", element("legend", one.label), element("div", ends, cls="ends"), sent)


# --- other pages ----------------------------------------------------------------------------------


def locked(around: Around, *, wrong: str = "") -> Page:
    """What is shown while a password is due: nothing of the dashboard, not even its title."""
    form = element(
        "form",
        element("label", "Password", for_="password"),
        element(
            "input", type="password", id="password", name="password", required=True, autofocus=True,
            autocomplete="off", aria_describedby="wrong" if wrong else None,
        ),
        element("p", wrong, id="wrong", cls="wrong", role="alert") if wrong else None,
        element("button", "Open", type="submit"),
        method="post",
        action=around.path,
    )  # fmt: skip
    told = element("p", "Who gave you the link has the password.", cls="told")
    return _small("A password is needed", [told, form], around)


def nothing(title: str, words: str) -> Page:
    """What is shown where there is nothing to show, alike for every reason."""
    return _small(title, [element("p", words, cls="told")], Around("", {}, ""))


def _small(title: str, inside: Sequence[Markup], around: Around) -> Page:
    css = _css()
    body = element("body", element("main", element("h1", title), inside, cls="lock"))
    head = [element("title", title), _ICON, element("meta", name="robots", content="noindex, nofollow"), style(css)]
    return Page(document(head, body), policy(css, around.origins))
