"""A question is built in the browser: joined, moved, undone, linked, with a formula; rows are looked through."""

import re
from collections.abc import Callable

import pytest
from journeys.conftest import axe_violations, sign_in
from playwright.sync_api import Browser, Page, expect
from support.serving import Serving

Open = Callable[..., Page]

SALES = "region,product,amount\n" + "".join(
    f"{region},{product},{amount}\n"
    for region, product, amount in [
        ("North", "Chair", 10),
        ("North", "Table", 30),
        ("South", "Chair", 20),
        ("South", "Table", 40),
        ("West", "Chair", 5),
    ]
)
MANAGERS = "region,manager\nNorth,Ann\nSouth,Bob\nSouth,Eve\n"


@pytest.fixture(scope="module")
def dataset_id(product: Serving) -> str:
    product.finished(product.upload("managers.csv", MANAGERS.encode()))
    return product.finished(product.upload("sales.csv", SALES.encode()))["result"]["dataset_ids"][0]


def choose(page: Page, button: str, item: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def test_a_question_is_joined_crossed_undone_and_shared_by_its_link(open_page: Open, product: Serving, dataset_id: str):
    # So high that nothing scrolls while something is dragged.
    page = open_page(viewport={"width": 1280, "height": 1800})
    sign_in(page, product)
    page.goto(f"{product.url}/app/question/?dataset={dataset_id}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # What is proposed at first is taken away, once it is there.
    for part in ("Group by", "Measure"):
        proposed = page.get_by_role("region", name=part).get_by_role("button", name=re.compile("^Remove "))
        expect(proposed.first).to_be_visible()
        while proposed.count() > 0:
            left = proposed.count() - 1
            proposed.first.click()
            expect(proposed).to_have_count(left)

    choose(page, "Change rows", "Join a table …")
    page.get_by_role("button", name=re.compile("managers")).click()
    # South has two managers: its rows would be counted twice, and that is said before anything is summed.
    expect(page.get_by_role("region", name="Rows from").get_by_role("alert")).to_contain_text(
        re.compile("multipl|twice|several|times", re.I)
    )

    choose(page, "Add grouping", "manager")
    # By mouse, from the list of columns.
    page.locator("summary", has_text=re.compile("^Columns$")).click()
    fields = page.get_by_role("list", name="Columns")
    fields.get_by_role("button").filter(has_text="product").drag_to(page.get_by_role("region", name="Group by"))
    expect(page.get_by_role("button", name="Move product", exact=True)).to_be_visible()
    fields.get_by_role("button").filter(has_text="amount").drag_to(page.get_by_role("region", name="Measure"))
    handle = page.get_by_role("button", name="Move product", exact=True)
    handle.press("Enter")
    page.get_by_role("menuitem", name="Put across the table").press("Enter")
    table = page.get_by_role("table", name="Answer as a table")
    expect(table.get_by_role("row", name=re.compile("Bob"))).to_contain_text(re.compile(r"20.*40"))
    expect(table.get_by_role("columnheader", name="Chair")).to_be_visible()
    assert axe_violations(page) == []

    link = page.url
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+z")
    expect(table.get_by_role("columnheader", name="product")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(table.get_by_role("columnheader", name="Chair")).to_be_visible()
    page.get_by_text("As SQL").click()
    expect(page.get_by_role("region", name="The question as SQL")).to_contain_text("JOIN")

    other = page.context.new_page()
    other.goto(link)
    expect(
        other.get_by_role("table", name="Answer as a table").get_by_role("columnheader", name="Chair")
    ).to_be_visible()


def test_totals_so_far_and_shares_say_along_what_and_inside_of_what(open_page: Open, product: Serving, dataset_id: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/question/?dataset={dataset_id}")
    page.wait_for_load_state("networkidle")  # what is proposed may come after the page
    for part in ("Group by", "Measure"):
        proposed = page.get_by_role("region", name=part).get_by_role("button", name=re.compile("^Remove "))
        expect(proposed.first).to_be_visible()
        while proposed.count() > 0:
            left = proposed.count() - 1
            proposed.first.click()
            expect(proposed).to_have_count(left)
    choose(page, "Add measure", "amount")
    choose(page, "Add grouping", "region")
    choose(page, "Add grouping", "product")
    measure = page.get_by_role("region", name="Measure").get_by_role("group", name=re.compile("^Sum of amount"))
    measure.get_by_role("button", name=re.compile("^More")).click()
    measure.get_by_role("combobox", name=re.compile("^Shown of")).click()
    page.get_by_role("option", name="Share of all").click()
    measure.get_by_role("combobox", name="Share of all groups with the same").click()
    page.get_by_role("option", name="product").click()
    page.keyboard.press("Escape")
    table = page.get_by_role("table", name="Answer as a table")
    # 20 of the 35 that chairs make together.
    expect(table.get_by_role("row", name=re.compile("South.*Chair"))).to_contain_text("0.571")
    measure.get_by_role("combobox", name=re.compile("^Shown of")).click()
    page.get_by_role("option", name="Running total").click()
    expect(measure).to_contain_text("Begins anew for each product.")
    expect(table.get_by_role("row", name=re.compile("South.*Chair"))).to_contain_text("30")
    measure.get_by_role("combobox", name="Goes along").click()
    page.get_by_role("option", name="product").click()
    expect(measure).to_contain_text("Begins anew for each region.")
    expect(table.get_by_role("row", name=re.compile("South.*Table"))).to_contain_text("60")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Add grouping", exact=True).click()
    expect(page.get_by_role("menuitem", name="amount")).to_be_visible()
    assert axe_violations(page) == []


def test_a_formula_is_written_kept_and_measured(chromium: Browser, product: Serving, dataset_id: str):
    # Not by `open_page`: a formula that is half written is refused, and browsers log every refusal as an error.
    page = chromium.new_context().new_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/question/?dataset={dataset_id}")
    page.get_by_role("button", name="Add formula").click()
    dialog = page.get_by_role("dialog", name="New formula")
    dialog.get_by_role("textbox", name="Name").fill("Twice")
    field = dialog.get_by_role("textbox", name="Formula")
    field.press_sequentially("[amo")
    dialog.get_by_role("option", name=re.compile("amount")).wait_for()
    field.press("Enter")
    expect(field).to_have_value("[amount]")
    field.press_sequentially(" * 2")
    field.press("Escape")
    expect(dialog.get_by_role("table", name="The first ten results")).to_contain_text("60")
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Keep formula").click()
    choose(page, "Add measure", "Twice")
    expect(page.get_by_role("table", name="Answer as a table")).to_contain_text("Sum of Twice")
    page.context.close()


def test_rows_are_looked_through_by_keyboard(open_page: Open, product: Serving, dataset_id: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset_id}")
    grid = page.get_by_role("grid")
    expect(grid).to_contain_text("West")
    grid.focus()
    for key in ("ArrowDown", "Enter"):
        grid.press(key)
    page.get_by_role("menuitem", name="Only “North”").press("Enter")
    expect(page.get_by_text("2 of 5 rows")).to_be_visible()
    expect(grid).not_to_contain_text("West")
    page.get_by_role("button", name=re.compile("^Remove: region is")).or_(
        page.get_by_label(re.compile("^Remove: region is"))
    ).first.click()
    expect(grid).to_contain_text("West")
    grid.focus()
    for key in ("Control+Home", "ArrowUp", "Alt+ArrowDown"):
        grid.press(key)
    page.get_by_role("menuitem", name="Group by this").press("Enter")
    tree = page.get_by_role("treegrid")
    expect(tree).to_contain_text("South (2)")
    tree.focus()
    for key in ("Control+Home", "ArrowRight"):
        tree.press(key)
    expect(tree.get_by_role("row", name=re.compile("Chair")).first).to_be_visible()
