"""The database: one transaction per request or task, committed before anyone is told.

Only this module commits. Every transaction names whose rows it may see: `app.workspace` and `app.user`
are set for the transaction alone, and forced row level security turns them into policies. A transaction
that names nobody sees no tenant row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from uuid import UUID

import structlog
from fastapi import Depends
from psycopg import Error as DriverError
from psycopg.errors import UntranslatableCharacter
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Select,
    Uuid,
    cast,
    create_engine,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool

from tablewright.core.errors import Invalid, Unavailable
from tablewright.infra.settings import settings

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger(__name__)

APP_ROLE = "tablewright_app"
_BELIEVED_SECONDS = 1.0

WORKSPACE_POLICY = "workspace_id = nullif(current_setting('app.workspace', true), '')::uuid"


class Base(DeclarativeBase):
    """All mapped tables. JSON columns are JSONB, and constraint names are predictable for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as is
        dict[str, Any]: JSONB(none_as_null=True),
        list[Any]: JSONB,
        datetime: DateTime(timezone=True),
    }


class DatabaseAway(Unavailable):
    def __init__(self) -> None:
        super().__init__("The database does not answer at the moment. Nothing was changed; try again shortly.")


class TextNotStorable(Invalid):
    def __init__(self) -> None:
        super().__init__("A text holds the character U+0000, which cannot be stored. Leave it out.")


