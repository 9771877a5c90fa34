"""Links and frames: what visitors get, what they can set, and everything that they must not get."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from dashboards.test_dashboards import a_dashboard, a_tile, changed
from joserfc import jwt
from joserfc.jwk import OctKey
from support.access import condition, row_rule, rule
from support.data import a_dataset, a_question, a_saved_question, work
from support.people import a_person

from tablewright.identity.secrets import digest
from tablewright.infra import compute
from tablewright.infra.cache import cache
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.sharing import tokens, visiting
from tablewright.sharing.models import Share

PASSWORD = "open sesame twice"
BAR = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
NORTH = {"p1": {"op": "in", "values": ["North"]}}


@pytest.fixture
def person(client):
    made = a_person(client)
    assert made.put("/sharing", {"public_links": True}).status_code == 200
    return made


@pytest.fixture
def dataset(person):
    return a_dataset(person)


@pytest.fixture
def dashboard(person, dataset):
    saved = a_saved_question(person, dataset)
    products = a_question(dataset, dimensions=[{"column": "c2"}])
    targets = [[{"dataset_id": dataset["id"], "column": column}] for column in ("c1", "c2", "c3", "c4")]
    kinds = (("Region", "list"), ("Product", "list"), ("Month", "date"), ("Amount", "range"))
    return a_dashboard(
        person,
        {
            "tabs": [
                {
                    "title": "Overview",
                    "tiles": [
                        a_tile("t1", question_id=saved["id"], chart=BAR),
                        a_tile("t2", question=products, title="By <b>product</b>"),
                        {"kind": "text", "id": "t3", "place": {"x": 0, "y": 9, "w": 12, "h": 2}, "text": "<script>"},
                    ],
                }
            ],
            "filters": [
                {"id": f"p{at}", "label": label, "kind": kind, "targets": target}
                for at, ((label, kind), target) in enumerate(zip(kinds, targets, strict=True), 1)
            ],
        },
        title="Sales",
    )


def a_share(person, dashboard, **more):
    answer = person.post(f"/dashboards/{dashboard['id']}/shares", more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(share):
    return share["url"].removeprefix("http://testserver")


def seen(client, share, query="", status=200):
    answer = client.get(path_of(share) + query)
    assert answer.status_code == status, answer.text
    return answer.text


def cells(html, tile="t2"):
    """The rows of a tile's table."""
    section = html[html.index(f'id="{tile}"') :]
    section = section[: section.index("</section>")]
    return [
        tuple(map(unescape, row)) for row in re.findall(r"<tr><td>(.*?)</td><td class=\"number\">(.*?)</td>", section)
    ]


def token_of(share, **claims):
    body = {"aud": share["id"], "exp": int((now() + timedelta(hours=1)).timestamp()), **claims}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, body, OctKey.import_key(share["key"]), algorithms=["HS256"])


def framed(client, share, token, query=""):
    return client.get(f"/e/{share['id']}?token={token}{query}")


# --- what is shown --------------------------------------------------------------------------------


def test_a_link_shows_the_dashboard_whole_without_scripts_and_with_nothing_of_the_inside(client, person, dashboard):
    share = a_share(person, dashboard, description="How we sell", indexed=True)
    answer = client.get(path_of(share))
    html = answer.text
    assert cells(html, "t1") == [("North", "420.75"), ("East", "150.75"), ("South", "125.00")]
    assert "<script" not in html
    assert "By &lt;b&gt;product&lt;/b&gt;" in html
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "private, no-store"
    facts = dict(re.findall(r'<meta property="(.*?)" content="(.*?)">', html))
    assert (facts["og:title"], facts["og:description"]) == ("Sales", "How we sell")
    assert facts["og:image"] == f"{share['url']}/picture.png"
    inside = [person.email, str(person.workspace_id), str(person.user_id), dashboard["id"], share["id"]]
    inside += [dashboard["content"]["filters"][0]["targets"][0]["dataset_id"], "sales.csv", "version 1", "c1", "Region"]
    # The link's own token is made of letters and digits, and may well hold "c1".
    assert [each for each in inside if each in html.replace(path_of(share), "")] == []


