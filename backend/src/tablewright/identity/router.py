"""Identity over HTTP: set-up, sessions, workspaces, members."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Request, Response
from sqlalchemy.orm import Session

from tablewright.identity import repository, service
from tablewright.identity.access import ActorDep, Credentials, SameSite
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver, SignInFailed
from tablewright.identity.models import Member, User, Workspace
from tablewright.identity.schemas import (
    Invited,
    JoinIn,
    Me,
    MemberChange,
    MemberIn,
    MemberList,
    MemberOut,
    SessionOut,
    SetupIn,
    SetupState,
    SignInIn,
    UserOut,
    ViewAsIn,
    Viewed,
    WorkspaceChange,
    WorkspaceChoice,
    WorkspaceIn,
    WorkspaceOut,
    WorkspaceRoleOut,
    WorkspaceSettings,
)
from tablewright.identity.secrets import access_token, read_access_token
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.settings import settings

router = APIRouter(tags=["identity"])

COOKIE = "tablewright_refresh"
_COOKIE_PATH = "/api/v1/session"
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE, max_length=200)]


def _set_cookie(response: Response, token: str | None) -> None:
    if token is None:
        return
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings().session_absolute_seconds,
        path=_COOKIE_PATH,
        secure=settings().public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )


def _me(session: Session, actor: Actor) -> Me:
    person = repository.user(session, actor.user_id)
    workspaces = repository.workspaces_of(session, actor.user_id)
    chosen, role = next((w, r) for w, r in workspaces if w.id == actor.workspace_id)
    return Me.model_validate(
        {
            "user": _user(person),
            "workspace": _settings(chosen),
            "role": actor.role or role,
            "permissions": sorted(actor.permissions),
            "workspaces": [
                WorkspaceRoleOut.model_validate({"id": w.id, "name": w.name, "role": r}) for w, r in workspaces
            ],
            "view_as": (
                Viewed(user_id=actor.view_as, name=repository.user(session, actor.view_as).name)
                if actor.view_as
                else None
            ),
        }
    )


def _settings(workspace: Workspace) -> WorkspaceSettings:
    return WorkspaceSettings(id=workspace.id, name=workspace.name, time_zone=workspace.time_zone)


def _user(person: User) -> UserOut:
    return UserOut(id=person.id, name=person.name, email=person.email, is_super_admin=person.is_super_admin)


def _member(member: Member, person: User) -> MemberOut:
    return MemberOut.model_validate(
        {
            "user_id": person.id,
            "name": person.name,
            "email": person.email,
            "role": member.role,
            "state": "active" if person.password_hash else "invited",
        }
    )


def _session_out(session: Session, opened: service.Opened, response: Response, now: datetime) -> SessionOut:
    actor = service.actor_of_session_id(session, opened.session.id, now)
    token, seconds = access_token(service.claims_of(opened.session), now)
    _set_cookie(response, opened.refresh_token)
    response.headers["Cache-Control"] = "no-store"
    return SessionOut(access_token=token, expires_in=seconds, me=_me(session, actor))


@router.get("/setup", operation_id="getSetup")
def get_setup(session: SessionDep) -> SetupState:
    """Whether the installation still waits for its first admin."""
    return SetupState(needed=not repository.has_people(session))


@router.post("/setup", status_code=201, operation_id="setUp")
def set_up(body: SetupIn, response: Response, session: SessionDep, now: NowDep) -> SessionOut:
    """Make the first account and workspace through the one-time link of the operator's console."""
    opened = service.set_up(session, **body.model_dump(), now=now)
    return _session_out(session, opened, response, now)


@router.post("/join", status_code=201, operation_id="join")
def join(body: JoinIn, response: Response, session: SessionDep, now: NowDep) -> SessionOut:
    """Choose a password through an invitation's one-time link."""
    return _session_out(
        session, service.join(session, token=body.token, password=body.password, now=now), response, now
    )


@router.post("/session", status_code=201, operation_id="signIn")
def sign_in(body: SignInIn, request: Request, response: Response, now: NowDep) -> SessionOut:
    """Sign in with e-mail address and password."""
    address = request.client.host if request.client else "unknown"
    try:
        with transaction() as session:
            service.require_not_blocked(session, email=body.email, address=address, now=now)
            opened = service.sign_in(session, email=body.email, password=body.password, address=address, now=now)
            return _session_out(session, opened, response, now)
    except SignInFailed:
        with transaction() as session:  # the failed transaction is rolled back, its trace must not be
            service.note_failed_sign_in(session, email=body.email, address=address, now=now)
        raise


