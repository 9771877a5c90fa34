"""Questions over HTTP: asked one at a time or in batches, and saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from time import perf_counter
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tablewright.core.errors import Problem
from tablewright.core.queries.model import Answer, Question
from tablewright.identity.access import ActorDep, Credentials, IdempotencyHeader, once
from tablewright.identity.actor import Permission
from tablewright.identity.errors import SessionOver
from tablewright.infra.admission import Ticket
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.errors import unexpected
from tablewright.infra.limits import Cancelled
from tablewright.infra.paging import CursorDep, LimitQuery
from tablewright.queries import repository, service
from tablewright.queries.models import SavedQuestion
from tablewright.queries.schemas import (
    BatchIn,
    SavedQuestionChange,
    SavedQuestionIn,
    SavedQuestionList,
    SavedQuestionOut,
)

router = APIRouter(prefix="/questions", tags=["questions"])

ARROW = "application/vnd.apache.arrow.stream"
NDJSON = "application/x-ndjson"
_BEGUN_EARLY = 2
"""Tiles that the engine is given before the others are permitted: as many as it has children."""


def _permit(credentials: Credentials, now: NowDep, question: Question) -> service.Permitted:
    """Pass the gate in a transaction of its own: none stays open while the engine works."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        actor, known = service.enter(session, credentials.credentials, now, [question])
        return service.permit(session, actor, question, known=known)


