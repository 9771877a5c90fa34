"""Signing in, staying signed in, signing out."""

from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import text
from support.people import PASSWORD, a_person

from tablewright.identity import service
from tablewright.identity.errors import LinkUsedOrOver
from tablewright.identity.secrets import derived_key
from tablewright.infra.clock import now
from tablewright.infra.db import transaction

SAME_SITE = {"X-Tablewright": "1"}
COOKIE = "tablewright_refresh"


def sign_in(client, email, password=PASSWORD):
    return client.post("/api/v1/session", json={"email": email, "password": password})


def test_signing_in_gives_a_token_that_says_who_you_are(client):
    person = a_person(client)
    answer = sign_in(client, person.email.upper())
    assert answer.status_code == 201
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"}).json()
    assert me["user"]["email"] == person.email
    assert me["role"] == "admin"
    assert "members.manage" in me["permissions"]


def test_the_refresh_cookie_is_hidden_from_scripts_and_other_sites(client):
    person = a_person(client)
    cookie = sign_in(client, person.email).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/api/v1/session" in cookie


@pytest.mark.parametrize("email", ["known", "nobody@people.test"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client, email):
    person = a_person(client)
    answer = sign_in(client, person.email if email == "known" else email, "wrong password")
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_failed"
    assert answer.headers["content-type"] == "application/problem+json"


def test_guessing_is_slowed_down_and_the_right_password_waits_too(client):
    person = a_person(client)
    for _ in range(6):
        assert sign_in(client, person.email, "wrong password").status_code == 401
    blocked = sign_in(client, person.email)
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) >= 1


def test_sign_out_ends_every_token_of_the_session_at_once(client):
    person = a_person(client)
    token = sign_in(client, person.email).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    refresh = client.cookies[COOKIE]
    assert client.delete("/api/v1/session", headers={**headers, **SAME_SITE}).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    client.cookies.set(COOKIE, refresh, path="/api/v1/session")
    assert client.post("/api/v1/session/refresh", headers=SAME_SITE).status_code == 401


def test_refreshing_rotates_the_cookie_and_a_tab_that_missed_it_gets_it_again(client):
    person = a_person(client)
    sign_in(client, person.email)
    first = client.cookies[COOKIE]
    assert client.post("/api/v1/session/refresh", headers=SAME_SITE).status_code == 200
    second = client.cookies[COOKIE]
    assert first != second
    client.cookies.clear()
    client.cookies.set(COOKIE, first, path="/api/v1/session")  # another tab, or the answer never came
    answer = client.post("/api/v1/session/refresh", headers=SAME_SITE)
    assert (answer.status_code, answer.cookies[COOKIE]) == (200, second)


def test_a_copied_refresh_token_used_later_ends_the_session_for_both(client):
    person = a_person(client)
    sign_in(client, person.email)
    stolen = client.cookies[COOKIE]
    with transaction() as session:
        fresh = service.refresh(session, token=stolen, now=now())
        assert fresh is not None
    with transaction() as session:
        assert service.refresh(session, token=stolen, now=now() + timedelta(minutes=2)) is None
    with transaction() as session:
        assert service.refresh(session, token=fresh.refresh_token, now=now()) is None


def test_a_session_that_was_idle_too_long_is_over(client):
    person = a_person(client)
    sign_in(client, person.email)
    with transaction() as session:
        assert service.refresh(session, token=client.cookies[COOKIE], now=now() + timedelta(hours=13)) is None


def test_refresh_and_sign_out_refuse_a_form_of_another_site(client):
    person = a_person(client)
    sign_in(client, person.email)
    assert client.post("/api/v1/session/refresh").status_code == 403
    foreign = {**SAME_SITE, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/session/refresh", headers=foreign).status_code == 403
    assert client.delete("/api/v1/session").status_code == 403


def forged(person, **changes):
    moment = now()
    header = {"alg": "HS256", "typ": "at+jwt"}
    claims = {
        "iss": "tablewright",
        "aud": "tablewright-api",
        "sub": str(person.user_id),
        "sid": str(person.user_id),
        "exp": int((moment + timedelta(minutes=5)).timestamp()),
    }
    key = changes.pop("key", derived_key("access-token"))
    header |= changes.pop("header", {})
    return jwt.encode(header, claims | changes, OctKey.import_key(key), algorithms=["HS256"])


@pytest.mark.parametrize(
    "changes",
    [
        {"key": b"x" * 32},
        {"iss": "somebody"},
        {"iss": ["tablewright"]},
        {"aud": "another"},
        {"exp": 1},
        {"header": {"typ": "download+jwt"}},
        {"sid": "not-a-uuid"},
        {},  # all right, but names a session that does not exist
    ],
)
def test_forged_tokens_are_refused(client, changes):
    person = a_person(client)
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {forged(person, **changes)}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "eyJhbGciOiJub25lIn0.e30."])
def test_nonsense_tokens_are_refused(client, token):
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_setup_link_works_once_and_only_before_there_are_people(client):
    a_person(client)
    with transaction() as session:
        assert service.setup_link(session, now(), "http://x") is None
    answer = client.post(
        "/api/v1/setup",
        json={
            "token": "t" * 43,
            "workspace_name": "W",
            "name": "N",
            "email": "n@people.test",
            "password": "a good long one",
        },
    )
    assert answer.status_code == 404


def test_the_first_admin_is_made_through_the_newest_link_only(fresh_database):
    with transaction() as session:
        old = service.setup_link(session, now(), "http://x").split("token=")[1]
    with transaction() as session:
        new = service.setup_link(session, now(), "http://x").split("token=")[1]
    given = {"workspace_name": "Acme", "name": "Ada", "email": "Ada@Acme.test", "password": "a good long one"}
    with pytest.raises(LinkUsedOrOver), transaction() as session:
        service.set_up(session, token=old, now=now(), **given)
    with transaction() as session:
        opened = service.set_up(session, token=new, now=now(), **given)
        actor = service.actor_of_session_id(session, opened.session.id, now())
        assert actor.is_super_admin
        assert actor.role == "admin"
    with pytest.raises(LinkUsedOrOver), transaction() as session:
        service.set_up(session, token=new, now=now(), **given)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "ada@acme.test", "Ada Lovelace"])
def test_weak_passwords_are_refused_with_a_reason(client, password):
    admin = a_person(client)
    invited = admin.post("/members", {"name": "Ada Lovelace", "email": "ada@acme.test", "role": "viewer"}).json()
    token = invited["link"].split("token=")[1]
    answer = client.post("/api/v1/join", json={"token": token, "password": password})
    assert answer.status_code == 422
    assert answer.json()["code"] == "password_too_weak"
    admin.delete(f"/members/{invited['member']['user_id']}")
    with transaction() as session:  # leave no half account behind for the next parameter
        session.execute(
            text("DELETE FROM one_time_links WHERE user_id IN (SELECT id FROM users WHERE email = 'ada@acme.test')")
        )
        session.execute(text("DELETE FROM users WHERE email = 'ada@acme.test'"))
