"""Asking through the gate: answers, forms, cache, batches, and what is refused."""

import asyncio
import json
import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from support.data import a_dataset, a_question, a_saved_question
from support.people import a_person

from tablewright.infra import clock, compute
from tablewright.infra.admission import Admission
from tablewright.infra.limits import Cancelled

ARROW = "application/vnd.apache.arrow.stream"


def test_grouping_and_sorting(client):
    person = a_person(client)
    answer = person.post("/questions/run", a_question(a_dataset(person))).json()
    assert answer["data"]["d0"] == ["North", "East", "South"]
    assert [float(value) for value in answer["data"]["m0"]] == [420.75, 150.75, 125.0]
    assert [column["role"] for column in answer["columns"]] == ["dimension", "measure"]
    assert (answer["row_count"], answer["total_count"], answer["truncated"]) == (3, 3, False)


def test_rows_come_in_windows_and_say_how_many_there_are(client):
    person = a_person(client)
    dataset = a_dataset(person)
    answer = person.post("/questions/run", {"dataset_id": dataset["id"], "limit": 2, "offset": 2}).json()
    assert answer["data"]["c1"] == ["North", "East"]
    assert (answer["row_count"], answer["total_count"], answer["truncated"]) == (2, 6, True)


def test_an_offset_beyond_the_end_is_an_empty_page_that_knows_the_total(client):
    person = a_person(client)
    dataset = a_dataset(person)
    answer = person.post("/questions/run", {"dataset_id": dataset["id"], "limit": 2, "offset": 100}).json()
    assert (answer["row_count"], answer["total_count"], answer["truncated"]) == (0, 6, False)


def test_the_same_answer_as_an_arrow_stream(client):
    person = a_person(client)
    question = a_question(a_dataset(person))
    answer = person.post("/questions/run", question, headers={"Accept": ARROW})
    assert answer.headers["content-type"] == ARROW
    table = pa.ipc.open_stream(answer.content).read_all()
    assert table.column("d0").to_pylist() == ["North", "East", "South"]


def test_a_repeated_question_is_answered_from_the_cache_and_an_unchanged_one_not_at_all(client):
    person = a_person(client)
    question = a_question(a_dataset(person))
    first = person.post("/questions/run", question)
    second = person.post("/questions/run", question)
    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("miss", "hit")
    assert first.json() == second.json()
    third = person.post("/questions/run", question, headers={"If-None-Match": first.headers["etag"]})
    assert (third.status_code, third.content) == (304, b"")


def test_today_and_now_are_those_of_the_time_zone_and_are_cached_no_longer_than_they_hold(client, monkeypatch):
    person = a_person(client)
    day = {"id": "f1", "name": "Day", "text": "TODAY()"}
    minute = {"id": "f2", "name": "Minute", "text": "NOW()"}
    asked = {"dataset_id": a_dataset(person)["id"], "limit": 1, "calendar": {"time_zone": "America/New_York"}}

    def told(formula: dict[str, str], at: datetime) -> tuple[str, str]:
        monkeypatch.setattr(clock, "now", lambda: at)
        answer = person.post("/questions/run", {**asked, "formulas": [formula], "columns": [formula["id"]]})
        return answer.json()["data"][formula["id"]][0], answer.headers["x-cache"]

    # Yesterday, so that the person's token holds whatever time it is now; in New York it is the evening before.
    night = (clock.now() - timedelta(days=1)).replace(hour=1, minute=30)
    there = night.astimezone(ZoneInfo("America/New_York"))
    assert told(day, night) == (there.date().isoformat(), "miss")
    assert told(day, night + timedelta(minutes=2)) == (there.date().isoformat(), "hit")
    assert there.date() == night.date() - timedelta(1)
    first, _ = told(minute, night)
    assert datetime.fromisoformat(first).isoformat(timespec="minutes") == there.strftime("%Y-%m-%dT%H:%M")
    assert told(minute, night)[1] == "hit"
    assert told(minute, night + timedelta(minutes=1))[1] == "miss"


