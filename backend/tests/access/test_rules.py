"""Rules of access: what each reader gets, on every way to the rows."""

import json

import pytest
from support.access import ADMINS, EVERYONE, VIEWERS, column_rule, condition, know, row_rule, rule
from support.data import SALES, a_dataset, a_question, a_saved_question, loaded, work
from support.people import a_person

OWN_REGION = condition("c1", "eq", "{member.region}")
BY_REGION = {"dimensions": [{"column": "c1"}], "measures": [{"fn": "count_rows"}], "sort": []}


@pytest.fixture
def admin(client):
    return a_person(client)


@pytest.fixture
def viewer(client, admin):
    return a_person(client, "viewer", admin.workspace_id)


@pytest.fixture
def analyst(client, admin):
    return a_person(client, "analyst", admin.workspace_id)


@pytest.fixture
def dataset(admin):
    return a_dataset(admin)


def regions(person, dataset):
    """What the person counts, by region."""
    answer = person.post("/questions/run", a_question(dataset, **BY_REGION)).json()
    return dict(zip(answer["data"]["d0"], answer["data"]["m0"], strict=True))


ALL = {"East": 1, "North": 3, "South": 2}


def test_without_rules_everybody_sees_all(admin, viewer, dataset):
    assert regions(admin, dataset) == regions(viewer, dataset) == ALL


def test_a_reader_sees_the_union_of_the_rules_that_name_them(admin, viewer, dataset):
    rule(
        admin, dataset,
        rows=[
            row_rule(VIEWERS, condition("c1", "eq", "East")),
            row_rule({"kind": "member", "user_id": str(viewer.user_id)}, condition("c2", "eq", "Lamp")),
            row_rule(ADMINS, condition("c1", "eq", "South")),
        ],
    )  # fmt: skip
    assert regions(viewer, dataset) == {"East": 1, "North": 1, "South": 1}
    assert regions(admin, dataset) == {"South": 2}


def test_whom_no_rule_names_sees_no_row_and_admins_are_not_exempt(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(VIEWERS)])
    assert regions(viewer, dataset) == ALL
    assert regions(admin, dataset) == {}
    assert admin.get(f"/datasets/{dataset['id']}").json()["row_count"] == 0


def test_an_attribute_of_the_member_is_compared_with_and_without_it_there_is_no_row(admin, viewer, analyst, dataset):
    rule(admin, dataset, rows=[row_rule(EVERYONE, OWN_REGION)])
    assert regions(viewer, dataset) == {}
    know(admin, viewer, region=["North", "East"])
    know(admin, analyst, region=["South"])
    assert regions(viewer, dataset) == {"East": 1, "North": 3}
    assert regions(analyst, dataset) == {"South": 2}
    know(admin, viewer)
    assert regions(viewer, dataset) == {}


def test_a_missing_attribute_gives_no_row_also_where_it_is_excluded(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(EVERYONE, condition("c1", "ne", "{member.region}"))])
    assert regions(viewer, dataset) == {}
    know(admin, viewer, region=["North", "East"])
    assert regions(viewer, dataset) == {"South": 2}


def test_an_attribute_that_the_column_cannot_hold_gives_no_row(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(EVERYONE, condition("c5", "eq", "{member.level}"))])
    know(admin, viewer, level=["many"])
    assert regions(viewer, dataset) == {}
    know(admin, viewer, level=["3"])
    assert regions(viewer, dataset) == {"North": 1}


def test_what_an_attribute_holds_is_a_value_whatever_it_looks_like(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(EVERYONE, OWN_REGION)])
    know(admin, viewer, region=["' OR 1=1 --", "North' UNION SELECT 1", "{member.region}", "%"])
    assert regions(viewer, dataset) == {}


def test_groups_and_attributes_name_people(admin, viewer, analyst, dataset):
    group = admin.post("/groups", {"name": "Sales", "member_ids": [str(viewer.user_id)]}).json()
    rule(
        admin, dataset,
        rows=[
            row_rule({"kind": "group", "group_id": group["id"]}, condition("c1", "eq", "North")),
            row_rule({"kind": "attribute", "name": "level", "values": ["lead"]}, condition("c1", "eq", "East")),
            row_rule({"kind": "attribute", "name": "auditor"}),
        ],
    )  # fmt: skip
    assert (regions(viewer, dataset), regions(analyst, dataset)) == ({"North": 3}, {})
    know(admin, analyst, level=["lead"])
    assert regions(analyst, dataset) == {"East": 1}
    know(admin, analyst, auditor=["since 2020"])
    assert regions(analyst, dataset) == ALL
    assert admin.delete(f"/groups/{group['id']}").json()["code"] == "group_in_use"
    admin.put(f"/groups/{group['id']}", {"name": "Sales", "member_ids": []})
    assert regions(viewer, dataset) == {}