def psycopg_url(url: str) -> str:
    """The same address with the driver named, so that plain `postgresql://` URLs work."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1) if url.startswith("postgresql://") else url


@lru_cache(maxsize=8)
def engine(url: str) -> Engine:
    """The pooled engine for an address. Waits are bounded: connecting 2 s, a statement 30 s, a lock 5 s."""
    made = create_engine(
        psycopg_url(url),
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 2,
            "options": "-c statement_timeout=30000 -c lock_timeout=5000 -c timezone=UTC",
        },
    )
    _ask_the_idle(made)
    return made


def _ask_the_idle(made: Engine) -> None:
    """Ask a connection that lay idle whether it still lives. One that was used a moment ago is believed: the question
    takes three round trips, as many as a cached answer needs otherwise."""

    @event.listens_for(made, "checkin")
    def back(_: Any, record: Any) -> None:
        record.info["back_at"] = monotonic()

    @event.listens_for(made, "checkout")
    def out(connection: Any, record: Any, __: Any) -> None:
        if monotonic() - record.info.get("back_at", monotonic()) < _BELIEVED_SECONDS:
            return
        try:
            alive = made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
        if not alive:
            raise InvalidatePoolError


def forget_engines() -> None:
    """Close every pool, for instance after the database has moved (tests, embedded restart)."""
    engine.cache_clear()


_AFTER_COMMIT = "after_commit_hints"


def after_commit(session: Session, hint: Callable[[], None]) -> None:
    """Run `hint` once the transaction is committed. A hint may fail: the rows are the record, not the hint."""
    session.info.setdefault(_AFTER_COMMIT, []).append(hint)


@contextmanager
def transaction(workspace_id: UUID | None = None, user_id: UUID | None = None) -> Iterator[Session]:
    """One transaction that sees the rows of this workspace and this user, committed once at the end.

    Raises DatabaseAway when the database cannot be reached, TextNotStorable for a text that it cannot hold.
    """
    session = Session(engine(settings().database_url), expire_on_commit=False)
    try:
        try:
            if workspace_id is not None or user_id is not None:
                see_once_asked(session, workspace_id, user_id)  # without names they are unset: nothing is seen
            yield session
            session.commit()
        except (OperationalError, InterfaceError) as error:
            if _is_away(error):
                raise DatabaseAway from error
            raise
        except DataError as error:
            if isinstance(error.orig, UntranslatableCharacter) or "NUL" in str(error.orig):
                raise TextNotStorable from error
            raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
    for hint in session.info.pop(_AFTER_COMMIT, []):
        try:
            hint()
        except Exception as error:
            log.warning("after_commit_hint_failed", error=str(error))


def request_session() -> Iterator[Session]:
    """A request's transaction. It starts seeing nobody's rows; authentication widens it."""
    with transaction() as session:
        yield session


SessionDep = Annotated[Session, Depends(request_session, scope="function")]
"""Scope "function": the commit happens before the answer is sent, so who was told "created" can read it."""


def see(session: Session, workspace_id: UUID | None, user_id: UUID | None) -> None:
    """Name whose rows the rest of this transaction may see."""
    session.execute(_SEE, _named(workspace_id, user_id))


_SEE = text("SELECT set_config('app.workspace', :workspace, true), set_config('app.user', :user, true)")


def _named(workspace_id: UUID | None, user_id: UUID | None) -> dict[str, str]:
    return {"workspace": str(workspace_id or ""), "user": str(user_id or "")}


_SEES = "sees"


def see_once_asked(session: Session, workspace_id: UUID | None, user_id: UUID | None) -> None:
    """The same for a transaction that has not asked anything yet, and may never do so."""
    session.info[_SEES] = (workspace_id, user_id)


@event.listens_for(Session, "after_begin")
def _sees(session: Session, _: Any, connection: Connection) -> None:
    if _SEES in session.info:
        connection.execute(_SEE, _named(*session.info[_SEES]))


def seen_workspace() -> ColumnElement[UUID]:
    """The workspace that the transaction is narrowed to, for statements that are sent before anybody here knows it."""
    return cast(func.nullif(func.current_setting("app.workspace", True), ""), Uuid)


class Look(NamedTuple):
    """A statement with what is put into it. The statement is built once and kept, as its words are."""

    statement: Select[Any]
    given: Mapping[str, Any]


def look(*looks: Look) -> list[list[Any]]:
    """The rows that each of these finds, as tuples: one round trip for all, in one transaction that changes nothing.

    What the first narrows the transaction to (`see`), the others see. Raises DatabaseAway.
    """
    try:
        connection = engine(settings().database_url).raw_connection()
        try:
            driver: Any = connection.driver_connection
            # What is sent between two syncs of a pipeline is a transaction, without the trips of BEGIN and COMMIT.
            driver.autocommit = True
            with driver.pipeline():
                found = [_sent(driver, each) for each in looks]
            rows = [cursor.fetchall() for cursor in found]
            driver.autocommit = False
            return rows
        except BaseException:
            connection.invalidate()  # nobody else is given one that may still commit by itself
            raise
        finally:
            connection.close()
    except DriverError as error:
        if _says_away(error):
            raise DatabaseAway from error
        raise


def _sent(driver: Any, asked: Look) -> Any:
    words, constants = _words(asked.statement)
    return driver.execute(words, {**constants, **asked.given})


@cache
def _words(statement: Select[Any]) -> tuple[str, dict[str, Any]]:
    compiled = statement.compile(engine(settings().database_url))
    return str(compiled), compiled.params


def _is_away(error: DBAPIError) -> bool:
    return error.connection_invalidated or _says_away(error.orig)


def _says_away(error: BaseException | None) -> bool:
    state = getattr(error, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


# --- migrations -----------------------------------------------------------------------------------


def _alembic(url: str) -> Config:
    from alembic.config import Config  # half a second that only a migration or a readiness check should cost

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    config.attributes["url"] = psycopg_url(url)
    return config


def migrate(url: str, app_password: str | None = None) -> None:
    """Bring the schema to this version, as its owner. Safe to run twice and from several hosts at once.

    Creates the application role when it is missing; `app_password` sets its password.
    """
    from alembic import command

    owner = create_engine(psycopg_url(url), poolclass=NullPool)
    with owner.connect() as connection:
        # One migration at a time over the whole installation; the lock goes with the connection.
        connection.execute(text("SELECT pg_advisory_lock(7401)"))
        _ensure_app_role(connection.connection.dbapi_connection, app_password)
        connection.commit()
        command.upgrade(_alembic(url), "head")
        connection.execute(text("SELECT pg_advisory_unlock(7401)"))
        connection.commit()
    owner.dispose()


def _ensure_app_role(connection: Any, password: str | None) -> None:
    from psycopg import sql

    with connection.cursor() as cursor:
        # Roles belong to the whole server: two databases may create the role at the same moment.
        cursor.execute("SELECT pg_advisory_xact_lock(7402)")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (APP_ROLE,))
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(
                    sql.Identifier(APP_ROLE)
                )
            )
        if password is not None:
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP_ROLE), sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP_ROLE)))


def schema_is_current(url: str) -> bool:
    """Whether the database is at this code's newest migration."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_alembic(url)).get_current_head()
    with engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
