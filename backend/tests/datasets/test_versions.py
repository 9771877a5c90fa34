"""The next file of a dataset: recognised, compared with what is there, held back when it would break something."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from support.data import SALES, a_dataset, a_question, a_saved_question, loaded, uploaded, work
from support.people import a_person

from tablewright.datasets import repository, tasks
from tablewright.datasets.errors import NoVersionYet
from tablewright.files import tasks as files
from tablewright.identity.service import actor_of
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.storage import objects

PEOPLE = b"id,name,city\n1,Ada,London\n2,Bo,Oslo\n3,Cy,Rome\n"


def detail(person, dataset, **query):
    return person.get(f"/datasets/{dataset['id']}", params=query).json()


def versions(person, dataset):
    return person.get(f"/datasets/{dataset['id']}/versions").json()["items"]


def done(person, answer, status=202):
    """The job that was ordered, finished."""
    assert answer.status_code == status, answer.text
    work()
    job = person.get(f"/jobs/{answer.json()['id']}").json()
    assert job["state"] == "succeeded", job
    return job


def rows(person, dataset, **more):
    answer = person.post("/questions/run", {"dataset_id": dataset["id"], **more}).json()
    return answer["data"]


def balanced(receipt):
    assert receipt["rows_seen"] == receipt["rows_loaded"] + receipt["rows_quarantined"] + receipt["rows_skipped"]
    return receipt


def test_a_file_with_its_columns_in_another_order_means_the_same(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    job = loaded(person, "people-2.csv", b"city,extra,id,name\nBonn,x,9,Di\n", dataset_id=dataset["id"])
    assert job["result"]["tables"][0]["state"] == "published"
    assert rows(person, dataset) == {"c1": [9], "c2": ["Di"], "c3": ["Bonn"], "c4": ["x"]}
    shown = detail(person, dataset)
    assert [(c["id"], c["name"]) for c in shown["schema"]] == [
        ("c1", "id"), ("c2", "name"), ("c3", "city"), ("c4", "extra"),
    ]  # fmt: skip
    assert [p["id"] for p in shown["profile"]] == ["c1", "c2", "c3", "c4"]
    assert [c["id"] for c in shown["version"]["diff"]["added"]] == ["c4"]
    assert shown["version"]["diff"]["reordered"]
    balanced(shown["receipt"])


def test_a_file_that_lacks_columns_waits_and_says_what_it_would_break(client):
    person = a_person(client)
    dataset = a_dataset(person)
    saved = a_saved_question(person, dataset)
    report = person.post("/reports", {"title": "R", "sections": [{"kind": "table", "question_id": saved["id"]}]}).json()
    job = loaded(person, "sales.csv", b"region,product,month,Amount EUR,units\nA,B,2025-01-01,1.50,2\n",
                 dataset_id=dataset["id"])  # fmt: skip
    assert job["result"]["pending"]
    assert rows(person, dataset, columns=["c5"], limit=1) == {"c5": [3]}
    (waiting,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert [c["id"] for c in waiting["diff"]["removed"]] == ["c4"]
    assert waiting["diff"]["renamed"][0]["new_name"] == "Amount EUR"
    assert {(b["kind"], b["id"]) for b in waiting["breaks"]} == {("question", saved["id"]), ("report", report["id"])}
    assert waiting["reasons"] == ['The file does not have "amount".']
    assert detail(person, dataset)["pending_count"] == 1

    path = f"/datasets/{dataset['id']}/pending/{waiting['id']}"
    suggested = person.post(f"/datasets/{dataset['id']}/mapping/suggest", {"pending_id": waiting["id"]}).json()
    assert ("Amount EUR", "c4") in {(s["source"], s["id"]) for s in suggested["suggestions"]}
    tried = person.post(
        f"/datasets/{dataset['id']}/mapping/preview",
        {"mapping": suggested["mapping"], "pending_id": waiting["id"]},
    ).json()
    assert tried["breaks"] == []
    assert tried["after"]["rows"] == [["A", "B", "2025-01-01", "1.50", 2]]

    job = done(person, person.post(f"{path}/accept", {"mapping": suggested["mapping"], "note": "new name"}))
    assert job["result"]["tables"][0]["state"] == "published"
    assert person.get(f"/datasets/{dataset['id']}/pending").json()["items"] == []
    assert rows(person, dataset)["c4"] in (["1.50"], [1.5])
    # The mapping is kept: the next file of that shape is understood at once.
    job = loaded(person, "s.csv", b"region,product,month,Amount EUR,units\nA,B,2025-01-01,9.25,2\n",
                 dataset_id=dataset["id"])  # fmt: skip
    assert job["result"]["tables"][0]["state"] == "published"
    assert [v["note"] for v in versions(person, dataset)] == [None, "new name", None]


def test_what_waits_can_be_thrown_away_or_accepted_as_it_is(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    for expected in (1, 2):
        job = loaded(person, "p.csv", b"id,name\n7,X\n", dataset_id=dataset["id"])
        assert job["result"]["pending"]
        assert len(person.get(f"/datasets/{dataset['id']}/pending").json()["items"]) == expected
    first, second = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert person.delete(f"/datasets/{dataset['id']}/pending/{first['id']}").status_code == 204
    done(person, person.post(f"/datasets/{dataset['id']}/pending/{second['id']}/accept", {}))
    assert [c["id"] for c in detail(person, dataset)["schema"]] == ["c1", "c2"]
    again = person.post(f"/datasets/{dataset['id']}/pending/{second['id']}/accept", {})
    assert (again.status_code, again.json()["code"]) == (404, "pending_missing")
    # A column that comes back is the column it was.
    loaded(person, "p.csv", b"id,name,city,zip\n7,X,Rome,00184\n", dataset_id=dataset["id"])
    assert [(c["id"], c["name"]) for c in detail(person, dataset)["schema"]] == [
        ("c1", "id"), ("c2", "name"), ("c3", "city"), ("c4", "zip"),
    ]  # fmt: skip


def test_appending_upserting_going_back_and_comparing(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    loaded(person, "p2.csv", b"name,id,city\nDi,4,Bonn\n", dataset_id=dataset["id"], mode="append", note="May")
    assert rows(person, dataset) == {
        "c1": [1, 2, 3, 4], "c2": ["Ada", "Bo", "Cy", "Di"], "c3": ["London", "Oslo", "Rome", "Bonn"],
    }  # fmt: skip
    loaded(
        person, "p3.csv", b"id,name,city\n2,Bo,Bergen\n5,Ed,Bern\n5,Ed,Basel\n",
        dataset_id=dataset["id"], mode="upsert", keys=json.dumps(["id"]),
    )  # fmt: skip
    assert rows(person, dataset)["c3"] == ["London", "Bergen", "Rome", "Bonn", "Basel"]
    newest, second, first = versions(person, dataset)
    assert newest["counts"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 3, "duplicates": 1}
    assert (second["mode"], second["note"], second["counts"]["added"]) == ("append", "May", 1)
    assert newest["parent_id"] == second["id"]
    assert newest["created_by"]["id"] == str(person.user_id)
    receipt = balanced(person.get(f"/datasets/{dataset['id']}/versions/{newest['id']}/receipt").json())
    assert (receipt["rows_seen"], receipt["rows_loaded"], receipt["rows_skipped"]) == (3, 2, 1)

    compared = person.get(f"/datasets/{dataset['id']}/compare?from={first['id']}&to={newest['id']}").json()
    assert (compared["by"], compared["keys"]) == ("key", ["c1"])
    assert compared["rows"] == {"added": 2, "removed": 0, "changed": 1, "unchanged": 2}
    assert compared["columns_changed"] == {"c3": 1}
    assert compared["from"]["number"] == 1

    back = person.post(f"/datasets/{dataset['id']}/versions/{first['id']}/restore", {"note": "wrong file"})
    assert (back.status_code, back.json()["number"], back.json()["mode"]) == (201, 4, "restore")
    assert rows(person, dataset)["c1"] == [1, 2, 3]
    assert len(versions(person, dataset)) == 4
    again = person.post(f"/datasets/{dataset['id']}/versions/{back.json()['id']}/restore", {})
    assert (again.status_code, again.json()["code"]) == (409, "version_is_current")
    assert detail(person, dataset, as_of=newest["created_at"])["row_count"] == 5
    assert detail(person, dataset, version_id=second["id"])["row_count"] == 4
    assert detail(person, dataset, as_of=newest["created_at"], version_id=first["id"])["row_count"] == 3
    with transaction() as session:
        actor, made = actor_of(session, person.token, now()), UUID(dataset["id"])
        then = datetime.fromisoformat(second["created_at"])
        assert repository.asked(session, actor, made, None, then).number == 2
        assert repository.asked(session, actor, made, UUID(first["id"]), then).number == 1
        with pytest.raises(NoVersionYet):
            repository.asked(session, actor, made, None, then - timedelta(days=9))
    early = person.get(f"/datasets/{dataset['id']}?as_of=2001-01-01T00:00:00Z")
    assert (early.status_code, early.json()["code"]) == (404, "no_version_yet")
    assert "2001-01-01 00:00:00 UTC" in early.json()["detail"]
    assert rows(person, dataset, version_id=newest["id"])["c3"][-1] == "Basel"


def test_the_same_file_again_makes_no_version_and_is_recognised_elsewhere(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    job = loaded(person, "renamed.csv", PEOPLE, dataset_id=dataset["id"])
    assert job["result"]["unchanged"]
    assert job["result"]["tables"][0]["version_id"] == dataset["current_version_id"]
    assert len(versions(person, dataset)) == 1
    upload = uploaded(person, "copy.csv", PEOPLE)
    assert {each["filename"] for each in upload["known_as"]} == {"people.csv", "renamed.csv"}
    work()
    job = person.get(f"/jobs/{upload['job_id']}").json()
    assert job["result"]["tables"][0]["known_as"] == [{"dataset_id": dataset["id"], "name": "people"}]
    assert job["result"]["dataset_ids"] != [dataset["id"]]


def test_the_same_file_is_recognised_when_its_dataset_has_gone_on(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    loaded(person, "p2.csv", b"id,name,city\n4,Di,Bonn\n", dataset_id=dataset["id"], mode="append")
    job = loaded(person, "copy.csv", PEOPLE)
    assert job["result"]["tables"][0]["known_as"] == [{"dataset_id": dataset["id"], "name": "people"}]


def test_adding_a_file_that_is_in_the_dataset_already_waits(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    more = b"id,name,city\n4,Di,Bonn\n"
    loaded(person, "p2.csv", more, dataset_id=dataset["id"], mode="append")
    loaded(person, "p3.csv", b"id,name,city\n5,Ed,Bern\n", dataset_id=dataset["id"], mode="append")
    job = loaded(person, "p2-again.csv", more, dataset_id=dataset["id"], mode="append")
    assert job["result"]["pending"]
    (waiting,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert waiting["reasons"] == ["The same file is in the dataset already, since version 2: its rows would be twice."]
    assert rows(person, dataset)["c1"] == [1, 2, 3, 4, 5]
    path = f"/datasets/{dataset['id']}/pending/{waiting['id']}/accept"
    done(person, person.post(path, {}))
    assert rows(person, dataset)["c1"] == [1, 2, 3, 4, 5, 4]
    loaded(person, "p4.csv", b"id,name,city\n6,Fy,Riga\n", dataset_id=dataset["id"])
    assert not loaded(person, "p2.csv", more, dataset_id=dataset["id"], mode="append")["result"]["pending"]


def test_whole_numbers_become_decimals_when_a_file_that_is_added_needs_it(client):
    person = a_person(client)
    dataset = a_dataset(person, "amounts.csv", b"id,amount\n1,10\n2,20\n")
    job = loaded(person, "more.csv", b"id,amount\n3,30.5\n", dataset_id=dataset["id"], mode="append")
    assert not job["result"]["pending"]
    assert rows(person, dataset)["c2"] == ["10.0", "20.0", "30.5"]
    (changed,) = detail(person, dataset)["version"]["diff"]["retyped"]
    assert (changed["before"], changed["after"], changed["harmless"]) == ("integer", "decimal", True)


def test_duplicates_are_left_out_when_asked_for_and_counted(client):
    person = a_person(client)
    job = loaded(person, "p.csv", b"a,b\n1,x\n2,y\n1,x\n", deduplicate="rows")
    dataset = {"id": job["result"]["dataset_ids"][0]}
    receipt = balanced(detail(person, dataset)["receipt"])
    assert (receipt["rows_loaded"], receipt["rows_skipped"]) == (2, 1)


def test_pushing_the_next_file(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    path = f"/datasets/{dataset['id']}/file?mode=append"
    headers = {"Idempotency-Key": "push-may-2025"}
    first = person.put(path, content=b"id,name,city\n4,Di,Bonn\n", headers=headers)
    assert first.status_code == 202, first.text
    assert person.put(path, content=b"id,name,city\n4,Di,Bonn\n", headers=headers).json() == first.json()
    other = person.put(path, content=b"id,name,city\n5,Ed,Bern\n", headers=headers)
    assert other.json()["code"] == "key_reused"
    work()
    assert person.get(f"/jobs/{first.json()['job_id']}").json()["state"] == "succeeded"
    assert rows(person, dataset)["c1"] == [1, 2, 3, 4]
    assert versions(person, dataset)[0]["file"]["filename"] == "people.csv"


@pytest.mark.parametrize(
    "metadata", [{"mode": "sideways"}, {"options": "{"}, {"options": '{"nonsense": 1}'}, {"keys": '"id"'}]
)
def test_what_is_told_with_an_upload_must_make_sense(client, metadata):
    from support.data import announce

    answer = announce(a_person(client), "p.csv", 3, **metadata)
    assert (answer.status_code, answer.json()["code"]) == (422, "upload_header_invalid")


def test_mapping_saved_and_applied_by_reloading(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    path = f"/datasets/{dataset['id']}/mapping"
    given = person.get(path).json()
    assert (given["version"], given["fits"]) == (0, True)
    mapping = given["mapping"]
    mapping["columns"][1] |= {"name": "Initial", "source": {"kind": "slice", "column": "name", "start": 1, "length": 1}}
    mapping["columns"][0] |= {"type": "text", "role": "identifier"}
    saved = person.put(path, {"mapping": mapping, "version": 0})
    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert person.put(path, {"mapping": mapping, "version": 0}).json()["code"] == "mapping_changed"
    wrong = {"columns": [{"name": "X", "source": {"kind": "column", "column": "nam"}}]}
    refused = person.put(path, {"mapping": wrong, "version": 1}).json()
    assert (refused["code"], refused["where"]["column"]) == ("mapping_source_missing", "nam")
    done(person, person.post(f"/datasets/{dataset['id']}/reload", {"mapping": mapping}))
    assert rows(person, dataset) == {"c1": ["1", "2", "3"], "c2": ["A", "B", "C"], "c3": ["London", "Oslo", "Rome"]}
    assert detail(person, dataset)["schema"][0]["role"] == "identifier"
    # It is applied to the next file, whose columns come in another order.
    loaded(person, "p2.csv", b"city,name,id\nBonn,Di,4\n", dataset_id=dataset["id"])
    assert rows(person, dataset) == {"c1": ["4"], "c2": ["D"], "c3": ["Bonn"]}


def test_rows_that_do_not_fit_a_mapping_are_set_aside_put_right_and_left_out(client):
    person = a_person(client)
    dataset = a_dataset(person, "p.csv", b"id,age\n1,33\n2,old\n3,12\n4,?\n5,x\n")
    mapping = person.get(f"/datasets/{dataset['id']}/mapping").json()["mapping"]
    mapping["columns"][1]["type"] = "integer"
    preview = person.post(f"/datasets/{dataset['id']}/mapping/preview", {"mapping": mapping}).json()
    assert preview["misfits"] == [{"column": "age", "count": 3, "examples": ["old", "?", "x"]}]
    done(person, person.post(f"/datasets/{dataset['id']}/reload", {"mapping": mapping}))
    shown = detail(person, dataset)
    assert balanced(shown["receipt"])["rows_quarantined"] == 3
    version = shown["version"]
    path = f"/datasets/{dataset['id']}/versions/{version['id']}/quarantine"

    page = person.get(f"{path}?limit=2").json()
    assert page["total"] == 3
    assert [column["name"] for column in page["columns"]] == ["id", "age"]
    assert [(row["index"], row["values"]) for row in page["items"]] == [(0, ["2", "old"]), (1, ["4", "?"])]
    rest = person.get(f"{path}?limit=2&cursor={page['next_cursor']}").json()
    assert [row["index"] for row in rest["items"]] == [2]
    assert rest["next_cursor"] is None
    assert [row["index"] for row in person.get(f"{path}?search=OLD").json()["items"]] == [0]
    assert [row["index"] for row in person.get(f"{path}?column=age&reason=x").json()["items"]] == []
    assert len(page["reasons"]) == 3
    assert person.get(f"{path}?cursor=bm9wZQ==").json()["code"] == "cursor_invalid"

    for format_, start in (("csv", b"line,row,column,reason,raw\n"), ("jsonl", b"{")):
        ticket = person.post(
            "/downloads",
            {"kind": "quarantine", "dataset_id": dataset["id"], "version_id": version["id"], "format": format_},
        )
        assert ticket.status_code == 201, ticket.text
        got = person.client.get(ticket.json()["url"])
        assert got.content.startswith(start)
        assert got.content.count(b"\n") == 3 + (format_ == "csv")

    job = done(
        person,
        person.post(
            f"{path}/replay",
            {"rows": [{"index": 0, "values": ["2", "77"]}, {"index": 2, "values": ["5", "y"]}], "discard": [1]},
        ),
    )
    assert (job["result"]["replayed"], job["result"]["discarded"]) == ([0], [1])
    assert [one["index"] for one in job["result"]["refused"]] == [2]
    shown = detail(person, dataset)
    receipt = balanced(shown["receipt"])
    assert (receipt["rows_loaded"], receipt["rows_quarantined"], receipt["rows_skipped"]) == (3, 1, 1)
    assert (receipt["rows_seen"], receipt["rows_replayed"]) == (5, 1)
    assert rows(person, dataset) == {"c1": [1, 3, 2], "c2": [33, 12, 77]}
    assert shown["version"]["mode"] == "replay"
    assert shown["version"]["lineage"] == {
        "version_id": version["id"], "replayed": [0], "discarded": [1], "refused": [2],
    }  # fmt: skip
    left = person.get(f"/datasets/{dataset['id']}/versions/{shown['version']['id']}/quarantine").json()
    assert [(row["index"], row["values"]) for row in left["items"]] == [(0, ["5", "y"])]
    late = person.post(f"{path}/replay", {"discard": [0]})
    assert (late.status_code, late.json()["code"]) == (409, "version_not_current")
    new_path = f"/datasets/{dataset['id']}/versions/{shown['version']['id']}/quarantine/replay"
    assert person.post(new_path, {"discard": [1]}).json()["code"] == "row_not_quarantined"
    assert person.post(new_path, {}).json()["code"] == "nothing_to_do"
    # Everything that was set aside is still there with the version it was set aside from.
    assert person.get(path).json()["total"] == 3


@pytest.mark.parametrize("rows_before", [20, 60_000], ids=["small", "long"])
def test_a_row_with_an_odd_value_is_shown_as_its_file_writes_it_and_put_right(client, rows_before):
    person = a_person(client)
    lines = [f'Nord;"Gut; schön";{n % 28 + 1:02d}.05.2025;1.234,50' for n in range(rows_before + 1000)]
    lines.insert(rows_before, "Nord;'Gut;irgendwann;1.234,50")
    content = "\n".join(["Region;Urteil;Datum;Betrag", *lines]).encode()
    dataset = a_dataset(person, "umsatz.csv", content)
    path = f"/datasets/{dataset['id']}/versions/{dataset['current_version_id']}/quarantine"
    (odd,) = person.get(path).json()["items"]
    assert (odd["line"], odd["column"]) == (rows_before + 2, "Datum")
    assert odd["raw"] == "Nord;'Gut;irgendwann;1.234,50"
    assert odd["values"] == ["Nord", "'Gut", "irgendwann", "1.234,50"]
    edited = [*odd["values"][:2], "31.05.2025", odd["values"][3]]
    done(person, person.post(f"{path}/replay", {"rows": [{"index": 0, "values": edited}]}))
    wanted = {"kind": "condition", "column": "c2", "op": "eq", "values": ["'Gut"]}
    found = rows(person, dataset, filter={"kind": "group", "items": [wanted]})
    assert found == {"c1": ["Nord"], "c2": ["'Gut"], "c3": ["2025-05-31"], "c4": ["1234.50"]}


def test_a_job_that_runs_twice_replays_once(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    job = loaded(person, "p2.csv", b"id,name,city\n4,Di,Bonn\n", dataset_id=dataset["id"], mode="append")
    with transaction(person.workspace_id) as session:
        given = {"job": job["id"], "workspace": person.workspace_id}
        session.execute(text("UPDATE jobs SET state = 'queued', result = NULL WHERE id = :job"), given)
        session.execute(
            text(
                "INSERT INTO job_queue (job_id, workspace_id, task, max_attempts) "
                "VALUES (:job, :workspace, 'datasets.load', 3)"
            ),
            given,
        )
    work()
    assert rows(person, dataset)["c1"] == [1, 2, 3, 4]
    assert len(versions(person, dataset)) == 2


def test_the_sweep_keeps_every_object_of_a_version_and_removes_the_lost(client, monkeypatch):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    mapping = person.get(f"/datasets/{dataset['id']}/mapping").json()["mapping"]
    mapping["columns"][1]["type"] = "integer"
    done(person, person.post(f"/datasets/{dataset['id']}/reload", {"mapping": mapping}))
    loaded(person, "p.csv", b"id\n7\n", dataset_id=dataset["id"])
    folder = f"w/{person.workspace_id}/versions"
    before = {found.key for found in objects().list(folder)}
    assert len(before) == 5  # two versions, one as it was read, one set aside, one that waits
    objects().put_bytes(f"{folder}/{uuid4()}.quarantine.jsonl", b"{}\n")
    monkeypatch.setattr(tasks, "KEPT_AFTER_LOSS", timedelta(seconds=-60))
    tasks.sweep(now())
    assert {found.key for found in objects().list(folder)} == before


def test_a_dataset_leaves_the_bin_for_good_after_thirty_days(client):
    person = a_person(client)
    dataset, kept = a_dataset(person), a_dataset(person, "people.csv", PEOPLE)
    a_saved_question(person, dataset)
    person.delete(f"/datasets/{dataset['id']}")
    tasks.purge(now() + timedelta(days=29))
    assert person.post(f"/datasets/{dataset['id']}/restore").status_code == 200
    person.delete(f"/datasets/{dataset['id']}")
    tasks.purge(now() + timedelta(days=31))
    assert person.post(f"/datasets/{dataset['id']}/restore").status_code == 404
    assert person.get("/datasets?deleted=true").json()["items"] == []
    assert person.get(f"/files/{dataset['source']['file_id']}").status_code == 404
    assert detail(person, kept)["row_count"] == 3


def test_equal_rows_are_left_out_of_the_first_load_and_of_what_comes_next_when_that_was_told(client):
    person = a_person(client)
    twice = PEOPLE + PEOPLE.split(b"\n", 1)[1]
    first = a_dataset(person, "people.csv", twice)
    assert first["row_count"] == 6
    done(person, person.post(f"/datasets/{first['id']}/reload", {"options": {"leave_out_duplicates": True}}))
    told = detail(person, first)
    receipt = told["receipt"]
    assert (receipt["rows_seen"], receipt["rows_loaded"], receipt["rows_skipped"]) == (6, 3, 3)
    assert receipt["skipped"][0]["raw"] == "1, Ada, London"
    job = loaded(person, "more.csv", twice + b"4,Di,Bonn\n4,Di,Bonn\n", dataset_id=first["id"])
    assert job["result"]["tables"][0]["row_count"] == 4
    job = loaded(person, "people.csv", twice, options='{"leave_out_duplicates": true}')
    assert job["result"]["tables"][0]["row_count"] == 3


def test_rows_of_one_key_are_left_out_of_a_first_load(client):
    person = a_person(client)
    content = PEOPLE + b"2,Beau,Oslo\n"
    job = loaded(person, "people.csv", content, deduplicate="key", keys='["id"]')
    dataset = detail(person, {"id": job["result"]["dataset_ids"][0]})
    receipt = dataset["receipt"]
    assert (receipt["rows_seen"], receipt["rows_loaded"], receipt["rows_skipped"]) == (4, 3, 1)
    assert rows(person, dataset, columns=["c2"])["c2"] == ["Ada", "Cy", "Beau"]


def test_a_file_of_which_nothing_was_kept_goes_with_its_bytes_after_thirty_days(client):
    person = a_person(client)
    cancelled, again, queued = (
        uploaded(person, f"{name}.csv", f"a,b\n{name},1\n".encode()) for name in ("one", "two", "three")
    )
    for upload in (cancelled, again, queued):
        assert person.post(f"/jobs/{upload['job_id']}/cancel").json()["state"] == "cancelled"
    refused = loaded(person, "empty.csv", b"")
    assert refused["state"] == "failed"
    assert person.post(f"/jobs/{again['job_id']}/retry").status_code == 200
    work()
    assert person.post(f"/jobs/{queued['job_id']}/retry").status_code == 200  # not read yet: it is needed
    kept = a_dataset(person, "people.csv", PEOPLE)

    def there(upload) -> int:
        return person.get(f"/files/{upload['file_id']}").status_code

    tasks.purge(now() + timedelta(days=29))
    assert (there(cancelled), there(again), there(queued)) == (200, 200, 200)
    tasks.purge(now() + timedelta(days=31))
    assert (there(cancelled), there(again), there(queued)) == (404, 200, 200)
    files.sweep(now() + timedelta(days=31))
    known = {found.key.rsplit("/", 1)[1] for found in objects().list(f"w/{person.workspace_id}/files")}
    stays = [person.get(f"/files/{upload['file_id']}").json() for upload in (again, queued)]
    stays.append(person.get(f"/files/{kept['source']['file_id']}").json())
    assert known == {file["content_hash"] for file in stays}


def test_bytes_that_another_file_shares_stay_when_one_goes(client):
    person = a_person(client)
    kept = a_dataset(person, "people.csv", PEOPLE)
    cancelled = uploaded(person, "same.csv", PEOPLE)
    person.post(f"/jobs/{cancelled['job_id']}/cancel")
    tasks.purge(now() + timedelta(days=31))
    files.sweep(now() + timedelta(days=31))
    assert person.get(f"/files/{cancelled['file_id']}").status_code == 404
    assert done(person, person.post(f"/datasets/{kept['id']}/reload", {}))["state"] == "succeeded"


def test_another_workspace_sees_none_of_it(client):
    person, stranger = a_person(client), a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    loaded(person, "p.csv", b"id\n7\n", dataset_id=dataset["id"])
    (waiting,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    mapping = person.get(f"/datasets/{dataset['id']}/mapping").json()["mapping"]
    path, version = f"/datasets/{dataset['id']}", dataset["current_version_id"]
    mine = a_dataset(stranger, "mine.csv", PEOPLE)
    for answer in (
        stranger.post(f"{path}/reload", {}),
        stranger.get(f"{path}/versions"),
        stranger.get(f"{path}/compare?from={version}&to={version}"),
        stranger.get(f"/datasets/{mine['id']}/compare?from={version}&to={mine['current_version_id']}"),
        stranger.get(f"{path}/versions/{version}/receipt"),
        stranger.get(f"{path}/versions/{version}/quarantine"),
        stranger.post(f"{path}/versions/{version}/quarantine/replay", {"discard": [0]}),
        stranger.post(f"{path}/versions/{version}/restore", {}),
        stranger.post(f"/datasets/{mine['id']}/versions/{version}/restore", {}),
        stranger.get(f"{path}/mapping"),
        stranger.put(f"{path}/mapping", {"mapping": mapping, "version": 0}),
        stranger.post(f"{path}/mapping/preview", {"mapping": mapping}),
        stranger.post(f"{path}/mapping/suggest", {}),
        stranger.post(f"/datasets/{mine['id']}/mapping/suggest", {"version_id": version}),
        stranger.post(f"/datasets/{mine['id']}/mapping/suggest", {"file_id": dataset["source"]["file_id"]}),
        stranger.get(f"{path}/pending"),
        stranger.post(f"{path}/pending/{waiting['id']}/accept", {}),
        stranger.delete(f"{path}/pending/{waiting['id']}"),
        stranger.put(f"{path}/file", content=PEOPLE),
        stranger.post("/downloads", {"kind": "quarantine", "dataset_id": dataset["id"], "version_id": version}),
    ):
        assert answer.status_code == 404, answer.text
    assert len(person.get(f"{path}/pending").json()["items"]) == 1
    assert "known_as" in uploaded(stranger, "p.csv", PEOPLE)


def test_questions_go_on_answering_after_a_widened_file(client):
    person = a_person(client)
    dataset = a_dataset(person)
    before = person.post("/questions/run", a_question(dataset)).json()["data"]
    loaded(person, "s.csv", SALES.replace(b"120.50", b"120.501"), dataset_id=dataset["id"])
    after = person.post("/questions/run", a_question(dataset)).json()["data"]
    assert before["d0"] == after["d0"]
    assert detail(person, dataset)["schema"][3]["type"] == "decimal"


def test_what_was_told_is_used_again_for_the_next_file(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    told = {"columns": {"id": {"type": "text"}}}
    done(person, person.post(f"/datasets/{dataset['id']}/reload", {"options": told, "note": "ids are no numbers"}))
    shown = detail(person, dataset)
    assert (shown["schema"][0]["type"], shown["version"]["number"]) == ("text", 2)
    assert shown["version"]["options"]["columns"]["id"]["type"] == "text"
    assert rows(person, dataset)["c1"] == ["1", "2", "3"]
    loaded(person, "p2.csv", b"id,name,city\n007,Di,Bonn\n8,Ed,Bern\n", dataset_id=dataset["id"], mode="append")
    assert rows(person, dataset)["c1"] == ["1", "2", "3", "007", "8"]


def test_an_appended_file_is_read_again_on_top_of_what_it_was_added_to(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    loaded(person, "p2.csv", b"id,name,city\n4,Di,Bonn\n", dataset_id=dataset["id"], mode="append")
    done(person, person.post(f"/datasets/{dataset['id']}/reload", {}))
    assert rows(person, dataset)["c1"] == [1, 2, 3, 4]
    assert versions(person, dataset)[0]["number"] == 3


DUMP = b"""CREATE TABLE `author` (`id` int NOT NULL, `name` varchar(20), PRIMARY KEY (`id`));
INSERT INTO `author` VALUES (1,'Ada'),(2,'Bo');
CREATE TABLE `book` (`id` int NOT NULL, `author_id` int, `title` varchar(20), PRIMARY KEY (`id`),
  FOREIGN KEY (`author_id`) REFERENCES `author` (`id`));