def test_pictures_come_from_the_same_place_in_both_themes_and_for_phones(client, person, dashboard):
    share = a_share(person, dashboard)
    drawn = {}
    for look in ("light-wide", "dark-wide", "light-narrow", "dark-narrow"):
        answer = client.get(f"{path_of(share)}/t1.svg?look={look}")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "sandbox" in answer.headers["content-security-policy"]
        drawn[look] = answer.text
    assert len(set(drawn.values())) == 4
    preview = client.get(f"{path_of(share)}/picture.png")
    assert preview.headers["content-type"] == "image/png"
    assert preview.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_a_link_shares_the_answers_that_were_asked_ahead(client, person, dashboard, monkeypatch):
    share = a_share(person, dashboard)
    work()
    cache().clear()
    monkeypatch.setattr(compute.engine(), "ask", lambda *_, **__: pytest.fail("the engine was asked"))
    assert "420.75" in seen(client, share)


def test_search_engines_are_kept_out_unless_they_are_let_in(client, person, dashboard):
    closed, found = a_share(person, dashboard), a_share(person, dashboard, indexed=True)
    locked = a_share(person, dashboard, indexed=True, password=PASSWORD)
    for share, status, hidden in ((closed, 200, True), (found, 200, False), (locked, 401, True)):
        answer = client.get(path_of(share))
        assert answer.status_code == status
        assert ("noindex" in answer.text, "x-robots-tag" in answer.headers) == (hidden, hidden)


def test_what_is_frozen_stays_until_it_is_frozen_anew(client, person, dashboard):
    share = a_share(person, dashboard)
    content = dashboard["content"]
    content["tabs"][0]["tiles"] = content["tabs"][0]["tiles"][1:]
    assert changed(person, dashboard, content=content, title="Other").status_code == 200
    saved = person.get("/questions").json()["items"][0]
    assert person.delete(f"/questions/{saved['id']}").status_code == 204
    html = seen(client, share)
    assert "<h1>Sales</h1>" in html
    assert cells(html, "t1")[0] == ("North", "420.75")
    renewed = person.post(f"/shares/{share['id']}/renew").json()
    assert (renewed["title"], renewed["dashboard_version"]) == ("Other", 2)
    html = seen(client, share)
    assert 'id="t1"' not in html
    assert "<h1>Other</h1>" in html


def test_views_are_counted_for_who_shared(client, person, dashboard):
    share = a_share(person, dashboard)
    for _ in range(3):
        seen(client, share)
    client.head(path_of(share))
    client.get(f"{path_of(share)}/t1.svg")
    told = person.get(f"/dashboards/{dashboard['id']}/shares").json()["items"][0]
    assert told["view_count"] == 3
    assert "url" not in told


# --- filters --------------------------------------------------------------------------------------


def test_locked_filters_hold_whatever_is_sent(client, person, dashboard):
    share = a_share(person, dashboard, values=NORTH)
    north = [("Table", "300.25"), ("Chair", "120.50"), ("Lamp", "")]
    for query in (
        "",
        "?p1=South&p1.set=1",
        "?p1.set=1",
        "?p2=Chair&p2.set=1",
        "?p9=x",
        "?values=%7B%7D",
        "?p4.from=999",
    ):
        assert cells(seen(client, share, query)) == north
    assert "<form" not in seen(client, share)


def test_open_filters_narrow_within_what_is_locked(client, person, dashboard):
    share = a_share(person, dashboard, values=NORTH, open_filters=["p2", "p3", "p4"])
    html = seen(client, share)
    offered = re.findall(r'<input type="checkbox" name="p2" value="(.*?)"', html)
    assert sorted(offered) == ["Chair", "Lamp", "Table"]
    assert cells(seen(client, share, "?p2=Chair&p2.set=1")) == [("Chair", "120.50")]
    assert cells(seen(client, share, "?p3.from=2025-02-01&p3.to=2025-02-28")) == [("Table", "300.25")]
    assert cells(seen(client, share, "?p4.from=200")) == [("Table", "300.25")]
    assert "Only rows where" in seen(client, share, "?p2=Chair&p2.set=1")


def test_values_that_were_not_offered_are_refused(client, person, dashboard):
    """What locked filters leave out is not offered, so it can be neither chosen nor probed for."""
    south_only = {"p1": {"op": "in", "values": ["South"]}}
    share = a_share(person, dashboard, values=south_only, open_filters=["p2", "p3", "p4"])
    for sent in (
        {"p2": "Table"},  # there is one, but not in the South
        {"p2": "Chair' OR 1=1 --"},
        {"p3.from": "2025-02-30"},
        {"p3.from": "1 OR 1=1"},
        {"p4.from": "1e999"},
        {"p4.from": "nan"},
        {"p4.to": "(select 1)"},
    ):
        html = seen(client, share, f"?{urlencode(sent)}", status=422)
        assert "Chair" not in html


