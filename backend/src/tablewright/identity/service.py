"""Accounts by one-time link, signing in and out, workspaces and their members."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tablewright.core.queries.calendars import is_zone
from tablewright.core.queries.problems import TimeZoneMissing
from tablewright.identity import repository
from tablewright.identity.actor import Actor, Permission, Role
from tablewright.identity.errors import (
    EmailInvalid,
    LastAdmin,
    LinkUsedOrOver,
    MemberExists,
    MemberMissing,
    SessionOver,
    SignInBlocked,
    SignInFailed,
    WorkspaceMissing,
)
from tablewright.identity.models import (
    AuditEvent,
    Member,
    OneTimeLink,
    SignedIn,
    SignInAttempts,
    User,
    Workspace,
)
from tablewright.identity.secrets import (
    AccessClaims,
    digest,
    hash_password,
    needs_rehash,
    next_token,
    password_fits,
    random_token,
    read_access_token,
    require_good_password,
)
from tablewright.infra.db import Look, look, see, see_once_asked
from tablewright.infra.settings import settings

_EMAIL = re.compile(r"[^@\s\x00-\x1f,;<>]{1,64}@[^@\s\x00-\x1f,;<>]{1,255}")
_LINK_LIFE = timedelta(days=7)
_ROTATION_GRACE = timedelta(seconds=30)
_FREE_ATTEMPTS = 5


@dataclass(frozen=True)
class Opened:
    """A session as its owner gets it: the row, and the newest refresh token (None: it did not change)."""

    session: SignedIn
    refresh_token: str | None


# --- accounts by one-time link --------------------------------------------------------------------


def setup_link(session: Session, now: datetime, public_url: str) -> str | None:
    """A fresh one-time link for the first admin, or None when there is an account already.

    Links made before stop working, so the newest line on the operator's console is the one that counts.
    """
    if repository.has_people(session):
        return None
    for old in repository.unused_links(session, "setup", None, None):
        old.used_at = now
    return f"{public_url.rstrip('/')}/setup/?token={_new_link(session, 'setup', now)}"


def _new_link(
    session: Session, kind: str, now: datetime, user_id: UUID | None = None, workspace_id: UUID | None = None
) -> str:
    token = random_token()
    session.add(
        OneTimeLink(
            token_hash=digest(token),
            kind=kind,
            user_id=user_id,
            workspace_id=workspace_id,
            created_at=now,
            ends_at=now + _LINK_LIFE,
        )
    )
    return token


def set_up(
    session: Session, *, token: str, workspace_name: str, name: str, email: str, password: str, now: datetime
) -> Opened:
    """Make the first account, super admin and admin of the first workspace, and sign it in."""
    link = repository.link(session, digest(token), "setup", now)
    if link is None or repository.has_people(session):
        raise LinkUsedOrOver
    address = _folded(email)
    require_good_password(password, email=address, name=name)
    link.used_at = now
    person = User(email=address, name=name, is_super_admin=True, created_at=now, password_hash=hash_password(password))
    session.add(person)
    session.flush()
    workspace = _found(session, workspace_name, person, now)
    return _open(session, person, workspace.id, now)


def _found(session: Session, name: str, admin: User, now: datetime) -> Workspace:
    workspace = Workspace(id=uuid4(), name=name, created_at=now)
    session.add(workspace)
    session.flush()
    see(session, workspace.id, admin.id)
    session.add(Member(workspace_id=workspace.id, user_id=admin.id, role=Role.ADMIN, created_at=now))
    session.flush()
    return workspace


def join(session: Session, *, token: str, password: str, now: datetime) -> Opened:
    """Choose a password through an invitation, and sign in."""
    link = repository.link(session, digest(token), "join", now)
    if link is None or link.user_id is None or link.workspace_id is None:
        raise LinkUsedOrOver
    person = repository.user(session, link.user_id)
    see(session, link.workspace_id, person.id)
    if repository.role_in(session, link.workspace_id, person.id) is None:
        raise LinkUsedOrOver  # removed from the workspace since
    require_good_password(password, email=person.email, name=person.name)
    link.used_at = now
    person.password_hash = hash_password(password)
    return _open(session, person, link.workspace_id, now)


def _folded(email: str) -> str:
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise EmailInvalid(email)
    return address


# --- sessions -------------------------------------------------------------------------------------


def require_not_blocked(session: Session, *, email: str, address: str, now: datetime) -> None:
    """Pass, or raise SignInBlocked while this person or network address has failed too often."""
    seconds = seconds_blocked(session, _subjects(email, address), now)
    if seconds > 0:
        raise SignInBlocked(int(seconds) + 1)


def seconds_blocked(session: Session, subjects: list[str], now: datetime) -> float:
    """How long one of these subjects of `count_failures` still has to wait."""
    return repository.seconds_blocked(session, subjects, now)


def sign_in(session: Session, *, email: str, password: str, address: str, now: datetime) -> Opened:
    """Open a session, or SignInFailed. The caller records the failure in a transaction of its own."""
    person = repository.user_by_email(session, email)
    if not password_fits(password, person.password_hash if person else None) or person is None:
        raise SignInFailed
    if person.password_hash and needs_rehash(person.password_hash):
        person.password_hash = hash_password(password)
    for subject in _subjects(email, address):
        if row := repository.attempts(session, subject):
            session.delete(row)
    see(session, None, person.id)
    workspaces = repository.workspaces_of(session, person.id)
    if not workspaces:
        raise WorkspaceMissing
    return _open(session, person, workspaces[0][0].id, now)


def note_failed_sign_in(session: Session, *, email: str, address: str, now: datetime) -> None:
    """Count a failure; from the sixth on each one blocks for twice as long, up to 15 minutes."""
    # Many people share one address, so it gets more room than one person.
    count_failures(session, {each: 10 if each.startswith("address:") else 1 for each in _subjects(email, address)}, now)


def count_failures(session: Session, room: Mapping[str, int], now: datetime) -> None:
    """Count a wrong secret for each subject; beyond its room (times five) each one blocks for twice as long."""
    for subject in sorted(room):  # one order everywhere, so that two failures at once cannot wait for each other
        row = repository.attempts(session, subject)
        if row is None:
            row = SignInAttempts(subject=subject, failed_count=0, blocked_until=None, last_at=now)
            session.add(row)
        elif now - row.last_at > timedelta(hours=1):
            row.failed_count = 0
        row.failed_count += 1
        row.last_at = now
        beyond = row.failed_count - _FREE_ATTEMPTS * room[subject]
        if beyond > 0:
            row.blocked_until = now + timedelta(seconds=min(900, 2 ** min(beyond, 10)))


def _subjects(email: str, address: str) -> list[str]:
    return [f"email:{email.strip().lower()[:320]}", f"address:{address}"]


def _open(session: Session, person: User, workspace_id: UUID, now: datetime) -> Opened:
    token = random_token()
    signed_in = SignedIn(
        user_id=person.id,
        workspace_id=workspace_id,
        refresh_hash=digest(token),
        rotated_at=now,
        created_at=now,
        seen_at=now,
        ends_at=now + timedelta(seconds=settings().session_absolute_seconds),
    )
    session.add(signed_in)
    session.flush()
    return Opened(signed_in, token)


def refresh(session: Session, *, token: str, now: datetime) -> Opened | None:
    """Rotate the refresh token. None means the session is over and stays over.

    The token before the newest is good for 30 seconds (two tabs refreshing at once, an answer that was lost
    because its page was left) and gives the newest once more; later it is a copy in the wrong hands, and the
    session ends for both.
    """
    token_hash = digest(token)
    signed_in = repository.session_by_refresh(session, token_hash, now)
    if signed_in is None:
        return None
    if now - signed_in.seen_at > timedelta(seconds=settings().session_idle_seconds):
        signed_in.ended_at = now
        return None
    if signed_in.refresh_hash != token_hash:
        if now - signed_in.rotated_at > _ROTATION_GRACE:
            signed_in.ended_at = now
            return None
        return Opened(signed_in, next_token(token))
    fresh = next_token(token)
    signed_in.previous_refresh_hash = signed_in.refresh_hash
    signed_in.refresh_hash = digest(fresh)
    signed_in.rotated_at = signed_in.seen_at = now
    return Opened(signed_in, fresh)


def sign_out(session: Session, *, session_id: UUID | None, token: str | None, now: datetime) -> None:
    """End the session named by an access token or a refresh token. Ending twice is fine."""
    signed_in = repository.live_session(session, session_id, now) if session_id else None
    if signed_in is None and token:
        signed_in = repository.session_by_refresh(session, digest(token), now)
    if signed_in is not None:
        signed_in.ended_at = now


def actor_of(session: Session, token: str, now: datetime) -> Actor:
    """Who holds this access token, asked of the session's row every time. Raises SessionOver.

    From here on the transaction sees the chosen workspace and nothing else.
    """
    claims = read_access_token(token, now)
    return _actor(session, claims.session_id, claims.user_id, now)


def actor_of_session_id(session: Session, session_id: UUID, now: datetime) -> Actor:
    """Who is signed in by this session: one just opened, or one that a ticket names. Raises SessionOver."""
    return _actor(session, session_id, None, now)


def still(session: Session, actor: Actor, now: datetime) -> Actor:
    """The same person in the same session with the rights of this moment, for streams that last. Raises SessionOver."""
    current = _actor(session, actor.session_id, actor.user_id, now)
    if current.workspace_id != actor.workspace_id:
        raise SessionOver
    return current


def actor_with(session: Session, token: str, now: datetime, looks: Sequence[Look]) -> tuple[Actor, list[list[Any]]]:
    """The same, and the rows that these find among what the actor may see, all in one round trip.

    The transaction must not have asked anything yet; it often never does.
    """
    claims = read_access_token(token, now)
    [asking, *found] = look(repository.asking(claims.session_id, now), *looks)
    person = repository.Asking(*asking[0]) if asking else None
    if person is not None:
        see_once_asked(session, person.workspace_id, person.user_id)
    return _actor_found(session, person, claims.user_id), found


def _actor(session: Session, session_id: UUID, user_id: UUID | None, now: datetime) -> Actor:
    return _actor_found(session, repository.who_asks(session, session_id, now), user_id)


def _actor_found(session: Session, found: repository.Asking | None, user_id: UUID | None) -> Actor:
    if found is None or found.user_id != (user_id or found.user_id) or found.workspace_id is None or found.role is None:
        see(session, None, None)
        raise SessionOver
    actor = Actor(
        user_id=found.user_id,
        session_id=found.session_id,
        workspace_id=found.workspace_id,
        role=Role(found.role),
        is_super_admin=found.is_super_admin,
        time_zone=found.time_zone or "UTC",
    )
    if found.view_as is None or actor.role != Role.ADMIN:  # who is no admin any more looks as themselves
        return actor
    seen = repository.role_in(session, found.workspace_id, found.view_as)
    return replace(actor, role=Role(seen) if seen else None, view_as=found.view_as)


def actor_of_job(session: Session, *, workspace_id: UUID, user_id: UUID | None) -> Actor:
    """Who ordered a job, as an actor with the rights of this moment.

    Raises MemberMissing when they are no member any more: what they ordered is not done.
    """
    see(session, workspace_id, user_id)
    role = repository.role_in(session, workspace_id, user_id) if user_id else None
    if role is None or user_id is None:
        raise MemberMissing
    person = repository.user(session, user_id)
    zone = repository.time_zone(session, workspace_id)
    return Actor(user_id, UUID(int=0), workspace_id, Role(role), person.is_super_admin, time_zone=zone)


def claims_of(signed_in: SignedIn) -> AccessClaims:
    return AccessClaims(user_id=signed_in.user_id, session_id=signed_in.id)


# --- workspaces and members -----------------------------------------------------------------------


def choose_workspace(session: Session, actor: Actor, workspace_id: UUID, *, now: datetime) -> SignedIn:
    """Turn this session to another workspace of the same person."""
    signed_in = repository.live_session(session, actor.session_id, now)
    known = {workspace.id for workspace, _ in repository.workspaces_of(session, actor.user_id)}
    if signed_in is None or workspace_id not in known:
        raise WorkspaceMissing
    signed_in.view_as = None
    signed_in.workspace_id = workspace_id
    session.flush()
    return signed_in


def change_workspace(session: Session, actor: Actor, *, time_zone: str, now: datetime) -> Workspace:
    """Say whose days are meant where a question names no time zone. Raises TimeZoneMissing."""
    actor.require(Permission.WORKSPACE_MANAGE)
    if not is_zone(time_zone):
        raise TimeZoneMissing(time_zone, position="time_zone")
    found = repository.workspace(session, actor.workspace_id)
    found.time_zone = time_zone
    note(session, actor, "workspace.change", "workspace", str(found.id), now, time_zone=time_zone)
    session.flush()
    return found


def view_as(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> SignedIn:
    """Turn this session to what a member sees, and never more than the admin's own rights. Both ends are noted."""
    actor.require(Permission.ACCESS_MANAGE)
    repository.member(session, actor.workspace_id, user_id)
    signed_in = repository.live_session(session, actor.session_id, now)
    if signed_in is None:
        raise SessionOver
    signed_in.view_as = user_id
    session.flush()
    note(session, actor, "access.view_as", "user", str(user_id), now)
    return signed_in