def test_a_hidden_column_is_not_there_and_its_name_is_in_no_hint(admin, viewer, dataset):
    rule(admin, dataset, columns=[column_rule(ADMINS, "c4")])
    shown = viewer.post("/questions/run", {"dataset_id": dataset["id"]}).json()
    assert [column["key"] for column in shown["columns"]] == ["c1", "c2", "c3", "c5"]
    for change in (
        {"measures": [{"fn": "sum", "column": "c4"}]},
        {"dimensions": [{"column": "c4"}], "sort": []},
        {"filter": condition("c4", "gt", 100)},
    ):
        refused = viewer.post("/questions/run", a_question(dataset, **{**BY_REGION, **change}))
        assert (refused.status_code, refused.json()["code"]) == (422, "column_missing")
        assert "amount" not in refused.text
    listed = viewer.post("/questions/run", {"dataset_id": dataset["id"], "sort": [{"by": "c4"}]})
    assert (listed.status_code, "amount" in listed.text) == (422, False)
    assert admin.post("/questions/run", a_question(dataset)).status_code == 200
    detail = viewer.get(f"/datasets/{dataset['id']}")
    assert "amount" not in detail.text
    assert (detail.json()["is_part"], detail.json()["column_count"], detail.json()["row_count"]) == (True, 4, 6)


def test_a_rule_over_rows_may_look_at_a_column_that_is_hidden(admin, viewer, dataset):
    rule(
        admin, dataset,
        rows=[row_rule(EVERYONE, condition("c4", "gt", 100))], columns=[column_rule(ADMINS, "c4")],
    )  # fmt: skip
    assert regions(viewer, dataset) == {"East": 1, "North": 2}


def test_when_every_column_is_hidden_the_dataset_cannot_be_asked(admin, viewer, dataset):
    rule(admin, dataset, columns=[column_rule(ADMINS, "c1", "c2", "c3", "c4", "c5")])
    answer = viewer.post("/questions/run", {"dataset_id": dataset["id"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "nothing_seen")


def test_cached_answers_are_of_those_who_see_the_same(admin, viewer, analyst, dataset):
    question = a_question(dataset, **BY_REGION)
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(EVERYONE, OWN_REGION)])
    know(admin, viewer, region=["North"])
    know(admin, analyst, region=["North"])
    whole = admin.post("/questions/run", question)
    first, second = (person.post("/questions/run", question) for person in (viewer, analyst))
    assert [each.headers["x-cache"] for each in (whole, first, second)] == ["miss", "miss", "hit"]
    assert first.headers["etag"] != whole.headers["etag"]
    stale = viewer.post("/questions/run", question, headers={"If-None-Match": whole.headers["etag"]})
    assert (stale.status_code, stale.json()["data"]["d0"]) == (200, ["North"])
    know(admin, analyst, region=["South"])
    assert analyst.post("/questions/run", question).json()["data"]["d0"] == ["South"]


def test_totals_pages_and_bins_are_of_what_is_seen(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(EVERYONE, condition("c1", "eq", "South"))])
    page = viewer.post("/questions/run", {"dataset_id": dataset["id"], "limit": 1}).json()
    assert (page["row_count"], page["total_count"], page["truncated"]) == (1, 2, True)
    empty = viewer.post("/questions/run", {"dataset_id": dataset["id"], "offset": 50}).json()
    assert empty["total_count"] == 2
    binned = {"dimensions": [{"column": "c4", "bins": {"count": 4}}], "measures": [{"fn": "count_rows"}], "sort": []}
    edges = viewer.post("/questions/run", a_question(dataset, **binned)).json()["data"]["d0"]
    assert max(edges) < 81  # the largest amount of South is 80, of all 300


