"""Permitted questions are run, or answered from the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from tablewright.core.queries.answer import to_answer, to_json
from tablewright.core.queries.compile import count_question
from tablewright.core.queries.model import Answer
from tablewright.infra.admission import Make, Ticket
from tablewright.infra.cache import cache
from tablewright.infra.compute import admission, engine
from tablewright.queries.gate import SHOWN_ROWS, Permitted

Form = Literal["json", "arrow"]


def answer(permitted: Permitted, *, cancelled: Callable[[], bool] | None = None) -> Answer:
    """Run a permitted question, or take its answer from the cache."""
    return Answer.model_validate_json(answer_bytes(permitted, "json", cancelled=cancelled)[0])


def answer_bytes(
    permitted: Permitted, form: Form, *, cancelled: Callable[[], bool] | None = None
) -> tuple[bytes, bool]:
    """The answer's final bytes, JSON or an Arrow stream, and whether they came from the cache."""
    known = cached(permitted, form)
    if known is not None:
        return known, True
    return wanted(permitted, form).wait(cancelled), False


def cached(permitted: Permitted, form: Form) -> bytes | None:
    """The answer, when it is known. Versions never change, so an entry can be forgotten, never stale."""
    return cache().get(_key(permitted, form))


def wanted(permitted: Permitted, form: Form) -> Ticket:
    """Have it answered; equal questions at the same moment are run once. Raises EngineBusy, WorkspaceBusy."""
    return admission().want(_key(permitted, form), permitted.workspace_id, _maker(permitted, form))


def all_wanted(permitted: Mapping[str, Permitted], form: Form) -> dict[str, Ticket]:
    """Have all of one reader's questions answered, or none of them. Raises EngineBusy, WorkspaceBusy."""
    if not permitted:
        return {}
    keys = {name: _key(each, form) for name, each in permitted.items()}
    makes = {keys[name]: _maker(each, form) for name, each in permitted.items()}
    workspace_id = next(iter(permitted.values())).workspace_id
    tickets = admission().want_all(workspace_id, makes)
    return {name: tickets[key] for name, key in keys.items()}


def _key(permitted: Permitted, form: Form) -> str:
    return f"answer/{form}/{permitted.etag}"


def _maker(permitted: Permitted, form: Form) -> Make:
    key = _key(permitted, form)
    return lambda gave_up: cache().make_shared(key, lambda still: _run(permitted, form, still), gave_up)


def _run(permitted: Permitted, form: Form, cancelled: Callable[[], bool]) -> bytes:
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
        counting = count_question(question, permitted.tables, today=permitted.today, now=permitted.now)
        total = int(engine().ask(folder, counting, cancelled=cancelled).column(0)[0].as_py())
    found = to_answer(
        table,
        permitted.compiled,
        version_id=permitted.version_id,
        total_count=total,
        truncated=total > question.offset + table.num_rows,
    )
    return to_json(found.model_copy(update={"versions": permitted.versions}))