def test_a_visitor_cannot_ask_another_tile_or_anything_else(client, person, dataset, dashboard):
    other = a_dashboard(person, {"tabs": [{"tiles": [a_tile("t7", question=a_question(dataset), chart=BAR)]}]})
    share = a_share(person, dashboard)
    path, token = path_of(share), path_of(share).removeprefix("/s/")
    for address in (
        f"{path}/t7.svg",
        f"{path}/t3.svg",
        f"{path}/t2.svg",
        f"{path}/..%2f{other['id']}.svg",
        "/s/",
        f"{path}/",
    ):
        assert client.get(address).status_code == 404, address
    bearer = {"Authorization": f"Bearer {token}"}
    for method, address in (
        ("GET", "/dashboards"),
        ("POST", f"/dashboards/{dashboard['id']}/ask"),
        ("GET", f"/datasets/{dataset['id']}"),
        ("POST", "/exports"),
    ):
        assert client.request(method, f"/api/v1{address}", headers=bearer, json={}).status_code == 401


# --- who is let in --------------------------------------------------------------------------------


def test_links_are_off_until_an_admin_turns_them_on_and_stop_when_they_go_off(client, dashboard, person):
    share = a_share(person, dashboard)
    analyst = a_person(client, "analyst", person.workspace_id)
    assert analyst.put("/sharing", {"public_links": True}).status_code == 403
    assert person.put("/sharing", {"public_links": False}).status_code == 200
    assert seen(client, share, status=404) == seen(client, {"url": "/s/nothing"}, status=404)
    refused = person.post(f"/dashboards/{dashboard['id']}/shares", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "links_off")
    fresh = a_person(client)
    assert fresh.get("/sharing").json() == {"public_links": False}


def test_over_revoked_and_unknown_look_alike(client, person, dashboard):
    ends = (now() + timedelta(days=1)).isoformat()
    over, revoked = a_share(person, dashboard, ends_at=ends), a_share(person, dashboard)
    assert seen(client, over)
    with transaction(person.workspace_id) as session:
        session.get_one(Share, over["id"]).ends_at = now() - timedelta(seconds=1)
    assert person.delete(f"/shares/{revoked['id']}").status_code == 204
    unknown = {"url": f"/s/{'a' * 43}"}
    pages = {seen(client, share, status=404) for share in (over, revoked, unknown)}
    assert len(pages) == 1
    for share in (over, revoked):
        assert client.get(f"{path_of(share)}/t1.svg").status_code == 404
        assert client.get(f"{path_of(share)}/picture.png").status_code == 404
    past = person.post(f"/dashboards/{dashboard['id']}/shares", {"ends_at": (now() - timedelta(days=1)).isoformat()})
    assert (past.status_code, past.json()["code"]) == (409, "link_over")


def test_a_link_ends_with_the_rights_of_who_made_it(client, person, dashboard):
    analyst = a_person(client, "analyst", person.workspace_id)
    share = a_share(analyst, dashboard)
    assert seen(client, share)
    person.put(f"/dashboards/{dashboard['id']}/audience", {"audience": []})
    seen(client, share, status=404)  # no longer sees the dashboard
    person.put(f"/dashboards/{dashboard['id']}/audience", {"audience": None})
    assert seen(client, share)
    role = f"/members/{analyst.user_id}"
    assert person.patch(role, {"role": "viewer"}).status_code == 200
    seen(client, share, status=404)  # may no longer share
    assert person.patch(role, {"role": "analyst"}).status_code == 200
    assert seen(client, share)
    assert person.delete(role).status_code == 204
    seen(client, share, status=404)  # has left


def test_rows_are_cut_to_what_who_made_it_sees_at_this_moment(client, person, dataset, dashboard):
    analyst = a_person(client, "analyst", person.workspace_id)
    share = a_share(analyst, dashboard)
    assert len(cells(seen(client, share), "t1")) == 3
    south = row_rule({"kind": "member", "user_id": str(analyst.user_id)}, condition("c1", "eq", "South"), name="South")
    rule(person, dataset, rows=[south])
    assert cells(seen(client, share), "t1") == [("South", "125.00")]
    assert "North" not in client.get(f"{path_of(share)}/t1.svg").text


