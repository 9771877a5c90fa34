"""What a question can be made of beyond groups and figures, in the browser and by keyboard wherever a key will do."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from journeys.conftest import axe_violations, sign_in
from playwright.sync_api import Locator, Page, expect
from support.serving import Serving

Open = Callable[..., Page]

SALES = "region,product,day,amount\n" + "".join(
    f"{region},{product},{day},{amount}\n"
    for region, product, day, amount in [
        ("North", "Chair", "2024-02-10", 10),
        ("North", "Table", "2024-03-31", 30),
        ("South", "Chair", "2024-04-01", 20),
        ("South", "Table", "2024-12-24", 40),
        ("West", "Chair", "2025-03-31", 5),
        ("East", "Lamp", "2025-04-01", 1),
    ]
)
MANAGERS = "area,manager\nNorth,Ann\nSouth,Bob\nSouth,Eve\nFar,Joe\n"


class Datasets:
    def __init__(self, product: Serving) -> None:
        self._product = product
        for name, text in (("sales", SALES), ("managers", MANAGERS)):
            job = product.finished(product.upload(f"{name}.csv", text.encode()))
            setattr(self, name, job["result"]["dataset_ids"][0])

    sales: str
    managers: str

    def saved(self, name: str, **question) -> None:
        answer = self._product.request("POST", "/questions", json={"name": name, "question": question})
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def datasets(product: Serving) -> Datasets:
    return Datasets(product)


@pytest.fixture
def ask(open_page: Open, product: Serving) -> Callable[[str], Page]:
    """The builder on a dataset, with nothing asked yet."""

    def opened(dataset_id: str) -> Page:
        page = open_page()
        sign_in(page, product)
        page.goto(f"{product.url}/app/question/?dataset={dataset_id}")
        # What is proposed at first is taken away, once it was answered.
        expect(answer(page)).to_be_visible(timeout=60_000)
        for part in ("Group by", "Measure"):
            proposed = page.get_by_role("region", name=part).get_by_role("button", name=re.compile("^Remove "))
            expect(proposed.first).to_be_visible()
            while proposed.count() > 0:
                left = proposed.count() - 1
                proposed.first.press("Enter")
                expect(proposed).to_have_count(left)
        return page

    return opened


def pick(page: Page, button: str | re.Pattern[str], item: str, inside: Locator | None = None) -> None:
    """One of a menu, by keyboard: opened, gone to by its first letters, taken."""
    (inside or page).get_by_role("button", name=button, exact=True).press("Enter")
    entry = page.get_by_role("menuitem", name=item, exact=True)
    expect(entry).to_be_visible()
    entry.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_hidden()


def choose(page: Page, box: Locator, option: str) -> None:
    """One of a choice, by keyboard."""
    box.focus()
    page.keyboard.press("Enter")
    entry = page.get_by_role("option", name=option, exact=True)
    expect(entry).to_be_visible()
    entry.focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_hidden()


def found(page: Page, name: str | re.Pattern[str]) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("list").get_by_role("button", name=name).press("Enter")
    expect(dialog).to_be_hidden()


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def answer(page: Page) -> Locator:
    return page.get_by_role("table", name="Answer as a table")


def row(page: Page, name: str) -> Locator:
    return answer(page).get_by_role("row", name=re.compile(name))


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        page.wait_for_timeout(600)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_question_is_asked_of_the_answer_of_another(ask, datasets):
    datasets.saved(
        "Sales by region and product",
        dataset_id=datasets.sales,
        dimensions=[{"column": "c1"}, {"column": "c2"}],
        measures=[{"fn": "sum", "column": "c4", "label": "Sold"}],
    )
    page = ask(datasets.sales)
    pick(page, "Change rows", "Ask of a saved question …")
    found(page, "Sales by region and product")
    expect(part(page, "Rows from")).to_contain_text("The rows are the answer of this question.")
    pick(page, "Add measure", "Sold")
    pick(page, "Add grouping", "region")
    measure = part(page, "Measure").get_by_role("group", name=re.compile("Sold"))
    choose(page, measure.get_by_role("combobox", name="What to compute of Sold"), "Largest")
    expect(row(page, "South")).to_contain_text("40")
    expect(page.get_by_test_id("sentence")).to_contain_text(
        "the answer to (sum of amount by region and product from sales)"
    )
    look(page, "base")
    assert axe_violations(page) == []


def test_a_sample_says_that_it_is_one(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "Count of rows")
    pick(page, "Change rows", "Only a sample")
    sample = part(page, "Rows from").get_by_role("group", name="the sample")
    sample.get_by_role("spinbutton", name="Rows").fill("4")
    expect(page.get_by_role("region", name="Answer", exact=True)).to_contain_text("4")
    expect(page.get_by_test_id("sentence")).to_contain_text(re.compile("sample", re.I))
    look(page, "sample")
    assert axe_violations(page) == []
    sample.get_by_role("button", name="Take other rows").press("Enter")
    choose(page, sample.get_by_role("combobox", name="How the sample is sized"), "a share of the rows")
    expect(sample.get_by_role("spinbutton", name="Percent")).to_have_value("10")


def test_years_follow_the_fiscal_calendar(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "amount")
    pick(page, "Add grouping", "day")
    grouping = part(page, "Group by").get_by_role("group", name=re.compile("day"))
    choose(page, grouping.get_by_role("combobox", name="Period of day"), "by year")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 2)
    pick(page, "Change rows", "Time zone and calendar")
    calendar = part(page, "Rows from").get_by_role("group", name="the calendar")
    choose(page, calendar.get_by_role("combobox", name="A year begins in"), "April")
    # February and March 2024 belong to the year before, the first of April 2025 to the year after.
    expect(answer(page).get_by_role("row")).to_have_count(1 + 3)
    expect(answer(page)).to_contain_text("65")
    zone = calendar.get_by_role("combobox", name="Days begin in")
    zone.fill("Europe/Par")
    expect(zone).to_have_attribute("aria-invalid", "true")
    zone.fill("Europe/Paris")
    expect(zone).to_have_attribute("aria-invalid", "false")
    look(page, "calendar")
    assert axe_violations(page) == []


def test_the_largest_are_shown_with_the_rest_and_groups_are_left_out_by_their_figures(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "amount")
    pick(page, "Add grouping", "region")
    grouping = part(page, "Group by").get_by_role("group", name="region")
    grouping.get_by_role("button", name="More about region").press("Enter")
    choose(page, grouping.get_by_role("combobox", name="Which values of region"), "only the largest …")
    grouping.get_by_role("spinbutton", name="How many values of region").fill("2")
    expect(row(page, "Other")).to_contain_text("6")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 3)
    look(page, "top")
    assert axe_violations(page) == []
    grouping.get_by_role("switch", name=re.compile("The rest together")).press("Space")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 2)

    pick(page, "Add condition", "Sum of amount")
    having = part(page, "Only groups where")
    having.get_by_role("spinbutton", name="Value for Sum of amount").fill("50")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 1)
    expect(row(page, "South")).to_contain_text("60")
    expect(page.get_by_test_id("sentence")).to_contain_text("50")
    look(page, "having")
    assert axe_violations(page) == []
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+z")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 2)


def test_a_value_becomes_a_parameter_that_is_asked_for(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "amount")
    pick(page, "Add grouping", "product")
    pick(page, "Add filter", "region")
    condition = part(page, "Filter").get_by_role("group", name="filter 1")
    choose(page, condition.get_by_role("combobox", name="Comparison for region"), "is")
    condition.get_by_role("combobox", name="Value for region").fill("North")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 2)
    condition.get_by_role("button", name=re.compile("^More about")).press("Enter")
    condition.get_by_role("button", name="Make it a parameter").press("Enter")
    parameter = part(page, "Filter").get_by_role("group", name="parameter region")
    value = parameter.get_by_role("textbox", name="Value of region")
    expect(value).to_have_value("North")
    value.fill("South")
    expect(row(page, "Table")).to_contain_text("40")
    expect(page.get_by_test_id("sentence")).to_contain_text("region is the chosen region")
    look(page, "parameter")
    assert axe_violations(page) == []
    # Nothing asked for keeps every row.
    value.fill("")
    expect(row(page, "Lamp")).to_contain_text("1")


def test_a_join_says_how_rows_find_each_other(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "Count of rows")
    pick(page, "Change rows", "Join a table …")
    page.get_by_role("textbox", name="Find a dataset").fill("managers")
    found(page, re.compile("managers"))
    rows = part(page, "Rows from")
    join = rows.get_by_role("group", name="the join with managers")
    choose(page, join.get_by_role("combobox", name="Column here, 1, for managers"), "region")
    choose(page, join.get_by_role("combobox", name="Column of managers, 1"), "area")
    # Both rows of South have two managers; those of West and East have none.
    expect(join.get_by_role("alert")).to_contain_text(re.compile("4 of 6|2 of 6"))
    look(page, "join")
    assert axe_violations(page) == []
    expect(page.get_by_role("region", name="Answer", exact=True)).to_contain_text("8")
    way = join.get_by_role("combobox", name="How managers is joined")
    choose(page, way, "Only keep rows that have no match")
    expect(page.get_by_role("region", name="Answer", exact=True)).to_contain_text("2")
    expect(join.get_by_role("alert")).to_have_count(0)
    expect(join.get_by_role("status")).to_be_visible()
    expect(page.get_by_test_id("sentence")).to_contain_text("managers")
    look(page, "anti")
    assert axe_violations(page) == []


def rows_of(page: Page) -> Locator:
    return page.get_by_role("grid", name="Rows of the answer")


def test_rows_stay_listed_while_joins_formulas_and_figures_come_and_go(ask, datasets):
    # The console is watched: a list that names what its question does not have yet is refused.
    page = ask(datasets.sales)
    refused: list[str] = []
    page.set_viewport_size({"width": 2200, "height": 900})  # a list draws the columns that are to be seen
    page.on("response", lambda got: refused.append(got.request.post_data or "") if got.status == 422 else None)
    expect(rows_of(page)).to_contain_text("Lamp")
    pick(page, "Change rows", "Join a table …")
    page.get_by_role("textbox", name="Find a dataset").fill("managers")
    found(page, re.compile("managers"))
    join = part(page, "Rows from").get_by_role("group", name="the join with managers")
    choose(page, join.get_by_role("combobox", name="Column here, 1, for managers"), "region")
    choose(page, join.get_by_role("combobox", name="Column of managers, 1"), "area")
    expect(rows_of(page)).to_contain_text("Eve")

    for name, text, listed in (("twice", "[amount] * 2", True), ("all of it", "SUM([amount])", False)):
        page.get_by_role("button", name="Add formula").press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_role("textbox", name="Formula").fill(text)
        dialog.get_by_role("button", name="Keep formula").click()
        expect(dialog).to_be_hidden()
        heads = rows_of(page).get_by_role("columnheader", name=re.compile(name))
        expect(heads).to_have_count(1 if listed else 0)
    look(page, "rows")

    pick(page, "Add measure", "Count of rows")
    expect(page.get_by_role("region", name="Answer", exact=True)).to_contain_text("8")
    part(page, "Measure").get_by_role("button", name=re.compile("^Remove ")).press("Enter")
    expect(rows_of(page)).to_contain_text("Eve")
    part(page, "Rows from").get_by_role("button", name=re.compile("^Remove .*managers")).press("Enter")
    expect(rows_of(page).get_by_role("columnheader", name="manager")).to_have_count(0)
    expect(rows_of(page)).to_contain_text("Lamp")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+z")
    expect(rows_of(page)).to_contain_text("Eve")
    assert refused == []


def test_the_answer_of_another_question_comes_below(ask, datasets):
    datasets.saved(
        "Sales by product",
        dataset_id=datasets.sales,
        dimensions=[{"column": "c2"}],
        measures=[{"fn": "sum", "column": "c4"}],
    )
    page = ask(datasets.sales)
    pick(page, "Add measure", "amount")
    pick(page, "Add grouping", "region")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 4)
    pick(page, "Change rows", "Put the rows of a question below …")
    found(page, re.compile("Sales by product"))
    expect(answer(page).get_by_role("row")).to_have_count(1 + 4 + 3)
    expect(row(page, "Table")).to_contain_text("70")
    expect(row(page, "South")).to_contain_text("60")
    expect(page.get_by_test_id("sentence")).to_contain_text("sum of amount by product")
    look(page, "union")
    assert axe_violations(page) == []
    # What is sorted is the whole of both.
    answer(page).get_by_role("columnheader", name=re.compile("amount")).get_by_role("button").first.press("Enter")
    expect(answer(page).get_by_role("row").nth(2)).to_contain_text("Lamp")
    expect(answer(page).get_by_role("row").last).to_contain_text("Table")
    page.get_by_role("button", name="Save question").press("Enter")
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Both")
    page.get_by_role("dialog").get_by_role("button", name="Save").press("Enter")
    page.wait_for_url("**/app/question/?id=*")
    page.reload()
    expect(answer(page).get_by_role("row")).to_have_count(1 + 4 + 3)
    part(page, "Rows from").get_by_role("button", name=re.compile("^Remove .*Sales by product")).press("Enter")
    expect(answer(page).get_by_role("row")).to_have_count(1 + 4)


def test_a_chart_is_as_wide_as_its_place_whatever_comes_before_it(ask, datasets):
    page = ask(datasets.sales)
    pick(page, "Add measure", "amount")
    pick(page, "Add grouping", "region")
    filled = """() => {
        const place = document.querySelector('[aria-roledescription=chart]'), drawn = place?.querySelector('canvas')
        const width = drawn?.getBoundingClientRect().width
        return drawn && place.clientWidth > 250 && Math.abs(width - place.clientWidth) <= 1
    }"""
    page.wait_for_function(filled)
    for width in (390, 1600, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(filled)
    marks = page.get_by_role("group", name="Chart type")
    for mark in ("Table only", "Pie chart", "Bar chart"):
        marks.get_by_role("button", name=mark, exact=True).click()
    page.wait_for_function(filled)
    # No rows, and rows again: the chart comes anew.
    pick(page, "Add filter", "product")
    condition = part(page, "Filter").get_by_role("group", name="filter 1")
    choose(page, condition.get_by_role("combobox", name="Comparison for product"), "is")
    value = condition.get_by_role("combobox", name="Value for product")
    value.fill("Nothing of the kind")
    expect(page.get_by_text("No rows answer this")).to_be_visible()
    value.fill("Chair")
    page.wait_for_function(filled)
