"""Reports: kept, protected from stale edits, rendered into PDF editions."""

import io

import pytest
from pypdf import PdfReader
from support.data import a_dataset, a_question, a_saved_question, work
from support.people import a_person


def sections_of(*saved):
    return [
        {"kind": "text", "text": "# Sales\n\nHow the regions did."},
        *({"kind": "chart", "question_id": question["id"]} for question in saved),
        *({"kind": "table", "question_id": question["id"], "title": "By region"} for question in saved),
    ]


def a_report(person, *saved, title="Quarterly"):
    answer = person.post("/reports", {"title": title, "sections": sections_of(*saved)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def rendered(person, report):
    """The finished job and the text of each page of the PDF."""
    job = person.post(f"/reports/{report['id']}/editions").json()
    work()
    job = person.get(f"/jobs/{job['id']}").json()
    assert job["state"] == "succeeded", job
    opened = person.post("/downloads", {"kind": "edition", "id": job["result"]["edition_id"]}).json()
    answer = person.client.get(opened["url"])
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="Quarterly.pdf"' in answer.headers["content-disposition"]
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == job["result"]["page_count"]
    return job, [page.extract_text() for page in reader.pages]


def test_a_report_with_text_chart_and_table_becomes_a_pdf_with_real_text(client):
    person = a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    job, pages = rendered(person, a_report(person, saved))
    text = "\n".join(pages)
    for words in ("Quarterly", "How the regions did.", "Amount by region", "By region", "North", "420.75", "150.75"):
        assert words in text
    editions = person.get(f"/reports/{job['result'] and a_list(person)[0]['id']}/editions").json()["items"]
    assert editions[0]["versions"] == {saved["dataset_id"]: current_version(person, saved)}


def test_a_chart_that_leaves_something_out_says_so_on_paper_too(client):
    person = a_person(client)
    days = "\n".join(f"2025-01-{day:02d},{day}" for day in range(1, 10))
    dataset = a_dataset(person, "days.csv", f"day,amount\n{days}\n,77\n".encode())
    chart = {"mark": "line", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    question = a_question(
        dataset, dimensions=[{"column": "c1", "grain": "day"}], measures=[{"fn": "sum", "column": "c2"}], sort=[]
    )
    saved = person.post("/questions", {"name": "By day", "question": question, "chart": chart})
    assert saved.status_code == 201, saved.text
    _, pages = rendered(person, a_report(person, saved.json()))
    assert "1 row without a value not shown" in "\n".join(pages)


def a_list(person):
    return person.get("/reports").json()["items"]


def current_version(person, saved):
    return person.get(f"/datasets/{saved['dataset_id']}").json()["current_version_id"]


def test_a_stale_edit_is_a_conflict(client):
    person = a_person(client)
    report = a_report(person)
    change = {"title": "New", "sections": [], "version": report["version"]}
    assert person.put(f"/reports/{report['id']}", change).json()["version"] == 2
    answer = person.put(f"/reports/{report['id']}", change)
    assert (answer.status_code, answer.json()["code"]) == (409, "report_changed")


def test_an_empty_report_is_refused_and_nothing_is_queued(client):
    person = a_person(client)
    report = person.post("/reports", {"title": "Empty"}).json()
    answer = person.post(f"/reports/{report['id']}/editions")
    assert (answer.status_code, answer.json()["code"]) == (409, "report_empty")
    assert person.get("/jobs").json()["items"] == []


def test_a_report_whose_question_is_gone_fails_with_that_reason(client):
    person = a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    report = a_report(person, saved)
    job = person.post(f"/reports/{report['id']}/editions").json()
    person.delete(f"/questions/{saved['id']}")
    work()
    job = person.get(f"/jobs/{job['id']}").json()
    assert (job["state"], job["error"]["code"]) == ("failed", "question_missing")
    assert person.get(f"/reports/{report['id']}/editions").json()["items"] == []


def test_a_chart_section_needs_a_chart(client):
    person = a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    plain = {"name": "Plain", "question": saved["question"]}
    plain = person.post("/questions", plain).json()
    report = a_report(person, plain)
    job = person.post(f"/reports/{report['id']}/editions").json()
    work()
    assert person.get(f"/jobs/{job['id']}").json()["error"]["code"] == "chart_missing"


def test_markup_in_titles_and_texts_is_printed_as_it_is(client):
    person = a_person(client)
    hostile = '#import "x" $ *bold* `raw` @ref <b>'
    saved = a_saved_question(person, a_dataset(person), name=hostile)
    body = {"title": "Quarterly", "sections": [{"kind": "text", "text": "T " + hostile}, *sections_of(saved)[1:2]]}
    report = person.post("/reports", body).json()
    _, pages = rendered(person, report)
    assert "".join(hostile.split()) in "".join("".join(pages).split())


@pytest.mark.parametrize("kind", ["chart", "table"])
def test_nobody_puts_another_workspaces_question_into_a_report(client, kind):
    person, stranger = a_person(client), a_person(client)
    saved = a_saved_question(person, a_dataset(person))
    body = {"title": "Mine", "sections": [{"kind": kind, "question_id": saved["id"]}]}
    assert stranger.post("/reports", body).status_code == 404


def test_another_workspace_sees_nothing(client):
    person, stranger = a_person(client), a_person(client)
    report = a_report(person, a_saved_question(person, a_dataset(person)))
    job, _ = rendered(person, report)
    path = f"/reports/{report['id']}"
    assert stranger.get("/reports").json()["items"] == []
    for answer in (
        stranger.get(path),
        stranger.put(path, {"title": "T", "sections": [], "version": 1}),
        stranger.delete(path),
        stranger.post(f"{path}/restore"),
        stranger.post(f"{path}/editions"),
        stranger.get(f"{path}/editions"),
        stranger.post("/downloads", {"kind": "edition", "id": job["result"]["edition_id"]}),
        stranger.get(f"/jobs/{job['id']}"),
    ):
        assert answer.status_code == 404


def test_editions_of_a_deleted_report_cannot_be_fetched(client):
    person = a_person(client)
    report = a_report(person, a_saved_question(person, a_dataset(person)))
    job, _ = rendered(person, report)
    person.delete(f"/reports/{report['id']}")
    assert person.post("/downloads", {"kind": "edition", "id": job["result"]["edition_id"]}).status_code == 404
    assert person.post(f"/reports/{report['id']}/restore").status_code == 200
    assert person.post("/downloads", {"kind": "edition", "id": job["result"]["edition_id"]}).status_code == 201