@router.post("/session/refresh", operation_id="refreshSession", dependencies=[SameSite])
def refresh(response: Response, now: NowDep, token: RefreshCookie = None) -> SessionOut:
    """A new access token; the refresh cookie is rotated."""
    with transaction() as session:
        opened = service.refresh(session, token=token, now=now) if token else None
        if opened is not None:
            return _session_out(session, opened, response, now)
    raise SessionOver  # after the commit: a session ended by a stolen token stays ended


@router.delete("/session", status_code=204, operation_id="signOut", dependencies=[SameSite])
def sign_out(
    response: Response, session: SessionDep, now: NowDep, credentials: Credentials = None, token: RefreshCookie = None
) -> None:
    """End the session at once, for every token of it."""
    session_id = None
    if credentials is not None:
        try:
            session_id = read_access_token(credentials.credentials, now).session_id
        except SessionOver:
            session_id = None  # an expired access token must not keep anybody signed in
    service.sign_out(session, session_id=session_id, token=token, now=now)
    response.delete_cookie(COOKIE, path=_COOKIE_PATH)


@router.put("/session/workspace", operation_id="chooseWorkspace")
def choose_workspace(
    body: WorkspaceChoice, response: Response, session: SessionDep, actor: ActorDep, now: NowDep
) -> SessionOut:
    """Turn the session to another of one's workspaces."""
    signed_in = service.choose_workspace(session, actor, body.workspace_id, now=now)
    return _session_out(session, service.Opened(signed_in, None), response, now)


@router.put("/session/view-as", operation_id="viewAs")
def view_as(body: ViewAsIn, response: Response, session: SessionDep, actor: ActorDep, now: NowDep) -> SessionOut:
    """Look at the workspace as another member, without changing anything. What is shown is what both may see."""
    signed_in = service.view_as(session, actor, body.user_id, now=now)
    return _session_out(session, service.Opened(signed_in, None), response, now)


@router.delete("/session/view-as", operation_id="viewAsOneself")
def view_as_oneself(response: Response, session: SessionDep, actor: ActorDep, now: NowDep) -> SessionOut:
    """Look as oneself again."""
    signed_in = service.view_as_oneself(session, actor, now=now)
    return _session_out(session, service.Opened(signed_in, None), response, now)


@router.post("/workspaces", status_code=201, operation_id="createWorkspace")
def create_workspace(body: WorkspaceIn, session: SessionDep, actor: ActorDep, now: NowDep) -> WorkspaceOut:
    """Open a workspace (super admin only)."""
    workspace = service.create_workspace(session, actor, name=body.name, now=now)
    return WorkspaceOut(id=workspace.id, name=workspace.name)


@router.patch("/workspace", operation_id="changeWorkspace")
def change_workspace(body: WorkspaceChange, session: SessionDep, actor: ActorDep, now: NowDep) -> WorkspaceSettings:
    """Say whose days are meant where a question or a rule names no time zone (admins only)."""
    return _settings(service.change_workspace(session, actor, time_zone=body.time_zone, now=now))


@router.get("/me", operation_id="getMe")
def get_me(session: SessionDep, actor: ActorDep) -> Me:
    """Who is signed in, where, and with which rights."""
    return _me(session, actor)


@router.get("/members", operation_id="listMembers")
def list_members(session: SessionDep, actor: ActorDep) -> MemberList:
    """The people of this workspace."""
    actor.require(Permission.MEMBERS_READ)
    return MemberList(items=[_member(m, person) for m, person in repository.members(session, actor.workspace_id)])


@router.post("/members", status_code=201, operation_id="inviteMember")
def invite_member(body: MemberIn, response: Response, session: SessionDep, actor: ActorDep, now: NowDep) -> Invited:
    """Invite somebody; the answer holds the one-time link to hand over. Again: a new link, the same member."""
    response.headers["Cache-Control"] = "no-store"
    member, person, link = service.invite(
        session, actor, **body.model_dump(), public_url=settings().public_url, now=now
    )
    return Invited(member=_member(member, person), link=link)


@router.patch("/members/{user_id}", operation_id="changeMember")
def change_member(user_id: UUID, body: MemberChange, session: SessionDep, actor: ActorDep, now: NowDep) -> MemberOut:
    """Give a member another role, in force from their next request on."""
    return _member(*service.change_role(session, actor, user_id, role=body.role, now=now))


@router.delete("/members/{user_id}", status_code=204, operation_id="removeMember")
def remove_member(user_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """End a membership and its sessions."""
    service.remove_member(session, actor, user_id, now=now)