def test_an_export_a_csv_and_a_report_hold_the_readers_part(admin, viewer, dataset):
    saved = a_saved_question(admin, dataset)
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c1", "eq", "South"))])
    ticket = viewer.post("/downloads", {"kind": "csv", "source": {"kind": "dataset", "id": dataset["id"]}}).json()
    rows = viewer.client.get(ticket["url"]).text
    assert ("South" in rows, "North" in rows, rows.count("\n")) == (True, False, 3)
    report = admin.post("/reports", {"title": "R", "sections": [{"kind": "table", "question_id": saved["id"]}]}).json()
    made = {}
    for person in (admin, viewer):
        job = person.post(f"/reports/{report['id']}/editions").json()
        work()
        done = person.get(f"/jobs/{job['id']}").json()
        assert done["state"] == "succeeded", done
        made[person.user_id] = done["result"]["edition_id"]
    listed = [each["id"] for each in viewer.get(f"/reports/{report['id']}/editions").json()["items"]]
    assert listed == [made[viewer.user_id]]
    wanted = {"kind": "edition", "id": made[admin.user_id]}
    assert viewer.post("/downloads", wanted).status_code == 404
    assert admin.post("/downloads", {**wanted, "id": made[viewer.user_id]}).status_code == 201
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c1", "eq", "East"))])
    assert viewer.post("/downloads", {"kind": "edition", "id": made[viewer.user_id]}).status_code == 404


def test_an_export_of_somebody_who_sees_less_since_is_not_given_out(admin, viewer, dataset):
    job = viewer.post("/exports", {"source": {"kind": "dataset", "id": dataset["id"]}}).json()
    work()
    export = viewer.get(f"/jobs/{job['id']}").json()["result"]["export_id"]
    assert viewer.post("/downloads", {"kind": "export", "id": export}).status_code == 201
    rule(admin, dataset, rows=[row_rule(ADMINS)])
    assert viewer.post("/downloads", {"kind": "export", "id": export}).status_code == 404


SECRETS = b"""region,product,pay,amount
North,Chair,71771,1
South,Zebrawood,81881,2
South,Zebrawood,81882,3,broken,4,5
"""


def test_on_no_way_does_a_value_or_name_of_the_hidden_part_come_out(client, app, admin):
    """Every reading operation, and every preview, asked by somebody who sees a part only."""
    partly = a_person(client, "analyst", admin.workspace_id)
    numbers = b"".join(b"North,Chair,%d,%d\n" % (70000 + n, n) for n in range(200))
    job = loaded(admin, "staff.csv", SECRETS + numbers)
    dataset_id = job["result"]["dataset_ids"][0]
    dataset = admin.get(f"/datasets/{dataset_id}").json()
    assert dataset["receipt"]["rows_quarantined"] == 1
    loaded(admin, "staff.csv", SECRETS + numbers + b"South,Zebrawood,91991,9\n", dataset_id=dataset_id)
    versions = [each["id"] for each in admin.get(f"/datasets/{dataset_id}/versions").json()["items"]]
    assert len(versions) == 2
    rule(
        admin, dataset,
        rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c1", "eq", "North"))],
        columns=[column_rule(ADMINS, "c3")],
    )  # fmt: skip
    at, first = f"/datasets/{dataset_id}", versions[-1]
    file_id = dataset["source"]["file_id"]
    mapping = {"columns": [{"name": "A", "source": {"kind": "column", "column": "region"}}]}
    asked = [
        ("GET", "/datasets", None), ("GET", at, None), ("GET", f"{at}?version_id={first}", None),
        ("GET", f"{at}/versions", None), ("GET", f"{at}/versions/{first}/receipt", None),
        ("GET", f"{at}/versions/{first}/quarantine", None), ("GET", f"{at}/pending", None),
        ("GET", f"{at}/compare?from={versions[1]}&to={versions[0]}", None), ("GET", f"{at}/mapping", None),
        ("POST", f"{at}/mapping/preview", {"mapping": mapping}), ("POST", f"{at}/mapping/suggest", {}),
        ("POST", f"{at}/reload", {}), ("POST", f"{at}/versions/{first}/restore", {}),
        ("POST", f"{at}/versions/{versions[0]}/quarantine/replay", {"discard": [0]}),
        ("POST", "/downloads", {"kind": "file", "id": file_id}),
        ("POST", "/downloads", {"kind": "quarantine", "dataset_id": dataset_id, "version_id": first}),
        ("POST", "/questions/run", {"dataset_id": dataset_id}),
        ("POST", "/questions/run", {"dataset_id": dataset_id, "version_id": first}),
        ("POST", "/questions/batch", {"questions": [{"key": "a", "question": {"dataset_id": dataset_id}}]}),
    ]  # fmt: skip
    own = a_dataset(partly, "own.csv", b"a,b\n1,2\n")
    other = f"/datasets/{own['id']}"
    asked += [("POST", f"{other}/mapping/suggest", {"version_id": first})]
    asked += [("POST", f"{other}/mapping/suggest", {"file_id": file_id})]
    leaks = 0
    for method, path, body in asked:
        known = admin.request(method, path, **({} if body is None else {"json": body}))
        told = partly.request(method, path, **({} if body is None else {"json": body}))
        assert known.status_code < 500 and told.status_code in (200, 403), (method, path, told.text)
        for secret in ("Zebrawood", "81881", "91991", "71771", '"pay"', "broken"):
            leaks += secret in known.text
            assert secret not in told.text, (method, path)
    assert leaks > 20  # who sees all is told of them in most places