def view_as_oneself(session: Session, actor: Actor, *, now: datetime) -> SignedIn:
    """Look as oneself again. Whoever does so already is left alone."""
    signed_in = repository.live_session(session, actor.session_id, now)
    if signed_in is None:
        raise SessionOver
    if signed_in.view_as is not None:
        note(session, actor, "access.view_as_over", "user", str(signed_in.view_as), now)
        signed_in.view_as = None
        session.flush()
    return signed_in


def create_workspace(session: Session, actor: Actor, *, name: str, now: datetime) -> Workspace:
    """Open a workspace with the acting super admin as its first admin."""
    actor.require(Permission.INSTALLATION_MANAGE)
    workspace = _found(session, name, repository.user(session, actor.user_id), now)
    see(session, actor.workspace_id, actor.user_id)
    return workspace


def invite(
    session: Session, actor: Actor, *, name: str, email: str, role: str, public_url: str, now: datetime
) -> tuple[Member, User, str | None]:
    """Make somebody a member. Who has no account yet gets a one-time link to choose a password."""
    actor.require(Permission.MEMBERS_MANAGE)
    address = _folded(email)
    person = repository.user_by_email(session, address)
    if person is None:
        person = User(email=address, name=name, created_at=now)
        session.add(person)
        session.flush()
    if repository.role_in(session, actor.workspace_id, person.id) is not None and person.password_hash:
        raise MemberExists(address)
    member = session.get(Member, (actor.workspace_id, person.id))
    if member is None:
        member = Member(workspace_id=actor.workspace_id, user_id=person.id, role=role, created_at=now)
        session.add(member)
    member.role = role
    session.flush()
    note(session, actor, "members.invite", "user", str(person.id), now, role=role)
    if person.password_hash:
        return member, person, None
    for old in repository.unused_links(session, "join", person.id, actor.workspace_id):
        old.used_at = now
    token = _new_link(session, "join", now, person.id, actor.workspace_id)
    return member, person, f"{public_url.rstrip('/')}/join/?token={token}"


