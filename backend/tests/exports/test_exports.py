"""Excel, CSV and originals: complete, inert, fetched only by whom they are for."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from support.data import SALES, a_dataset, a_question, a_saved_question, work
from support.people import a_person

from tablewright.exports import service
from tablewright.exports.errors import DownloadOver
from tablewright.infra.clock import now
from tablewright.infra.db import transaction


def fetched(person, **what):
    opened = person.post("/downloads", what)
    assert opened.status_code == 201, opened.text
    return person.client.get(opened.json()["url"])


def exported(person, source):
    """The finished workbook, read by another library."""
    job = person.post("/exports", {"source": source}).json()
    work()
    job = person.get(f"/jobs/{job['id']}").json()
    assert job["state"] == "succeeded", job
    answer = fetched(person, kind="export", id=job["result"]["export_id"])
    assert len(answer.content) == job["result"]["byte_count"]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_dataset_as_csv_holds_every_row(client):
    person = a_person(client)
    dataset = a_dataset(person)
    answer = fetched(person, kind="csv", source={"kind": "dataset", "id": dataset["id"]})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = rows_of(answer)
    expected = list(csv.reader(io.StringIO(SALES.decode())))
    assert rows[0] == expected[0]
    assert len(rows) == len(expected)
    assert [row[0] for row in rows] == [row[0] for row in expected]
    assert [float(row[3] or 0) for row in rows[1:]] == [float(row[3] or 0) for row in expected[1:]]


def test_a_question_as_csv_ignores_the_page_but_keeps_its_own_limit(client):
    person = a_person(client)
    dataset = a_dataset(person)
    paged = {"dataset_id": dataset["id"], "offset": 4}
    assert len(rows_of(fetched(person, kind="csv", source={"kind": "question", "question": paged}))) == 7
    top = a_question(dataset, limit=2)
    assert len(rows_of(fetched(person, kind="csv", source={"kind": "question", "question": top}))) == 3


def test_totals_and_rests_are_told_apart_from_groups(client):
    person = a_person(client)
    dataset = a_dataset(person)
    by = {each["name"]: each["id"] for each in person.get(f"/datasets/{dataset['id']}").json()["schema"]}
    asked = {
        "dataset_id": dataset["id"],
        "dimensions": [{"column": by["region"], "top": {"n": 1, "by": "m0"}}],
        "measures": [{"fn": "count_rows"}],
        "pivot": {"columns": [], "column_totals": True},
    }
    source = {"kind": "question", "question": asked}
    rows = rows_of(fetched(person, kind="csv", source=source))
    assert rows[0][-1] == "Kind of row"
    told = {row[-1]: int(row[1]) for row in rows[1:]}
    assert set(told) == {"", "Other of region", "Total over region"}
    assert told["Total over region"] == told[""] + told["Other of region"] == 6
    sheet = exported(person, {**source, "title": "Regions"}).worksheets[1]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(index for index, row in enumerate(cells) if "Kind of row" in row)
    place = cells[head].index("Kind of row")
    assert {row[place] for row in cells[head + 1 :]} >= {None, "Other of region", "Total over region"}


def test_cells_that_a_spreadsheet_would_run_are_text(client):
    person = a_person(client)
    content = b"name,value\n=1+1,-5\n@SUM(A1),3\n+cmd|' /C calc'!A0,4\n"
    dataset = a_dataset(person, "evil.csv", content)
    rows = rows_of(fetched(person, kind="csv", source={"kind": "dataset", "id": dataset["id"]}))
    assert [row[0][0] for row in rows[1:]] == ["'", "'", "'"]
    assert rows[1][1] == "-5"
    book = exported(person, {"kind": "dataset", "id": dataset["id"]})
    sheet = book.worksheets[1]
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"


def test_csv_guards_cells_by_the_rule_of_the_safe_text(client):
    from tablewright.core.exports.safe_text import escape_cell

    person = a_person(client)
    texts = ["\uff1d1+1", "\u200b=1+1", "'=1+1", "plain", "-5"]
    content = ("text\n" + "\n".join([*texts, "word"]) + "\n").encode()
    dataset = a_dataset(person, "guarded.csv", content)
    rows = rows_of(fetched(person, kind="csv", source={"kind": "dataset", "id": dataset["id"]}))
    assert [row[0] for row in rows[1:]] == [escape_cell(text) for text in [*texts, "word"]]
    assert [row[0][0] for row in rows[1:4]] == ["'", "'", "'"]


def test_a_workbook_has_contents_types_and_every_row(client):
    person = a_person(client)
    dataset = a_dataset(person)
    book = exported(person, {"kind": "dataset", "id": dataset["id"]})
    contents, sheet = book.worksheets[0], book.worksheets[1]
    assert contents.title == "Contents"
    assert any("sales" in str(cell.value) for row in contents.iter_rows() for cell in row)
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("region", "product", "month", "amount", "units")
    assert len(rows) == 7
    assert rows[1][0] == "North"
    assert rows[1][2].date().isoformat() == "2025-01-15"
    assert rows[1][3] == 120.5
    assert rows[6][3] is None


def test_a_report_becomes_one_sheet_for_each_table_and_chart(client):
    person = a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    sections = [{"kind": "chart", "question_id": saved["id"]}, {"kind": "table", "question_id": saved["id"]}]
    report = person.post("/reports", {"title": "R", "sections": sections}).json()
    book = exported(person, {"kind": "report", "id": report["id"]})
    assert len(book.worksheets) == 3


def test_the_original_comes_back_byte_for_byte(client):
    person = a_person(client)
    dataset = a_dataset(person)
    answer = fetched(person, kind="file", id=dataset["source"]["file_id"])
    assert answer.content == SALES
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_ticket_is_over_after_a_minute_and_after_signing_out(client):
    person = a_person(client)
    dataset = a_dataset(person)
    opened = person.post("/downloads", {"kind": "csv", "source": {"kind": "dataset", "id": dataset["id"]}}).json()
    with transaction(person.workspace_id, person.user_id) as session:
        from tablewright.identity.service import actor_of

        actor = actor_of(session, person.token, now())
        from tablewright.exports import tickets

        ticket = tickets.read(opened["url"].rsplit("/", 1)[1], now())
        with pytest.raises(DownloadOver):
            service.fetch(session, actor, ticket.download_id, now=now() + timedelta(seconds=61))
        with pytest.raises(DownloadOver):
            tickets.read(opened["url"].rsplit("/", 1)[1], now() + timedelta(seconds=61))
    assert person.delete("/session", headers={"X-Tablewright": "1"}).status_code == 204
    assert client.get(opened["url"]).status_code == 401


def test_a_ticket_is_no_access_token_and_an_access_token_no_ticket(client):
    person = a_person(client)
    dataset = a_dataset(person)
    opened = person.post("/downloads", {"kind": "csv", "source": {"kind": "dataset", "id": dataset["id"]}}).json()
    ticket = opened["url"].rsplit("/", 1)[1]
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {ticket}"}).status_code == 401
    assert client.get(f"/api/v1/downloads/{person.token}").status_code == 404


def test_a_colleague_cannot_fetch_my_export(client):
    person = a_person(client)
    colleague = a_person(client, "admin", person.workspace_id)
    dataset = a_dataset(person)
    job = person.post("/exports", {"source": {"kind": "dataset", "id": dataset["id"]}}).json()
    work()
    export_id = person.get(f"/jobs/{job['id']}").json()["result"]["export_id"]
    assert colleague.post("/downloads", {"kind": "export", "id": export_id}).status_code == 404