def test_a_deleted_dashboard_takes_its_links_along(client, person, dashboard):
    share = a_share(person, dashboard)
    assert person.delete(f"/dashboards/{dashboard['id']}").status_code == 204
    seen(client, share, status=404)


def test_other_workspaces_and_other_people_do_not_touch_a_share(client, person, dashboard):
    share = a_share(person, dashboard)
    stranger = a_person(client)
    stranger.put("/sharing", {"public_links": True})
    assert stranger.post(f"/dashboards/{dashboard['id']}/shares", {}).json()["code"] == "dashboard_missing"
    assert stranger.get(f"/dashboards/{dashboard['id']}/shares").status_code == 404
    assert stranger.delete(f"/shares/{share['id']}").json()["code"] == "share_missing"
    analyst = a_person(client, "analyst", person.workspace_id)
    assert analyst.delete(f"/shares/{share['id']}").json()["code"] == "share_not_yours"
    assert analyst.get(f"/dashboards/{dashboard['id']}/shares").json()["items"] == []
    viewer = a_person(client, "viewer", person.workspace_id)
    assert viewer.post(f"/dashboards/{dashboard['id']}/shares", {}).status_code == 403
    with transaction() as session:  # without a workspace and without the secret, no row is there
        assert session.query(Share).count() == 0
    with transaction(stranger.workspace_id) as session:
        assert session.query(Share).count() == 0


def test_no_secret_is_kept(client, person, dashboard):
    share = a_share(person, dashboard, password=PASSWORD)
    token = path_of(share).removeprefix("/s/")
    assert len(token) >= 43  # 256 random bits
    with transaction(person.workspace_id) as session:
        kept = session.get_one(Share, share["id"])
        assert kept.token_hash == digest(token)
        assert kept.password_hash.startswith("$argon2id$")
        row = repr({column.name: getattr(kept, column.name) for column in Share.__table__.columns})
    assert token not in row
    assert PASSWORD not in row


# --- passwords ------------------------------------------------------------------------------------


def test_a_password_opens_its_link_for_half_a_day_and_no_other(client, person, dashboard):
    share, other = (a_share(person, dashboard, password=PASSWORD, description="Ours") for _ in range(2))
    html = seen(client, share, status=401)
    assert "Sales" not in html
    assert "Ours" not in html
    assert "og:" not in html
    assert client.get(f"{path_of(share)}/t1.svg").status_code == 401
    assert client.get(f"{path_of(share)}/picture.png").status_code == 401
    wrong = client.post(path_of(share), content=b"password=wrong")
    assert (wrong.status_code, "not the password" in wrong.text) == (401, True)
    opened = client.post(path_of(share), content=urlencode({"password": PASSWORD}), follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, path_of(share))
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert f"Path={path_of(share)}" in cookie
    visit = {"Cookie": cookie.split(";")[0]}
    client.cookies.clear()
    assert client.get(path_of(share), headers=visit).status_code == 200
    assert client.get(f"{path_of(share)}/t1.svg", headers=visit).status_code == 200
    assert client.get(path_of(other), headers=visit).status_code == 401
    assert client.get("/api/v1/dashboards", headers=visit).status_code == 401
    text = cookie.split(";")[0].partition("=")[2]
    with transaction(person.workspace_id) as session:
        kept = session.get_one(Share, share["id"])
        assert not tokens.is_visit(kept, text, now() + timedelta(hours=13))
        kept.password_hash = "another"
    assert client.get(path_of(share), headers=visit).status_code == 401


def test_guessing_a_password_is_slowed_down_also_for_the_right_one(client, person, dashboard):
    share = a_share(person, dashboard, password=PASSWORD)
    for _ in range(6):
        assert client.post(path_of(share), content=b"password=guess").status_code == 401
    refused = client.post(path_of(share), content=urlencode({"password": PASSWORD}))
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1


