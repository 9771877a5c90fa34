"""Datasets: loaded with a receipt, named, deleted and restored, never seen from another workspace."""

import pytest
from sqlalchemy import text
from support.data import SALES, a_dataset, a_question, loaded, uploaded, work
from support.people import a_person

from tablewright.infra.db import transaction
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects


def test_a_file_becomes_a_dataset_with_types_profile_and_receipt(client):
    dataset = a_dataset(a_person(client))
    assert dataset["name"] == "sales"
    assert (dataset["row_count"], dataset["column_count"]) == (6, 5)
    types = {column["name"]: column["type"] for column in dataset["schema"]}
    assert types["region"] == "text"
    assert types["month"] == "date"
    assert types["units"] == "integer"
    assert types["amount"] in ("decimal", "float")
    receipt = dataset["receipt"]
    assert receipt["rows_seen"] == receipt["rows_loaded"] + receipt["rows_quarantined"] + receipt["rows_skipped"]
    assert receipt["rows_loaded"] == 6
    amount = next(profile for profile in dataset["profile"] if profile["id"] == "c4")
    assert amount["null_count"] == 1
    assert float(amount["max"]) == 300.25


def test_two_files_of_one_name_become_two_datasets_that_can_be_told_apart(client):
    person = a_person(client)
    assert [a_dataset(person)["name"], a_dataset(person)["name"]] == ["sales", "sales (2)"]


def test_a_file_for_a_dataset_becomes_its_next_version_and_the_first_stays_askable(client):
    person = a_person(client)
    dataset = a_dataset(person)
    job = loaded(person, "sales-2.csv", SALES + b"West,Chair,2025-04-01,10.00,1\n", dataset_id=dataset["id"])
    assert job["result"]["dataset_ids"] == [dataset["id"]]
    versions = person.get(f"/datasets/{dataset['id']}/versions").json()["items"]
    assert [version["number"] for version in versions] == [2, 1]
    assert person.get(f"/datasets/{dataset['id']}").json()["row_count"] == 7
    old = person.post("/questions/run", a_question(dataset, version_id=versions[1]["id"])).json()
    assert "West" not in old["data"]["d0"]


def test_a_deleted_dataset_is_gone_until_it_is_restored(client):
    person = a_person(client)
    dataset = a_dataset(person)
    assert person.delete(f"/datasets/{dataset['id']}").status_code == 204
    assert person.get(f"/datasets/{dataset['id']}").status_code == 404
    assert person.post("/questions/run", a_question(dataset)).status_code == 404
    assert [item["id"] for item in person.get("/datasets?deleted=true").json()["items"]] == [dataset["id"]]
    assert person.post(f"/datasets/{dataset['id']}/restore").status_code == 200
    assert person.get(f"/datasets/{dataset['id']}").json()["name"] == "sales"


def test_a_renamed_dataset_goes_on_answering(client):
    person = a_person(client)
    dataset = a_dataset(person)
    assert person.patch(f"/datasets/{dataset['id']}", {"name": "Orders"}).json()["name"] == "Orders"
    assert person.post("/questions/run", a_question(dataset)).status_code == 200


def test_lists_come_in_pages_that_lose_and_repeat_nothing(client):
    person = a_person(client)
    made = {a_dataset(person)["id"] for _ in range(3)}
    first = person.get("/datasets?limit=2").json()
    second = person.get(f"/datasets?limit=2&cursor={first['next_cursor']}").json()
    assert [item["id"] for item in first["items"] + second["items"]].__len__() == 3
    assert {item["id"] for item in first["items"] + second["items"]} == made
    assert second["next_cursor"] is None
    assert person.get("/datasets?cursor=nonsense").json()["code"] == "cursor_invalid"


def test_searching_takes_words_literally(client):
    person = a_person(client)
    a_dataset(person)
    assert len(person.get("/datasets?search=SAL").json()["items"]) == 1
    assert person.get("/datasets?search=%25").json()["items"] == []


