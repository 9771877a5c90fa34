"""A dashboard leaves as pages, as a picture and as a workbook: what its reader sees, under the filters that hold."""

import io
import struct
from uuid import uuid4

import openpyxl
import pytest
from pypdf import PdfReader
from support.access import condition, row_rule, rule
from support.data import SALES, a_dataset, a_question, a_saved_question, loaded, work
from support.people import a_person

BAR = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
NORTH = {"p1": {"op": "in", "values": ["North"]}}


def a_tile(tile, x=0, y=0, **more):
    return {"kind": "question", "id": tile, "place": {"x": x, "y": y, "w": 6, "h": 8}, **more}


FINDING = {"title": "Chairs lead", "why": "Chairs lead.", "topic": "By product"}


@pytest.fixture
def person(client):
    return a_person(client)


@pytest.fixture
def dataset(person):
    return a_dataset(person)


@pytest.fixture
def dashboard(person, dataset):
    saved = a_saved_question(person, dataset)
    whole = a_question(dataset, dimensions=[{"column": "c2"}])
    said_of = person.get(f"/datasets/{dataset['id']}").json()["version"]["id"]
    words = {
        "kind": "text",
        "id": "t3",
        "place": {"x": 6, "y": 0, "w": 6, "h": 3},
        "text": "# What to know\n\n- #North",
    }
    content = {
        "tabs": [
            {"title": "Regions", "tiles": [a_tile("t1", question_id=saved["id"], chart=BAR), words]},
            {
                "title": "Products",
                "tiles": [a_tile("t2", question=whole, **FINDING, said_of=said_of)],
            },
        ],
        "filters": [
            {"id": "p1", "label": "Region", "kind": "list", "targets": [{"dataset_id": dataset["id"], "column": "c1"}]}
        ],
    }
    answer = person.post("/dashboards", {"title": "Sales", "content": content})
    assert answer.status_code == 201, answer.text
    return answer.json()


def exported(person, dashboard, format, **more):
    """The bytes of the finished file."""
    body = {"source": {"kind": "dashboard", "id": dashboard["id"], **more}, "format": format}
    job = person.post("/exports", body)
    assert job.status_code == 202, job.text
    work()
    job = person.get(f"/jobs/{job.json()['id']}").json()
    assert job["state"] == "succeeded", job
    opened = person.post("/downloads", {"kind": "export", "id": job["result"]["export_id"]})
    answer = person.client.get(opened.json()["url"])
    assert f'filename="{dashboard["title"]}.{format}"' in answer.headers["content-disposition"]
    assert len(answer.content) == job["result"]["byte_count"]
    return answer.content


def words_of(content):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def size_of(content):
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", content[16:24])


def test_pages_hold_every_tile_as_text_and_say_which_filters_hold(person, dashboard):
    told = words_of(exported(person, dashboard, "pdf"))
    for expected in ("Sales", "Regions", "Products", "Amount by region", "Chairs lead", "Chairs lead.", "#North"):
        assert expected in told
    assert "Only rows where" not in told
    assert "By product" not in told
    assert "Table 451.00" in told  # a row of the table, to be selected
    narrowed = words_of(exported(person, dashboard, "pdf", values=NORTH))
    assert 'Only rows where region is one of "North".' in narrowed
    assert "Said of all rows: Chairs lead." in narrowed
    assert ("By product" in narrowed, narrowed.count("Chairs lead")) == (True, 1)  # the title says no finding
    clicked = {"dataset_id": dashboard["content"]["filters"][0]["targets"][0]["dataset_id"]}
    clicked["conditions"] = [{"column": "c2", "op": "eq", "values": ["Chair"]}]
    assert 'product is "Chair"' in words_of(exported(person, dashboard, "pdf", more=[clicked]))


def test_what_was_said_of_an_earlier_version_says_so(person, dataset, dashboard):
    loaded(
        person,
        "sales.csv",
        SALES.replace(b"Chair,2025-01-15,120.50", b"Chair,2025-01-15,20.50"),
        dataset_id=dataset["id"],
    )
    told = words_of(exported(person, dashboard, "pdf"))
    assert ("Said of an earlier version: Chairs lead." in told, told.count("Chairs lead")) == (True, 1)
    assert "Said of all rows, in an earlier version: Chairs lead." in words_of(
        exported(person, dashboard, "pdf", values=NORTH)
    )


def test_the_picture_is_as_wide_as_the_grid_and_a_tile_has_one_of_its_own(person, dashboard):
    width, height = size_of(exported(person, dashboard, "png", values=NORTH))
    assert width == 2560
    assert height > 2000  # two tabs, one below the other
    width, height = size_of(exported(person, dashboard, "png", tile="t1"))
    assert (width, height < 1200) == (1600, True)


def test_the_workbook_has_a_sheet_for_each_tile_with_all_rows_and_the_filters_in_its_contents(person, dashboard):
    book = openpyxl.load_workbook(io.BytesIO(exported(person, dashboard, "xlsx", values=NORTH)))
    assert book.sheetnames[1:] == ["Amount by region", "By product"]
    assert [row[0] for row in book["Amount by region"].iter_rows(values_only=True)] == ["region", "North"]
    contents = " ".join(str(cell) for row in book["Contents"].iter_rows(values_only=True) for cell in row if cell)
    assert 'region is one of "North"' in contents


def test_what_leaves_is_what_its_orderer_sees(client, person, dataset, dashboard):
    viewer = a_person(client, "viewer", person.workspace_id)
    south = condition("c1", "eq", "South")
    everything = row_rule({"kind": "member", "user_id": str(person.user_id)})
    only = row_rule({"kind": "member", "user_id": str(viewer.user_id)}, south, name="South")
    rule(person, dataset, rows=[everything, only])
    book = openpyxl.load_workbook(io.BytesIO(exported(viewer, dashboard, "xlsx")))
    assert [row[0] for row in book["Amount by region"].iter_rows(values_only=True)] == ["region", "South"]
    told = words_of(exported(viewer, dashboard, "pdf"))
    assert "the rows that you may see" in told
    assert "6 rows" not in told


def test_a_tile_that_cannot_be_asked_says_so_on_paper_and_refuses_a_workbook(person, dataset, dashboard):
    question = dashboard["content"]["tabs"][0]["tiles"][0]["question_id"]
    assert person.delete(f"/questions/{question}").status_code == 204
    told = words_of(exported(person, dashboard, "pdf"))
    assert "This could not be answered." in told
    assert "Chairs lead" in told
    refused = person.post("/exports", {"source": {"kind": "dashboard", "id": dashboard["id"]}, "format": "xlsx"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tile_not_exportable")


def test_only_what_there_is_can_be_ordered_and_only_by_its_workspace(client, person, dataset, dashboard):
    source = {"kind": "dashboard", "id": dashboard["id"]}
    for body, status, code in (
        ({"source": {**source, "tile": "t99"}, "format": "png"}, 422, "tile_missing"),
        ({"source": {**source, "values": {"p9": None}}, "format": "pdf"}, 422, "filter_missing"),
        ({"source": {"kind": "dataset", "id": dataset["id"]}, "format": "pdf"}, 422, "format_elsewhere"),
        ({"source": {"kind": "dashboard", "id": str(uuid4())}, "format": "pdf"}, 404, "dashboard_missing"),
    ):
        answer = person.post("/exports", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    stranger = a_person(client)
    for format in ("pdf", "png", "xlsx"):
        answer = stranger.post("/exports", {"source": source, "format": format})
        assert (answer.status_code, answer.json()["code"]) == (404, "dashboard_missing")