@router.post(
    "/run",
    operation_id="askQuestion",
    response_model=Answer,
    responses={200: {"content": {ARROW: {}}}, 304: {"description": "The answer you have is the newest."}},
)
async def ask_question(question: Question, request: Request, credentials: Credentials, now: NowDep) -> Response:
    """Ask. The answer is JSON, or an Arrow stream when `Accept` prefers it. Who leaves has it cancelled."""
    started = perf_counter()
    form: service.Form = "arrow" if ARROW in request.headers.get("accept", "") else "json"

    def begin() -> tuple[service.Permitted, bytes | Ticket | None]:
        permitted = _permit(credentials, now, question)
        if request.headers.get("if-none-match") == _etag(permitted, form):
            return permitted, None
        known = service.cached(permitted, form)
        return permitted, service.wanted(permitted, form) if known is None else known

    permitted, found = await run_in_threadpool(begin)
    headers = {"ETag": _etag(permitted, form), "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}
    if permitted.viewed_as is not None:
        headers["X-Viewed-As"] = str(permitted.viewed_as)
    if found is None:
        return Response(status_code=304, headers=headers)
    headers["X-Cache"] = "hit" if isinstance(found, bytes) else "miss"
    body = found if isinstance(found, bytes) else await _told(found, request)
    headers["Server-Timing"] = f"ask;dur={(perf_counter() - started) * 1000:.1f}"
    return Response(body, 200, headers, ARROW if form == "arrow" else "application/json")


def _etag(permitted: service.Permitted, form: service.Form) -> str:
    return f'"{permitted.etag}-{form}"'


async def _told(ticket: Ticket, request: Request) -> bytes:
    """The answer, while its reader is there."""
    leaving = asyncio.ensure_future(_left(request))
    answer = asyncio.wrap_future(ticket.done)
    either: set[asyncio.Future[Any]] = {answer, leaving}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Cancelled("ask")
        return answer.result()
    finally:
        ticket.leave()
        leaving.cancel()
        answer.add_done_callback(_heard)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _heard(answer: asyncio.Future[bytes]) -> None:
    """Nobody waits for this any more; its error, if any, is nobody's surprise."""
    if not answer.cancelled():
        answer.exception()


@router.post("/batch", operation_id="askQuestions", response_class=StreamingResponse)
def ask_questions(body: BatchIn, credentials: Credentials, now: NowDep) -> Response:
    """Ask up to 30 questions at once. One line of JSON each, `{key, answer}` or `{key, problem}`, as they finish."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        actor, known = service.enter(session, credentials.credentials, now, [each.question for each in body.questions])

        def each() -> Iterator[tuple[str, service.Permitted | Problem]]:
            for asked in body.questions:
                try:
                    yield asked.key, service.permit(session, actor, asked.question, known=known)
                except Problem as problem:  # one question that cannot be asked does not stop the others
                    yield asked.key, problem

        return streamed(each())


def streamed(permitted: Iterable[tuple[str, service.Permitted | Problem]]) -> Response:
    """The answers as they finish, a line of JSON each. What nobody else waits for is cancelled when the reader leaves.

    What is known already comes first. The engine begins with the first that are not, while the others are still being
    permitted. Raises EngineBusy or WorkspaceBusy when they cannot all be let in.
    """
    ready: list[bytes] = []
    missing: dict[str, service.Permitted] = {}
    tickets: dict[str, Ticket] = {}

    def begin() -> None:
        tickets.update(service.all_wanted(missing, "json"))
        missing.clear()

    try:
        for key, gate in permitted:
            if isinstance(gate, Problem):
                ready.append(_problem_line(key, gate.as_document()))
                continue
            known = service.cached(gate, "json")
            if known is None:
                missing[key] = gate
            else:
                ready.append(_answer_line(key, known))
            if not tickets and len(missing) == _BEGUN_EARLY:
                begin()
        begin()
    except BaseException:
        for ticket in tickets.values():
            ticket.leave()
        raise
    headers = {"Cache-Control": "no-store"}
    if not tickets:
        return Response(b"".join(ready), media_type=NDJSON, headers=headers)

    async def stream() -> AsyncIterator[bytes]:
        waiting = {asyncio.wrap_future(ticket.done): key for key, ticket in tickets.items()}
        try:
            if ready:
                yield b"".join(ready)
            while waiting:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                yield b"".join(_line(waiting.pop(answer), answer) for answer in done)
        finally:
            for ticket in tickets.values():
                ticket.leave()
            for answer in waiting:
                answer.add_done_callback(_heard)

    return StreamingResponse(stream(), media_type=NDJSON, headers=headers)


def _line(key: str, answer: asyncio.Future[bytes]) -> bytes:
    try:
        return _answer_line(key, answer.result())
    except Problem as problem:
        return _problem_line(key, problem.as_document())
    except Exception as error:
        return _problem_line(key, unexpected(error, question=key))


def _answer_line(key: str, answer: bytes) -> bytes:
    return b'{"key":' + orjson.dumps(key) + b',"answer":' + answer + b"}\n"


def _problem_line(key: str, document: dict[str, object]) -> bytes:
    return orjson.dumps({"key": key, "problem": document}, option=orjson.OPT_APPEND_NEWLINE)


def saved_out(saved: SavedQuestion) -> SavedQuestionOut:
    """A saved question as the API shows it."""
    return SavedQuestionOut(
        id=saved.id,
        name=saved.name,
        dataset_id=saved.dataset_id,
        question=saved.asked(),
        chart=saved.drawn(),
        formats=saved.formatted(),
        version=saved.version,
        created_at=saved.created_at,
        updated_at=saved.updated_at,
    )


@router.get("", operation_id="listQuestions")
def list_questions(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: LimitQuery = 50,
) -> SavedQuestionList:
    """The saved questions of the workspace, newest first."""
    actor.require(Permission.QUESTIONS_ASK)
    page = repository.page(session, actor, search=search.strip(), cursor=cursor, limit=limit)
    return SavedQuestionList(items=[saved_out(saved) for saved in page.items], next_cursor=page.next_cursor)


@router.post("", status_code=201, operation_id="createQuestion", response_model=SavedQuestionOut)
def create_question(
    body: SavedQuestionIn, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Keep a question."""
    return once(
        session,
        actor,
        key,
        body,
        lambda: saved_out(
            service.create(
                session, actor, name=body.name, question=body.question, chart=body.chart, formats=body.formats, now=now
            )
        ),
        now=now,
    )


@router.get("/{question_id}", operation_id="getQuestion")
def get_question(question_id: UUID, session: SessionDep, actor: ActorDep) -> SavedQuestionOut:
    """One saved question."""
    actor.require(Permission.QUESTIONS_ASK)
    return saved_out(repository.get(session, actor, question_id))


@router.put("/{question_id}", operation_id="changeQuestion")
def change_question(
    question_id: UUID, body: SavedQuestionChange, session: SessionDep, actor: ActorDep, now: NowDep
) -> SavedQuestionOut:
    """Replace a saved question; 409 when somebody else did meanwhile."""
    saved = service.change(
        session,
        actor,
        question_id,
        name=body.name,
        question=body.question,
        chart=body.chart,
        formats=body.formats,
        keep_formats="formats" not in body.model_fields_set,
        version=body.version,
        now=now,
    )
    return saved_out(saved)


@router.delete("/{question_id}", status_code=204, operation_id="deleteQuestion")
def delete_question(question_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Put a saved question into the bin, for 30 days."""
    service.delete(session, actor, question_id, now=now)


@router.post("/{question_id}/restore", operation_id="restoreQuestion")
def restore_question(question_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> SavedQuestionOut:
    """Undo a deletion."""
    return saved_out(service.restore(session, actor, question_id, now=now))