def change_role(session: Session, actor: Actor, user_id: UUID, *, role: str, now: datetime) -> tuple[Member, User]:
    actor.require(Permission.MEMBERS_MANAGE)
    admins = repository.lock_admins(session, actor.workspace_id)
    member = repository.member(session, actor.workspace_id, user_id)
    if member.role == Role.ADMIN and role != Role.ADMIN and admins < 2:
        raise LastAdmin
    member.role = role
    note(session, actor, "members.change_role", "user", str(user_id), now, role=role)
    return member, repository.user(session, user_id)


def remove_member(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """End a membership. Sessions of that person in this workspace end with it, at once."""
    actor.require(Permission.MEMBERS_MANAGE)
    admins = repository.lock_admins(session, actor.workspace_id)
    member = repository.member(session, actor.workspace_id, user_id)
    if member.role == Role.ADMIN and admins < 2:
        raise LastAdmin
    session.delete(member)
    for signed_in in repository.sessions_of(session, user_id):
        if signed_in.workspace_id == actor.workspace_id:
            signed_in.ended_at = now
    note(session, actor, "members.remove", "user", str(user_id), now)


def workspace_name(session: Session, actor: Actor) -> str:
    return session.get_one(Workspace, actor.workspace_id).name


def note(
    session: Session,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: str | None,
    now: datetime,
    **details: str | int | None,
) -> None:
    """Write who did what. Never cell data, never secrets."""
    session.add(
        AuditEvent(
            at=now,
            workspace_id=actor.workspace_id,
            user_id=actor.user_id,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            outcome="done",
            details=dict(details),
        )
    )