INSERT INTO `book` VALUES (10,1,'X'),(11,2,'Y');
"""


def test_tables_of_one_file_become_datasets_that_know_how_they_join(client):
    person = a_person(client)
    job = loaded(person, "library.sql", DUMP)
    by_name = {table["name"]: table["dataset_id"] for table in job["result"]["tables"]}
    book = detail(person, {"id": by_name["book"]})
    assert book["name"] == "library – book"
    assert book["keys"]["primary_key"] == ["c1"]
    assert book["keys"]["links"] == [
        {
            "columns": ["c2"], "table": "author", "names": ["id"], "dataset_id": by_name["author"],
            "dataset_name": "library – author",
        }
    ]  # fmt: skip
    assert book["siblings"] == [{"id": by_name["author"], "name": "library – author", "hidden": False}]
    # The next dump for one of them: its table is found by name, the others are named and left alone.
    more = DUMP.replace(b"(11,2,'Y')", b"(11,2,'Y'),(12,2,'Z')")
    job = loaded(person, "library.sql", more, dataset_id=by_name["book"])
    assert job["result"]["other_tables"] == [{"name": "author", "row_count": 2}]
    assert detail(person, {"id": by_name["book"]})["row_count"] == 3
    assert detail(person, {"id": by_name["book"]})["keys"]["links"][0]["dataset_id"] == by_name["author"]
    assert len(person.get("/datasets").json()["items"]) == 2
    # A table that is gone is no longer named, but that the key points to it still is.
    assert person.delete(f"/datasets/{by_name['author']}").status_code == 204
    book = detail(person, {"id": by_name["book"]})
    assert (book["siblings"], book["keys"]["links"][0]["dataset_name"]) == ([], None)


def test_the_account_of_an_old_job_is_forgotten_and_what_it_made_stays(client):
    from tablewright.activity import tasks as activity

    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    activity.sweep(now() + timedelta(days=89))
    assert len(person.get("/jobs").json()["items"]) == 1
    activity.sweep(now() + timedelta(days=91))
    assert person.get("/jobs").json()["items"] == []
    assert detail(person, dataset)["row_count"] == 3


def test_a_row_that_the_reader_set_aside_is_split_as_its_file_is_and_put_right(client):
    person = a_person(client)
    lines = "".join(f"{n};name {n};{n}.5\n" for n in range(1, 40))
    dataset = a_dataset(person, "p.csv", f"id;name;price\n{lines}40;too;many;9.5;values\n41;last;1.5\n".encode())
    assert balanced(dataset["receipt"])["rows_quarantined"] == 1
    path = f"/datasets/{dataset['id']}/versions/{dataset['current_version_id']}/quarantine"
    (row,) = person.get(path).json()["items"]
    assert (row["line"], row["raw"], row["values"]) == (
        41, "40;too;many;9.5;values", ["40", "too", "many", "9.5", "values"],
    )  # fmt: skip
    job = done(person, person.post(f"{path}/replay", {"rows": [{"index": 0, "raw": "40;too many;9.5"}]}))
    assert job["result"]["refused"] == []
    shown = detail(person, dataset)
    assert balanced(shown["receipt"])["rows_quarantined"] == 0
    assert shown["row_count"] == 41
    assert rows(person, dataset, columns=["c1", "c2"], offset=40) == {"c1": [40], "c2": ["too many"]}
    empty = person.get(f"/datasets/{dataset['id']}/versions/{shown['version']['id']}/quarantine").json()
    assert (empty["items"], empty["total"]) == ([], 0)
