"""The addresses that anybody may ask: pages, pictures, and the form for a password. No account, no script, no JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Cookie, Query, Request, Response
from sqlalchemy.orm import Session

from tablewright.core.errors import Problem
from tablewright.core.queries.model import Answer, Scalar
from tablewright.dashboards import images, rendering
from tablewright.infra.cache import cache
from tablewright.infra.clock import NowDep
from tablewright.infra.clock import now as clock_now
from tablewright.infra.db import transaction
from tablewright.infra.settings import settings
from tablewright.queries import service as queries
from tablewright.sharing import page, tokens, visiting
from tablewright.sharing.errors import PasswordWrong, ShareMissing
from tablewright.sharing.visiting import Pass, Shown

public = APIRouter(include_in_schema=False)
_VISIT = "tablewright_visit"
_MOST_FIELDS = 300
Enter = Callable[[Session], Pass]
Visit = Annotated[str | None, Cookie(alias=_VISIT)]
Look = Annotated[str, Query(pattern="^(light|dark)-(wide|narrow)$")]


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _sent(request: Request) -> dict[str, list[str]]:
    """The filters that came with the address, by name of their field."""
    fields = request.query_params.multi_items()[:_MOST_FIELDS]
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        if name not in ("token", "look") and len(name) <= 20:
            sent.setdefault(name, []).append(value[:2000])
    return sent


def _look(enter: Enter, sent: Mapping[str, list[str]], tile: str | None = None, *, count: bool = False) -> Shown:
    """Let in, ask what can be chosen, and ask for what is shown; each transaction is over before anything is run."""
    with transaction() as session:
        choices = visiting.choices(session, enter(session))
    offered: dict[str, tuple[list[Scalar], bool]] = {}
    for name, asked in choices.items():
        answer: Answer = queries.answer(asked)
        offered[name] = (answer.data["d0"], answer.truncated)
    with transaction() as session:
        visitor = enter(session)
        controls, values = visiting.controls(visitor, offered, sent)
        spread = visiting.spread_of(session, visitor, values, tile)
        if count:
            visiting.count_view(session, visitor.share.id, clock_now())
        return Shown(visitor.share, spread, controls)


@contextmanager
def _refusals() -> Iterator[list[Response]]:
    """What goes wrong becomes a page of its own in the list that is given, without a word of what is inside."""
    told: list[Response] = []
    try:
        yield told
    except PasswordWrong:
        raise
    except Problem as problem:
        if isinstance(problem, ShareMissing) or problem.status not in (422, 429, 503):
            missing = ShareMissing()
            told.append(_page(page.nothing("Nothing here", missing.detail), 404))
            return
        titles = {422: "This filter cannot be set to that", 429: "Too often", 503: "Busy at this moment"}
        words = problem.detail if problem.status != 422 else "Go back and choose another value."
        answer = _page(page.nothing(titles[problem.status], words), problem.status)
        if problem.status != 422:
            answer.headers["Retry-After"] = str(problem.where.get("retry_after", 5))
        told.append(answer)


def _page(made: page.Page, status: int = 200, *, found: bool = False) -> Response:
    headers = {
        "Content-Security-Policy": made.policy,
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",  # the address is the secret
    }
    if not found:
        headers["X-Robots-Tag"] = "noindex, nofollow"
    return Response(made.html, status, headers, "text/html; charset=utf-8")


def _picture(content: bytes, media_type: str) -> Response:
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "private, max-age=60",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return Response(content, 200, headers, media_type)


def _tile(enter: Enter, request: Request, tile: str, look: str) -> Response:
    with _refusals() as told:
        visiting.spare(_address(request))
        shown = _look(enter, _sent(request), tile)
        pane = next(shown.spread.panes())
        if pane.chart is None or not isinstance(pane.asked, queries.Permitted):
            raise ShareMissing
        theme, width = look.split("-")
        answer = queries.answer(pane.asked)
        drawn = page.picture_of(pane.asked, pane.chart, answer, pane.tile.place, theme, width)  # type: ignore[arg-type] # of Look
        return _picture(drawn["svg"].encode(), "image/svg+xml; charset=utf-8")
    return told[0]


def _image(enter: Enter, request: Request, tile: str) -> Response:
    with _refusals() as told:
        visiting.spare(_address(request))
        with transaction() as session:
            pane = next(visiting.spread_of(session, enter(session), {}, tile).panes())
        if pane.picture is None:
            raise ShareMissing
        return _picture(images.read(pane.picture.workspace_id, pane.picture.image_id), "image/png")
    return told[0]


# --- links ----------------------------------------------------------------------------------------


def _by_link(request: Request, token: str, visit: str | None) -> Enter:
    return lambda session: visiting.by_link(session, token, address=_address(request), visit=visit, now=clock_now())


def _of_link(token: str) -> page.Around:
    return page.Around(f"/s/{token}", {}, f"{settings().public_url}/s/{token}")


@public.api_route("/s/{token}", methods=["GET", "HEAD"])
def see_link(token: str, request: Request, now: NowDep, visit: Visit = None) -> Response:
    """The page of a public link."""
    try:
        with _refusals() as told:
            visiting.spare(_address(request))
            sent = _sent(request)
            shown = _look(_by_link(request, token, visit), sent, count=request.method == "GET")
            made = page.dashboard(shown, _of_link(token), sent, at=now)
            return _page(made, found=shown.share.may_be_found)
        return told[0]
    except PasswordWrong:
        return _page(page.locked(_of_link(token)), 401)


@public.post("/s/{token}")
def unlock_link(
    token: str, request: Request, now: NowDep, body: Annotated[bytes, Body(max_length=8192)] = b""
) -> Response:
    """Open a link with its password; a cookie of this link alone keeps it open for half a day."""
    try:
        with _refusals() as told:
            visiting.spare(_address(request))
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=5)
            password = (fields.get("password") or [""])[0]
            visit = visiting.unlock(token, password, address=_address(request), now=now)
            answer = Response(status_code=303, headers={"Location": f"/s/{token}", "Referrer-Policy": "no-referrer"})
            answer.set_cookie(
                _VISIT, visit, max_age=int(tokens.VISIT_LIFE.total_seconds()), path=f"/s/{token}", httponly=True,
                samesite="lax", secure=settings().public_url.startswith("https://"),
            )  # fmt: skip
            return answer
        return told[0]
    except PasswordWrong as problem:
        return _page(page.locked(_of_link(token), wrong=problem.detail), 401)


@public.get("/s/{token}/picture.png")
def see_preview(token: str, request: Request, now: NowDep) -> Response:
    """What messengers show of a link: only of one without a password, as its filters are frozen."""
    try:
        with _refusals() as told:
            visiting.spare(_address(request))
            with transaction() as session:
                visitor = visiting.by_link(session, token, address=_address(request), visit=None, now=now)
                spread = visiting.spread_of(session, visitor, {})
            gates = [pane.asked.etag for pane in spread.panes() if isinstance(pane.asked, queries.Permitted)]
            asked = hashlib.sha256("|".join([visitor.share.title, *gates]).encode()).hexdigest()[:24]
            key = f"share/png/{visitor.share.id}/{visitor.share.dashboard_version}/{asked}"

            def make() -> bytes:
                folder = settings().scratch_dir / f"share-{uuid4().hex}"
                folder.mkdir(parents=True)
                file = folder / "picture.png"
                try:
                    rendering.picture(spread, file, at=now, progress=lambda **_: None, preview=True, named=False)
                    return file.read_bytes()
                finally:
                    file.unlink(missing_ok=True)
                    folder.rmdir()

            return _picture(cache().get_or_make(key, make), "image/png")
        return told[0]
    except PasswordWrong:
        return _page(page.locked(_of_link(token)), 401)


@public.get("/s/{token}/{tile}.svg")
def see_tile(token: str, tile: str, request: Request, look: Look = "light-wide", visit: Visit = None) -> Response:
    """One chart of a link."""
    try:
        return _tile(_by_link(request, token, visit), request, tile, look)
    except PasswordWrong:
        return _page(page.locked(_of_link(token)), 401)


@public.get("/s/{token}/{tile}.png")
def see_image(token: str, tile: str, request: Request, visit: Visit = None) -> Response:
    """One picture of a link."""
    try:
        return _image(_by_link(request, token, visit), request, tile)
    except PasswordWrong:
        return _page(page.locked(_of_link(token)), 401)


# --- frames ---------------------------------------------------------------------------------------

FrameToken = Annotated[str, Query(max_length=tokens.LONGEST)]


def _by_frame(request: Request, share_id: UUID, token: str) -> Enter:
    return lambda session: visiting.by_frame(session, share_id, token, address=_address(request), now=clock_now())


@public.get("/e/{share_id}")
def see_frame(share_id: UUID, request: Request, now: NowDep, token: FrameToken = "") -> Response:
    """The page of a frame, held by the origins that it names and by no other."""
    with _refusals() as told:
        visiting.spare(_address(request))
        sent = _sent(request)
        shown = _look(_by_frame(request, share_id, token), sent, count=True)
        around = page.Around(f"/e/{share_id}", {"token": token}, "", shown.share.origins)
        return _page(page.dashboard(shown, around, sent, at=now))
    return told[0]


@public.get("/e/{share_id}/{tile}.svg")
def see_frame_tile(
    share_id: UUID, tile: str, request: Request, token: FrameToken = "", look: Look = "light-wide"
) -> Response:
    """One chart of a frame."""
    return _tile(_by_frame(request, share_id, token), request, tile, look)


@public.get("/e/{share_id}/{tile}.png")
def see_frame_image(share_id: UUID, tile: str, request: Request, token: FrameToken = "") -> Response:
    """One picture of a frame."""
    return _image(_by_frame(request, share_id, token), request, tile)


@public.api_route("/s/{rest:path}", methods=["GET", "HEAD"])
@public.api_route("/e/{rest:path}", methods=["GET", "HEAD"])
def see_nothing(rest: str) -> Response:
    """Everything else below these addresses."""
    return _page(page.nothing("Nothing here", ShareMissing().detail), 404)
