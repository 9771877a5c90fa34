"""Who asks, and what they ask of, are looked up in one round trip, which sees no more than they may."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Integer, bindparam, event, func, select, text
from support.data import a_dataset, a_question
from support.people import a_person

from tablewright.core.queries.model import Question
from tablewright.datasets import repository as datasets
from tablewright.datasets.errors import DatasetMissing
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_with
from tablewright.infra.clock import now
from tablewright.infra.db import DatabaseAway, Look, engine, look, transaction
from tablewright.infra.settings import settings
from tablewright.queries import service


@pytest.fixture
def statements():
    """What SQLAlchemy sends while a test runs; what is looked up on the way in is not among it."""
    sent = []
    listening = engine(settings().database_url)

    def hear(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(listening, "before_cursor_execute", hear)
    yield sent
    event.remove(listening, "before_cursor_execute", hear)


def test_a_question_of_one_dataset_needs_no_other_statement(client, statements):
    person = a_person(client)
    question = Question.model_validate(a_question(a_dataset(person)))
    statements.clear()
    with transaction() as session:
        actor, known = service.enter(session, person.token, now(), [question])
        permitted = service.permit(session, actor, question, known=known)
    assert permitted.bound[0].version.row_count == 6
    assert statements == []


def test_what_the_transaction_asks_later_is_narrowed_too(client):
    person, other = a_person(client), a_person(client)
    mine, theirs = a_dataset(person), a_dataset(other)
    count = text("SELECT count(*) FROM datasets WHERE id = :id")
    with transaction() as session:
        actor, _ = actor_with(session, person.token, now(), [])
        assert actor.user_id == person.user_id
        assert session.scalar(count, {"id": mine["id"]}) == 1
        assert session.scalar(count, {"id": theirs["id"]}) == 0


def test_another_workspaces_dataset_is_not_found_on_the_way_in(client):
    person, other = a_person(client), a_person(client)
    theirs = Question.model_validate(a_question(a_dataset(other)))
    with transaction() as session:
        actor, known = service.enter(session, person.token, now(), [theirs])
        with pytest.raises(DatasetMissing):
            service.permit(session, actor, theirs, known=known)


def test_nobody_finds_anything(client):
    dataset = UUID(a_dataset(a_person(client))["id"])
    assert look(datasets.asking(dataset, None)) == [[]]
    with transaction() as session, pytest.raises(SessionOver):
        service.enter(session, "no.such.token", now(), [])


def test_the_look_leaves_its_connection_as_it_was(client):
    a_person(client)
    name = f"left-{uuid4().hex}"
    kept = Look(select(func.set_config("app.workspace", bindparam("name"), True)), {"name": name})
    for _ in range(12):
        assert look(kept) == [[(name,)]]
    with transaction() as session:
        assert session.scalar(text("SELECT current_setting('app.workspace', true)")) in ("", None)
    # Still a transaction: what is not committed is not there afterwards.
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.execute(text("CREATE TEMPORARY TABLE nobody_keeps_this (a int)"))
        raise ZeroDivisionError
    with transaction() as session:
        assert session.scalar(text("SELECT to_regclass('nobody_keeps_this')")) is None


def test_a_look_that_fails_gives_its_connection_to_nobody(client):
    a_person(client)
    wrong = Look(select(1 / bindparam("by", type_=Integer)), {"by": 0})
    kept = engine(settings().database_url)
    before = kept.pool.checkedout()
    for _ in range(3):
        with pytest.raises(Exception, match="division by zero"):
            look(Look(select(func.pg_backend_pid()), {}), wrong)
    assert kept.pool.checkedout() == before
    assert look(Look(select(func.length("abc")), {})) == [[(3,)]]


def test_a_database_that_is_away_is_said_to_be(client, monkeypatch):
    a_person(client)
    away = settings().model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none"})
    monkeypatch.setattr("tablewright.infra.db.settings", lambda: away)
    with pytest.raises(DatabaseAway):
        look(Look(select(func.now()), {}))
