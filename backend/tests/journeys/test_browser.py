"""The main job as a person does it: one command's link, a public file, a chart, a report, its downloads."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from journeys.conftest import PHONE, axe_violations, sign_in
from journeys.main_job import weather_by_pandas, weather_file
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from support.people import PASSWORD
from support.services import own_folder
from support.serving import ADMIN, Serving, serving

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def weather(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("files") / "seattle-weather.csv"
    path.write_bytes(weather_file())
    return path


@pytest.fixture(scope="module")
def dataset_id(product: Serving) -> str:
    job = product.finished(product.upload("weather.csv", weather_file()))
    return job["result"]["dataset_ids"][0]


def choose_from(page: Page, button: str, item: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def rows_of(page: Page, table: str) -> list[list[str]]:
    cells = page.get_by_role("table", name=table).get_by_role("row")
    return [row.get_by_role("cell").all_inner_texts() for row in cells.all()[1:]]


def downloaded(page: Page, start: Callable[[], None], folder: Path) -> Path:
    with page.expect_download(timeout=60_000) as waiting:
        start()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_from_the_printed_link_to_a_downloaded_report(open_page: Open, weather: Path, tmp_path: Path):
    expected = weather_by_pandas()
    figures = [(kind, f"{days:,}") for kind, days in zip(expected["weather"], expected["days"], strict=True)]
    with own_folder() as folder, serving(folder) as product:
        page = open_page()
        page.goto(product.setup_link.replace("localhost", "127.0.0.1"))
        page.get_by_label("Workspace name").fill("Acme")
        page.get_by_label("Your name").fill(ADMIN["name"])
        page.get_by_label("E-mail address").fill(ADMIN["email"])
        page.get_by_label("Password").fill(ADMIN["password"])
        page.get_by_role("button", name="Create workspace").click()
        page.wait_for_url("**/app/")

        # One action from signed in to the first chart: choosing the file.
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose files").click()
        chooser.value.set_files(weather)
        page.wait_for_url("**/app/dataset/**", timeout=60_000)
        expect(page.get_by_role("heading", name="seattle-weather")).to_be_visible()
        expect(page.get_by_text("1,461 rows")).to_be_visible()
        expect(page.get_by_role("figure").first).to_be_visible()
        expect(page.get_by_role("grid")).to_contain_text("2012-01-01")
        page.get_by_role("tab", name="Receipt").click()
        expect(page.get_by_text("Every row could be read.")).to_be_visible()

        page.get_by_role("link", name="Ask", exact=True).click()
        page.wait_for_url("**/app/question/**")
        grouped = page.get_by_role("region", name="Group by").get_by_role("button", name="Remove")
        expect(grouped.first).to_be_visible()
        for remove in grouped.all():
            remove.click()
        choose_from(page, "Add grouping", "weather")
        choose_from(page, "Add measure", "Count of rows")
        page.get_by_role("region", name="Measure").get_by_role("button", name="Remove").first.click()
        page.get_by_role("button", name="Bar chart").click()
        page.get_by_role("combobox", name="Sort by").click()
        page.get_by_role("option", name="Count of rows").click()
        expect(page.get_by_role("table", name="Answer as a table").get_by_role("row").nth(1)).to_contain_text("sun")
        assert [tuple(row) for row in rows_of(page, "Answer as a table")] == figures

        page.get_by_role("button", name="Save question").click()
        page.get_by_role("textbox", name="Name").fill("Days by weather")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("button", name="Saved")).to_be_disabled()
        page.get_by_role("button", name="Download and share").click()
        path = downloaded(page, page.get_by_role("menuitem", name="Download CSV").click, tmp_path)
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
        assert [(row[0], f"{int(row[1]):,}") for row in rows[1:]] == figures

        page.get_by_role("link", name="Reports", exact=True).click()
        page.get_by_role("button", name="New report").first.click()
        page.wait_for_url("**/app/report/**")
        page.get_by_role("textbox", name=re.compile("title", re.I)).first.fill("Weather in Seattle")
        page.get_by_role("button", name="Add text").click()
        page.get_by_role("group", name="Section 1: Text").get_by_role("textbox").fill("Four years of weather.")
        for button in ("Add chart", "Add table"):
            page.get_by_role("button", name=button).click()
            page.get_by_role("button", name=re.compile("Days by weather")).last.click()
        expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()

        path = downloaded(page, page.get_by_role("button", name="Download PDF").click, tmp_path)
        text = " ".join(sheet.extract_text() for sheet in PdfReader(path).pages)
        assert "Weather in Seattle" in text
        assert "Four years of weather." in text
        for kind, days in figures:
            assert kind in text
            assert days in text
        page.get_by_role("button", name="More downloads").click()
        path = downloaded(page, page.get_by_role("menuitem", name="Download Excel").click, tmp_path)
        sheet = openpyxl.load_workbook(path).worksheets[-1]
        assert [(row[0], f"{row[1]:,}") for row in sheet.iter_rows(min_row=2, values_only=True)] == figures
        page.context.close()  # before the product ends, so that it asks nobody for anything


def test_a_chart_is_walked_by_keyboard_and_read_as_a_table(open_page: Open, product: Serving, dataset_id: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset_id}")
    looks = page.get_by_role("region", name="First look")
    expect(looks).to_be_visible()
    # They are answered in any order, and the first must stay the first.
    expect(looks.get_by_role("figure")).to_have_count(looks.get_by_role("link", name=re.compile("^Explore")).count())
    figure = looks.get_by_role("figure").first
    plot = figure.get_by_role("application")
    plot.focus()
    # A key pressed before the chart is drawn has nothing to walk: press as a person does, until it answers.
    for _ in range(40):
        plot.press("ArrowRight")
        if plot.get_by_role("status").inner_text():
            break
        page.wait_for_timeout(250)
    expect(plot.get_by_role("status")).not_to_be_empty()
    first = plot.get_by_role("status").inner_text()
    plot.press("ArrowRight")
    expect(plot.get_by_role("status")).not_to_have_text(first)
    plot.press("Escape")
    figure.get_by_role("button", name=re.compile("table", re.I)).press("Enter")
    expect(figure.get_by_role("table")).to_be_visible()


def test_the_whole_way_in_by_keyboard_alone(open_page: Open, product: Serving):
    page = open_page()
    page.goto(f"{product.url}/sign-in/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(ADMIN["email"])
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type(ADMIN["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Search"))).to_be_enabled()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("Reports")
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/reports/**")


def test_deleting_is_undone(open_page: Open, product: Serving):
    job = product.finished(product.upload("undo-me.csv", b"a,b\n1,2\n3,4\n"))
    assert job["state"] == "succeeded"
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/data/")
    page.get_by_role("button", name="Actions for undo-me").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("link", name=re.compile("undo-me"))).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=re.compile("undo-me"))).to_be_visible()


def test_a_file_that_cannot_be_read_says_why(open_page: Open, product: Serving, tmp_path: Path):
    path = tmp_path / "noise.csv"
    path.write_bytes(bytes(range(256)) * 200)
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/data/")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("Choose files|Add files|Upload", re.I)).first.click()
    chooser.value.set_files(path)
    expect(page.get_by_text(re.compile("noise.csv")).first).to_be_visible()
    expect(page.get_by_text(re.compile("not a table|cannot be read|no table|control", re.I)).first).to_be_visible()


def test_a_viewer_reads_and_exports_but_sees_no_tools_to_change(open_page: Open, product: Serving, dataset_id: str):
    invited = product.request("POST", "/members", json={"name": "Vi", "email": "vi@acme.test", "role": "viewer"})
    assert invited.status_code == 201, invited.text
    page = open_page()
    page.goto(invited.json()["link"].replace("localhost", "127.0.0.1"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button").last.click()
    page.wait_for_url("**/app/**")
    expect(page.get_by_role("button", name="Choose files")).to_have_count(0)
    expect(page.get_by_role("link", name="Members")).to_have_count(0)
    page.goto(f"{product.url}/app/dataset/?id={dataset_id}")
    expect(page.get_by_role("grid")).to_contain_text("2012-01-01")
    page.goto(f"{product.url}/app/reports/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="New report")).to_have_count(0)


def test_text_of_users_is_never_run(open_page: Open, product: Serving):
    canary = "<img src=x onerror=alert(1)>"
    content = f'"{canary}",value\n"<script>alert(2)</script>",1\n"javascript:alert(3)",2\n'.encode()
    job = product.finished(product.upload("canary.csv", content))
    dataset = job["result"]["dataset_ids"][0]
    product.request("PATCH", f"/datasets/{dataset}", json={"name": canary})
    page = open_page()  # its dialogs and console errors fail the test
    sign_in(page, product)
    for address in (f"/app/dataset/?id={dataset}", f"/app/question/?dataset={dataset}", "/app/data/", "/app/jobs/"):
        page.goto(product.url + address)
        expect(page.get_by_text(canary).first).to_be_visible() if "jobs" not in address else None
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_signing_out_in_one_tab_ends_the_other(open_page: Open, product: Serving):
    page = open_page()
    sign_in(page, product)
    other = page.context.new_page()
    other.goto(f"{product.url}/app/data/")
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name=re.compile("Account")).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/(sign-in/.*)?$"))
    other.goto(f"{product.url}/app/reports/")
    other.wait_for_url("**/sign-in/**")


PAGES = {
    "landing": "/",
    "sign in": "/sign-in/",
    "home": "/app/",
    "datasets": "/app/data/",
    "dataset": "/app/dataset/?id={dataset}",
    "question": "/app/question/?dataset={dataset}",
    "questions": "/app/questions/",
    "reports": "/app/reports/",
    "report": "/app/report/?id={report}",
    "members": "/app/members/",
    "jobs": "/app/jobs/",
}


@pytest.fixture(scope="module")
def report_id(product: Serving, dataset_id: str) -> str:
    question = {
        "dataset_id": dataset_id,
        "dimensions": [{"column": "c6"}],
        "measures": [{"fn": "count_rows"}],
    }
    chart = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    saved = product.request("POST", "/questions", json={"name": "Q", "question": question, "chart": chart}).json()
    sections = [
        {"kind": "text", "text": "# A heading\n\nWords."},
        {"kind": "chart", "question_id": saved["id"]},
        {"kind": "table", "question_id": saved["id"]},
    ]
    report = product.request("POST", "/reports", json={"title": "R", "sections": sections})
    assert report.status_code == 201, report.text
    return report.json()["id"]


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule(
    open_page: Open, product: Serving, dataset_id: str, report_id: str, theme: str, viewport: str
):
    given = {"color_scheme": theme, "reduced_motion": "reduce"}
    page = open_page(**given, viewport=PHONE) if viewport == "phone" else open_page(**given)
    found = {}
    for name in ("landing", "sign in"):
        page.goto(product.url + PAGES[name])
        found[name] = axe_violations(page)
    sign_in(page, product)
    for name, address in PAGES.items():
        if name in found:
            continue
        page.goto(product.url + address.format(dataset=dataset_id, report=report_id))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if name in ("dataset", "question", "report"):
            expect(page.get_by_role("figure").first).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
        found[name] = axe_violations(page)
        # Nothing is cut off: the page never scrolls sideways.
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
    assert found == {name: [] for name in PAGES}