def test_many_equal_questions_at_once_are_run_once(client, monkeypatch):
    person = a_person(client)
    question = a_question(a_dataset(person), limit=777)
    runs = []
    engine = compute.engine()
    ask = engine.ask
    monkeypatch.setattr(engine, "ask", lambda *given, **named: (runs.append(1), ask(*given, **named))[1])
    threads = [threading.Thread(target=person.post, args=("/questions/run", question)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 1


def test_a_batch_answers_each_question_and_one_that_fails_stops_no_other(client):
    person = a_person(client)
    dataset = a_dataset(person)
    wrong = a_question(dataset, measures=[{"fn": "sum", "column": "c99"}])
    body = {"questions": [{"key": "good", "question": a_question(dataset)}, {"key": "wrong", "question": wrong}]}
    lines = [json.loads(line) for line in person.post("/questions/batch", body).text.splitlines()]
    found = {line["key"]: line for line in lines}
    assert found["good"]["answer"]["data"]["d0"] == ["North", "East", "South"]
    assert found["wrong"]["problem"]["code"] == "column_missing"


@pytest.mark.parametrize(
    "change",
    [
        {"measures": [{"fn": "sum", "column": "c1"}]},
        {"measures": [{"fn": "sum", "column": "c99"}]},
        {"measures": [{"fn": "evil", "column": "c1"}]},
        {"sort": [{"by": "m7"}]},
        {"dimensions": [{"column": "c1; DROP TABLE users"}]},
        {"filter": {"kind": "group", "items": [{"kind": "condition", "column": "c5", "op": "gt", "values": ["x"]}]}},
        {"filter": {"kind": "group", "items": [{"kind": "condition", "column": "c5", "op": "between", "values": [1]}]}},
        {"limit": 0},
        {"limit": 10**9},
        {"sql": "SELECT 1"},
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(client, change):
    person = a_person(client)
    answer = person.post("/questions/run", a_question(a_dataset(person), **change))
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("value", ["' OR 1=1 --", "\"; ATTACH '/etc/passwd'", "%", "_", "\x00", "North'"])
def test_values_are_data_whatever_they_look_like(client, value):
    person = a_person(client)
    condition = {"kind": "condition", "column": "c1", "op": "contains", "values": [value]}
    answer = person.post(
        "/questions/run", a_question(a_dataset(person), filter={"kind": "group", "items": [condition]})
    )
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert answer.json()["row_count"] == 0


def test_a_saved_question_is_kept_changed_and_protected_from_stale_edits(client):
    person = a_person(client)
    dataset = a_dataset(person)
    saved = a_saved_question(person, dataset)
    assert saved["chart"]["mark"] == "bar"
    change = {"name": "Renamed", "question": saved["question"], "chart": None, "version": saved["version"]}
    assert person.put(f"/questions/{saved['id']}", change).json()["version"] == 2
    assert person.put(f"/questions/{saved['id']}", change).json()["code"] == "question_changed"
    assert person.delete(f"/questions/{saved['id']}").status_code == 204
    assert person.get(f"/questions/{saved['id']}").status_code == 404
    assert person.post(f"/questions/{saved['id']}/restore").json()["name"] == "Renamed"


def test_a_repeated_create_makes_one_question(client):
    person = a_person(client)
    body = {"name": "Once", "question": a_question(a_dataset(person))}
    key = {"Idempotency-Key": "a-key-of-mine"}
    first = person.post("/questions", body, headers=key)
    second = person.post("/questions", body, headers=key)
    assert first.json() == second.json()
    assert len(person.get("/questions").json()["items"]) == 1
    other = person.post("/questions", {**body, "name": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_another_workspace_sees_no_question(client):
    person, stranger = a_person(client), a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    path = f"/questions/{saved['id']}"
    assert stranger.get("/questions").json()["items"] == []
    assert stranger.get(path).status_code == 404
    assert stranger.delete(path).status_code == 404
    body = {"name": "Mine", "question": saved["question"], "chart": None}
    assert stranger.post("/questions", body).status_code == 404
    assert stranger.put(path, {**body, "version": 1}).status_code == 404


def test_a_page_of_known_answers_comes_in_one_piece_and_equal_to_the_first_time(client):
    person = a_person(client)
    dataset = a_dataset(person)
    body = {"questions": [{"key": f"t{n}", "question": a_question(dataset, limit=n + 1)} for n in range(12)]}
    first = {line["key"]: line for line in map(json.loads, person.post("/questions/batch", body).text.splitlines())}
    again = [json.loads(line) for line in person.post("/questions/batch", body).text.splitlines()]
    assert len(again) == 12
    assert {line["key"]: line for line in again} == first


def test_when_the_line_is_full_one_is_told_to_come_back_and_nothing_is_lost(client, monkeypatch):
    person = a_person(client)
    dataset = a_dataset(person)
    full = Admission(at_once=1, waiting=2, share=2)
    monkeypatch.setattr("tablewright.queries.answering.admission", lambda: full)
    door = threading.Event()
    held = [full.want(f"k{n}", person.workspace_id, lambda _: door.wait(20) and b"") for n in range(3)]
    known = a_question(dataset, limit=5)
    for path, asked in (
        ("/questions/run", known),
        ("/questions/batch", {"questions": [{"key": "a", "question": known}]}),
    ):
        refused = person.post(path, asked)
        assert (refused.status_code, refused.json()["code"]) in ((503, "engine_busy"), (429, "workspace_busy"))
        assert int(refused.headers["retry-after"]) >= 1
    door.set()
    for ticket in held:
        ticket.wait()
    assert person.post("/questions/run", known).status_code == 200
    full.close()


def test_a_question_whose_reader_left_is_cancelled_in_the_engine(client, monkeypatch):
    """The disconnect comes while the engine works; nobody else waits, so the run ends and its child is free again."""
    person = a_person(client)
    question = a_question(a_dataset(person), limit=321)
    began, ended = threading.Event(), []

    def ask(*given, cancelled=None, **named):
        began.set()
        for _ in range(1000):
            if cancelled():
                ended.append("cancelled")
                raise Cancelled("ask")
            time.sleep(0.01)
        raise AssertionError("nobody cancelled it")

    monkeypatch.setattr(compute.engine(), "ask", ask)

    async def leave(app, scope, body):
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive():
            if sent:
                return sent.pop()
            await asyncio.to_thread(began.wait, 20)
            return {"type": "http.disconnect"}

        async def send(message):
            pass

        await app(scope, receive, send)

    body = json.dumps(question).encode()
    headers = {"authorization": f"Bearer {person.token}", "content-type": "application/json"}
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
        "path": "/api/v1/questions/run", "raw_path": b"/api/v1/questions/run", "query_string": b"", "scheme": "http",
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()], "client": ("t", 1),
        "server": ("t", 80), "root_path": "",
    }  # fmt: skip
    asyncio.run(leave(client.app, scope, body))
    end = time.monotonic() + 10
    while not ended and time.monotonic() < end:
        time.sleep(0.01)
    assert ended == ["cancelled"]


def test_a_question_is_asked_of_a_saved_question_and_knows_itself(client):
    person = a_person(client)
    dataset = a_dataset(person)
    saved = a_saved_question(person, dataset)  # d0 region, m0 sum of amount
    total = {"dataset_id": dataset["id"], "base_id": saved["id"], "measures": [{"fn": "sum", "column": "c2"}]}
    answer = person.post("/questions/run", total).json()
    assert [float(value) for value in answer["data"]["m0"]] == [696.5]
    assert answer["versions"] == {dataset["id"]: dataset["current_version_id"]}
    made = person.post("/questions", {"name": "Of it", "question": total}).json()
    circle = {**saved["question"], "version_id": None, "base_id": made["id"]}
    circle |= {"dimensions": [], "measures": [{"fn": "count_rows"}], "sort": []}
    body = {"name": "Circle", "question": circle, "chart": None, "version": 1}
    refused = person.put(f"/questions/{saved['id']}", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "question_circular")
    assert person.delete(f"/questions/{saved['id']}").status_code == 204
    gone = person.post("/questions/run", total)
    assert (gone.status_code, gone.json()["code"]) == (404, "question_missing")
    assert gone.json()["where"]["position"] == "base_id"
