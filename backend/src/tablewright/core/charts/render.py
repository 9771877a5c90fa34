"""Charts as SVG: the compiler that draws them in the browser, run by V8 inside this process.

One context is kept warm for each process. Values go in as JSON and an SVG comes out: nothing of the user's is
ever run. V8 belongs into a child process, since a context that ran out of memory cannot be used or closed again.
"""

from __future__ import annotations

import ctypes
import json
import threading
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError

from tablewright.core.charts.spec import ChartSpec
from tablewright.core.errors import Exhausted, Invalid, Problem
from tablewright.core.queries.model import Answer

BUNDLE = Path(__file__).parent / "bundle" / "charts.v8.js"
MEMORY_BYTES = 256 * 1024 * 1024
SECONDS = 5.0


class BundleMissing(Problem):
    """The charts were not built into this installation."""

    title = "Charts are not built"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The chart bundle {path.name} is missing from this installation. Run `make build` to make it."
        )


class ChartNotDrawable(Invalid):
    """The spec does not fit the answer, or one of them is not what it should be."""

    title = "This chart cannot be drawn"


class ChartTooLarge(Exhausted):
    def __init__(self) -> None:
        super().__init__(
            f"The chart needs more than {MEMORY_BYTES // 2**20} MiB of memory. "
            "Group the data or limit its rows, then draw it again."
        )


class ChartTooSlow(Exhausted):
    def __init__(self) -> None:
        super().__init__(
            f"The chart was not finished after {SECONDS:g} seconds. "
            "Group the data or limit its rows, then draw it again."
        )


class ChartContext(BaseModel):
    """Where the picture goes: its size in CSS pixels, its reader's language, its ground."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Literal["screen", "pdf", "mail"] = "pdf"
    width: Annotated[int, Field(ge=80, le=4000)] = 720
    height: Annotated[int, Field(ge=60, le=4000)] = 420
    locale: Annotated[str, Field(max_length=40)] = "en"
    theme: Literal["light", "dark"] = "light"
    reducedMotion: bool = True  # named as the front end names it
    hidden: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    headings: bool | None = None
    """Whether title, notes and source are part of the picture; None means on paper and in mail."""


class ChartJob(BaseModel):
    """Everything that decides a picture: the same job gives the same bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: ChartSpec
    answer: Answer
    context: ChartContext = ChartContext()

    def as_json(self) -> str:
        try:
            return self.model_dump_json()
        except PydanticSerializationError:
            # Half a surrogate pair: not UTF-8, yet JSON can say it, and the compiler draws a replacement character.
            return json.dumps(self.model_dump(mode="json"))


class Drawing(BaseModel):
    """A picture and the words for those who do not see it."""

    model_config = ConfigDict(frozen=True)

    svg: str
    summary: str
    subtitle: str = ""
    """What the chart says about itself beside its title, such as what it leaves out."""


def run(params: dict[str, Any], context: Any = None) -> dict[str, str]:
    """The task `chart.svg`: `{spec, answer, context}` to `{svg, summary, subtitle}`."""
    try:
        job = ChartJob.model_validate(params)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ChartNotDrawable(f"The chart is not complete: {first['msg']} ({place}).", position=place) from error
    return draw(job).model_dump()


def draw(job: ChartJob) -> Drawing:
    """Draw a chart. The same job gives the same bytes in every process, and in Node."""
    return Drawing.model_validate(_engine().draw(job.as_json()))


def format_table(job: dict[str, Any]) -> dict[str, Any]:
    """The conditional formats of a table, decided by the code that decides them in the browser (see `formats`)."""
    return _engine().format(json.dumps(job))


class _Engine:
    """One V8 context with the bundle loaded."""

    def __init__(self, bundle: str) -> None:
        self._v8 = MiniRacer()
        # Never closed: its finaliser waits for a thread that the end of the interpreter has already stopped, and
        # one process in three hung there. One reference more keeps it from being finalised; the process takes it along.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._v8))
        self._v8.eval(bundle)
        # A function object takes text as text: no code is made of it.
        self._render: Any = self._v8.eval("renderChart")
        self._format: Any = None
        self._v8.set_hard_memory_limit(MEMORY_BYTES)
        self._lock = threading.Lock()
        self.spent = False

    def draw(self, job: str) -> dict[str, str]:
        reply = self._asked(self._render, job)
        if "problem" in reply:
            raise ChartNotDrawable(str(reply["problem"]))
        return {key: str(reply[key]) for key in ("svg", "summary", "subtitle")}

    def format(self, job: str) -> dict[str, Any]:
        if self._format is None:
            self._format = self._v8.eval("formatTable")
        return self._asked(self._format, job)

    def _asked(self, function: Any, job: str) -> dict[str, Any]:
        with self._lock:
            if self.spent:
                raise ChartTooLarge
            try:
                reply: dict[str, Any] = json.loads(function(job, timeout_sec=SECONDS))
            except JSTimeoutException as error:
                raise ChartTooSlow from error
            except JSOOMException as error:
                self.spent = True
                raise ChartTooLarge from error
            except JSEvalException as error:
                if self._v8.was_hard_memory_limit_reached():
                    self.spent = True
                    raise ChartTooLarge from error
                raise ChartNotDrawable(f"The chart could not be drawn: {str(error).splitlines()[0]}") from error
            return reply


@cache
def _engine() -> _Engine:
    if not BUNDLE.is_file():
        raise BundleMissing(BUNDLE)
    return _Engine(BUNDLE.read_text(encoding="utf-8"))
