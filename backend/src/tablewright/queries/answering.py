"""Permitted questions are run, or answered from the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tablewright.core.queries.answer import to_answer, to_json
from tablewright.core.queries.compile import count_question
from tablewright.core.queries.model import Answer
from tablewright.infra.cache import cache
from tablewright.infra.compute import engine
from tablewright.queries.gate import SHOWN_ROWS, Permitted

Form = Literal["json", "arrow"]


def answer(permitted: Permitted, *, cancelled: Callable[[], bool] | None = None) -> Answer:
    """Run a permitted question, or take its answer from the cache."""
    return Answer.model_validate_json(answer_bytes(permitted, "json", cancelled=cancelled)[0])


def answer_bytes(
    permitted: Permitted, form: Form, *, cancelled: Callable[[], bool] | None = None
) -> tuple[bytes, bool]:
    """The answer's final bytes, JSON or an Arrow stream, and whether they came from the cache.

    Versions never change, so the key alone decides: an entry can be forgotten, never stale. Equal
    questions at the same moment are run once.
    """
    made = False

    def make() -> bytes:
        nonlocal made
        made = True
        return _run(permitted, form, cancelled)

    value = cache().get_or_make(f"answer/{form}/{permitted.etag}", make)
    return value, not made


def _run(permitted: Permitted, form: Form, cancelled: Callable[[], bool] | None) -> bytes:
    folder = permitted.folder()
    if form == "arrow":
        return engine().ask_ipc(folder, permitted.compiled, cancelled=cancelled)
    table = engine().ask(folder, permitted.compiled, cancelled=cancelled)
    question = permitted.question
    if table.num_rows < (question.limit or SHOWN_ROWS) and (table.num_rows > 0 or question.offset == 0):
        total = question.offset + table.num_rows
    elif permitted.row_count is not None:
        total = permitted.row_count
    else:
        counting = count_question(question, permitted.tables, today=permitted.today)
        total = int(engine().ask(folder, counting, cancelled=cancelled).column(0)[0].as_py())
    found = to_answer(
        table,
        permitted.compiled,
        version_id=permitted.version_id,
        total_count=total,
        truncated=total > question.offset + table.num_rows,
    )
    return to_json(found.model_copy(update={"versions": permitted.versions}))