def test_who_sees_a_part_changes_nothing_of_the_whole(admin, analyst, dataset):
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c1", "eq", "North"))])
    pushed = analyst.put(f"/datasets/{dataset['id']}/file", content=SALES, headers={"Content-Type": "text/csv"})
    assert (pushed.status_code, pushed.json()["code"]) == (403, "part_seen")
    job = loaded(analyst, content=SALES + b"West,Chair,2025-04-01,1.00,1\n", dataset_id=dataset["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "part_seen")
    assert admin.get(f"/datasets/{dataset['id']}").json()["row_count"] == 6


def test_looking_as_somebody_else_shows_what_both_may_see(admin, viewer, dataset):
    rule(
        admin, dataset,
        rows=[
            row_rule(ADMINS, condition("c1", "in", "North", "East")),
            row_rule(VIEWERS, condition("c1", "ne", "East")),
        ],
        columns=[column_rule(VIEWERS, "c5")],
    )  # fmt: skip
    assert regions(admin, dataset) == {"East": 1, "North": 3}
    admin.put("/session/view-as", {"user_id": str(viewer.user_id)})
    assert regions(admin, dataset) == {"North": 3}
    answer = admin.post("/questions/run", {"dataset_id": dataset["id"]})
    assert "c5" not in answer.json()["data"]
    assert answer.headers["x-viewed-as"] == str(viewer.user_id)
    admin.delete("/session/view-as")
    back = admin.post("/questions/run", {"dataset_id": dataset["id"]})
    assert "x-viewed-as" not in back.headers
    assert regions(admin, dataset) == {"East": 1, "North": 3}


def test_why_a_member_sees_what_they_see(admin, viewer, dataset):
    rule(
        admin, dataset,
        rows=[
            row_rule(ADMINS, name="Admins"),
            row_rule(VIEWERS, OWN_REGION, name="Own region"),
            row_rule(EVERYONE, condition("c2", "in", "Lamp", "Table"), name="Lamps and tables"),
        ],
        columns=[column_rule(ADMINS, "c4", name="Money")],
    )  # fmt: skip
    path = f"/datasets/{dataset['id']}/access/members/{viewer.user_id}"
    before = admin.get(path).json()
    assert "lacks an attribute" in before["rows"][1]["problem"]
    know(admin, viewer, region=["South"])
    told = admin.get(path).json()
    assert (told["row_count"], told["seen_count"]) == (6, 5)
    assert told["summary"] == "A viewer sees 5 of 6 rows and 4 of 5 columns."
    assert [(each["because"], each["rows"]) for each in told["rows"]] == [
        ([], None), (["the role viewer"], 2), (["everyone"], 4),
    ]  # fmt: skip
    assert told["rows"][1]["gives"] == "region is one of South"
    assert told["rows"][2]["gives"] == "product is one of Lamp or Table"
    assert [each["id"] for each in told["columns"] if not each["is_shown"]] == ["c4"]
    assert regions(viewer, dataset) == {"East": 1, "North": 2, "South": 2}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"rows": [row_rule(EVERYONE, condition("c99", "eq", 1))]}, "column_missing"),
        ({"columns": [column_rule(EVERYONE, "c99")]}, "column_missing"),
        ({"rows": [row_rule(EVERYONE, condition("c5", "gt", "many"))]}, "filter_value_invalid"),
        ({"rows": [row_rule(EVERYONE, condition("c1", "eq", "{member.Region}"))]}, "attribute_misplaced"),
        ({"rows": [row_rule({"kind": "group", "group_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12})]}, "group_missing"),
        ({"rows": [row_rule({"kind": "role", "role": "owner"})]}, "request_invalid"),
        ({"rows": [{"name": "Nobody", "who": []}]}, "request_invalid"),
        ({"rows": [row_rule(EVERYONE, condition("j1c1", "eq", 1))]}, "column_missing"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_not_kept(admin, dataset, rules, code):
    answer = admin.put(f"/datasets/{dataset['id']}/access", {"rules": rules, "version": 0})
    assert answer.json()["code"] == code, answer.text
    assert answer.status_code in (404, 422)
    assert admin.get(f"/datasets/{dataset['id']}/access").json()["version"] == 0


def test_a_rule_nested_without_end_is_refused_with_words(admin, dataset):
    nested = condition("c1", "eq", "North")
    for _ in range(40):
        nested = {"kind": "group", "items": [nested]}
    answer = admin.put(
        f"/datasets/{dataset['id']}/access", {"rules": {"rows": [row_rule(EVERYONE, nested)]}, "version": 0}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "filter_too_deep")


def test_rules_are_protected_from_stale_edits_and_listed(admin, dataset):
    kept = rule(admin, dataset, rows=[row_rule(ADMINS)])
    assert kept["version"] == 1
    again = admin.put(f"/datasets/{dataset['id']}/access", {"rules": {}, "version": 0})
    assert (again.status_code, again.json()["code"]) == (409, "rules_changed")
    assert [each["dataset_id"] for each in admin.get("/access").json()["items"]] == [dataset["id"]]
    rule(admin, dataset)
    assert admin.get("/access").json()["items"] == []
    assert admin.get(f"/datasets/{dataset['id']}").json()["is_part"] is False


def test_a_load_that_takes_away_a_column_of_a_rule_waits(admin, dataset):
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(VIEWERS, condition("c5", "gt", 0))])
    narrow = b"region,product,month,amount\nNorth,Chair,2025-01-15,1.00\n"
    job = loaded(admin, content=narrow, dataset_id=dataset["id"])
    assert job["result"]["pending"], job


def test_in_a_version_without_the_column_of_a_rule_the_rule_gives_no_row(admin, viewer, dataset):
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(VIEWERS, condition("c5", "gt", 0))])
    assert regions(viewer, dataset) == ALL
    narrow = b"region,product,month,amount\nNorth,Chair,2025-01-15,1.00\n"
    job = loaded(admin, content=narrow, dataset_id=dataset["id"])
    assert job["result"]["pending"]
    waiting = admin.get(f"/datasets/{dataset['id']}/pending").json()["items"][0]["id"]
    admin.post(f"/datasets/{dataset['id']}/pending/{waiting}/accept", {})
    work()
    assert admin.get(f"/datasets/{dataset['id']}").json()["row_count"] == 1
    assert regions(viewer, dataset) == {}


def test_another_workspace_sees_no_rule(client, admin, dataset):
    stranger = a_person(client)
    rule(admin, dataset, rows=[row_rule(ADMINS)])
    path = f"/datasets/{dataset['id']}/access"
    assert stranger.get(path).status_code == 404
    assert stranger.put(path, {"rules": {}, "version": 1}).status_code == 404
    assert stranger.get(f"{path}/members/{stranger.user_id}").status_code == 404
    assert admin.get(f"{path}/members/{stranger.user_id}").status_code == 404
    assert stranger.get("/access").json()["items"] == []


def test_only_admins_see_and_change_rules(viewer, analyst, dataset):
    for person in (viewer, analyst):
        assert person.get(f"/datasets/{dataset['id']}/access").status_code == 403
        answer = person.put(f"/datasets/{dataset['id']}/access", {"rules": {}, "version": 0})
        assert answer.status_code == 403
        assert json.loads(answer.text)["code"] == "not_permitted"