@pytest.mark.parametrize(
    ("filename", "content"),
    [("random.csv", bytes(range(256)) * 64), ("empty.csv", b""), ("broken.parquet", b"PAR1" + b"\x00" * 40 + b"PAR1")],
)
def test_a_file_that_is_no_table_fails_with_a_reason_and_leaves_no_dataset(client, filename, content):
    person = a_person(client)
    job = loaded(person, filename, content)
    assert job["state"] == "failed"
    assert job["error"]["code"] not in ("unexpected", "task_fault")
    assert job["error"]["detail"]
    assert job["attempt"] == 1
    assert person.get("/datasets").json()["items"] == []
    assert list(objects().list(f"w/{person.workspace_id}/versions/")) == []
    assert list(settings().scratch_dir.glob("job-*")) == []


def test_a_load_that_runs_twice_makes_one_dataset(client):
    person = a_person(client)
    first = loaded(person)
    with transaction(person.workspace_id) as session:  # as if the worker had died before it could say "done"
        given = {"job": first["id"], "workspace": person.workspace_id}
        session.execute(text("UPDATE jobs SET state = 'queued', result = NULL WHERE id = :job"), given)
        session.execute(
            text(
                "INSERT INTO job_queue (job_id, workspace_id, task, max_attempts) "
                "VALUES (:job, :workspace, 'datasets.load', 3)"
            ),
            given,
        )
    work()
    second = person.get(f"/jobs/{first['id']}").json()
    assert second["state"] == "succeeded"
    assert second["finished_at"] > first["finished_at"]
    assert second["result"] == first["result"]
    assert len(person.get("/datasets").json()["items"]) == 1


def test_a_load_ordered_by_somebody_who_was_removed_meanwhile_is_not_done(client):
    admin = a_person(client)
    analyst = a_person(client, "analyst", admin.workspace_id)
    upload = uploaded(analyst, "sales.csv", SALES)
    admin.delete(f"/members/{analyst.user_id}")
    work()
    assert admin.get(f"/jobs/{upload['job_id']}").json()["state"] == "failed"
    assert admin.get("/datasets").json()["items"] == []


def test_a_cancelled_load_leaves_nothing(client):
    person = a_person(client)
    upload = uploaded(person, "sales.csv", SALES)
    assert person.post(f"/jobs/{upload['job_id']}/cancel").json()["state"] == "cancelled"
    work()
    assert person.get("/datasets").json()["items"] == []
    assert person.post(f"/jobs/{upload['job_id']}/retry").json()["state"] == "queued"
    work()
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "succeeded"


def test_another_workspace_sees_nothing(client):
    person, stranger = a_person(client), a_person(client)
    dataset = a_dataset(person)
    path = f"/datasets/{dataset['id']}"
    assert stranger.get("/datasets").json()["items"] == []
    assert stranger.get("/jobs").json()["items"] == []
    for answer in (
        stranger.get(path),
        stranger.get(f"{path}/versions"),
        stranger.patch(path, {"name": "Mine"}),
        stranger.delete(path),
        stranger.post(f"{path}/restore"),
        stranger.post("/questions/run", a_question(dataset)),
        stranger.post("/downloads", {"kind": "file", "id": dataset["source"]["file_id"]}),
        stranger.post("/exports", {"source": {"kind": "dataset", "id": dataset["id"]}}),
    ):
        assert answer.status_code == 404, answer.text
    # Also a load into it is refused, as if it were not there.
    job = loaded(stranger, "sales.csv", SALES, dataset_id=dataset["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "dataset_missing")


def test_version_rows_name_objects_that_exist(client):
    person = a_person(client)
    a_dataset(person)
    with transaction(person.workspace_id) as session:
        ids = session.execute(text("SELECT id FROM dataset_versions")).scalars().all()
    assert ids
    for version_id in ids:
        assert objects().exists(f"w/{person.workspace_id}/versions/{version_id}.parquet")