def test_a_short_password_and_a_foreign_filter_are_refused(person, dashboard):
    for body, code in (
        ({"password": "short"}, "password_too_weak"),
        ({"open_filters": ["p9"]}, "filter_missing"),
        ({"values": {"p9": None}}, "filter_missing"),
        ({"kind": "embed"}, "origins_missing"),
    ):
        answer = person.post(f"/dashboards/{dashboard['id']}/shares", body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_asking_too_often_is_refused(client, person, dashboard, monkeypatch):
    share = a_share(person, dashboard)
    monkeypatch.setattr(visiting, "_of_address", visiting.Allowance("few", burst=2, per_minute=1))
    assert [client.get(path_of(share)).status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(visiting, "_of_address", visiting.Allowance("many", burst=1000, per_minute=1000))
    monkeypatch.setattr(visiting, "_unknown", visiting.Allowance("guesses", burst=3, per_minute=1))
    guesses = [client.get(f"/s/{'b' * 42}{at}").status_code for at in range(5)]
    assert guesses == [404, 404, 404, 429, 429]
    assert client.get(path_of(share)).status_code == 200


# --- frames ---------------------------------------------------------------------------------------


def test_a_frame_is_held_by_the_origins_that_it_names(client, person, dashboard):
    share = a_share(person, dashboard, kind="embed", origins=["https://Intranet.example.com/", "http://localhost:3000"])
    answer = framed(client, share, token_of(share))
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://intranet.example.com http://localhost:3000")
    assert "x-frame-options" not in answer.headers
    assert "noindex" in answer.text
    assert "og:" not in answer.text
    picture = re.search(r'<img src="(/e/.*?)"', answer.text)
    assert picture is not None
    assert client.get(unescape(picture[1])).headers["content-type"].startswith("image/svg+xml")
    for origin in (
        "*",
        "https://*.example.com",
        "example.com",
        "https://a.com; script-src *",
        "https://a.com/x",
        "http://a.com",
    ):
        refused = person.post(f"/dashboards/{dashboard['id']}/shares", {"kind": "embed", "origins": [origin]})
        assert (refused.status_code, refused.json()["code"]) == (422, "origin_wrong"), origin


def test_a_token_locks_filters_also_against_who_sends_others(client, person, dashboard):
    tiles = dashboard["content"]["tabs"][0]["tiles"]
    tiles[1]["listens"] = False
    assert changed(person, dashboard).status_code == 200
    share = a_share(person, dashboard, kind="embed", origins=["https://a.com"], open_filters=["p1", "p2"])
    token = token_of(share, filters={"p1": {"op": "in", "values": ["South"]}})
    for query in ("", "&p1=North&p1.set=1", "&p1.set=1"):
        html = framed(client, share, token, query).text
        assert cells(html) == [("Chair", "80.00"), ("Lamp", "45.00")]
        assert 'name="p1"' not in html
    assert 'name="p2"' in html
    assert "North" not in html


def test_forged_stretched_and_foreign_tokens_are_refused(client, person, dashboard):
    share, other = (a_share(person, dashboard, kind="embed", origins=["https://a.com"]) for _ in range(2))
    link = a_share(person, dashboard)
    good = token_of(share)
    head, body, signature = good.split(".")
    bent = ("B" if signature[0] == "A" else "A") + signature[1:]
    soon = int((now() + timedelta(hours=1)).timestamp())
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    key = OctKey.import_key(share["key"])
    strange = jwt.encode({"alg": "HS256", "kid": "../x", "jku": "https://x"}, {"aud": share["id"], "exp": soon}, key)
    for token in (
        "", "x", unsigned, f"{head}.{body}.", f"{head}.{body}.{bent}", strange, "a" * 9000,
        token_of(other), token_of({**share, "key": other["key"]}), token_of(share, aud=other["id"]),
        token_of(share, exp=int((now() - timedelta(seconds=1)).timestamp())),
        token_of(share, exp=int((now() + timedelta(days=30)).timestamp())),
        token_of(share, nbf=soon), token_of(share, exp=str(soon)), token_of(share, aud=[share["id"]]),
        token_of(share, filters={"p9": {"op": "in", "values": ["x"]}}), token_of(share, filters="p1"),
    ):  # fmt: skip
        assert framed(client, share, token).status_code in (404, 422), token[:60]
    assert framed(client, share, good).status_code == 200
    assert framed(client, {**share, "id": link["id"]}, good).status_code == 404
    assert client.get(f"/s/{good}").status_code == 404
    assert person.delete(f"/shares/{share['id']}").status_code == 204
    assert framed(client, share, good).status_code == 404
