"""A rule is written in the browser, tried on the past, and keeps a row out of the next load."""

from __future__ import annotations

import re
from collections.abc import Callable

from journeys.conftest import PHONE, axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.serving import Serving

SALES = b"region,day,amount\nNorth,2026-01-05,100\nSouth,2026-01-06,-4\n"
NEXT = b"region,day,amount\nEast,2026-02-05,-1\nWest,2026-02-06,7\n"


def condition(page: Page, column: str, comparison: str, value: str) -> None:
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("menuitem", name=column).click()
    page.get_by_label(f"Comparison for {column}").last.click()
    page.get_by_role("option", name=comparison, exact=True).click()
    page.get_by_label(f"Value for {column}").last.fill(value)


def test_a_rule_from_the_first_word_to_the_row_that_is_set_aside(product: Serving, open_page: Callable[..., Page]):
    dataset = product.finished(product.upload("sales.csv", SALES))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset}&tab=rules")
    page.get_by_role("button", name="Write the first rule").click()
    page.get_by_role("textbox", name="Name").fill("Amount is negative")
    condition(page, "amount", "is less than", "0")
    page.get_by_role("textbox", name="Message").fill("{region} has {amount} {{0.__class__}} <b>")
    expect(page.get_by_text("South has -4 {0.__class__} <b>")).to_be_visible()
    page.get_by_role("button", name="Try it on the past").click()
    expect(page.get_by_text("It would have fired in 1 of 1 past version.")).to_be_visible()
    page.get_by_label("When a file is loaded").click()
    page.get_by_role("option", name="Set the rows aside").click()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_text("Fires for 1 row at the moment.")).to_be_visible()

    answer = product.request("PUT", f"/datasets/{dataset}/file", content=NEXT)
    assert product.finished(answer.json()["job_id"])["state"] == "succeeded"
    page.goto(f"{product.url}/app/dataset/?id={dataset}&tab=receipt")
    checks = page.get_by_role("region", name="Rules that were checked")
    expect(checks.get_by_role("row", name="Amount is negative 1 of 2 Rows set aside")).to_be_visible()

    page.goto(f"{product.url}/app/dataset/?id={dataset}&tab=rules")
    page.get_by_role("button", name="Actions on all rules").click()
    page.get_by_role("menuitem", name="Show the history").click()
    expect(page.get_by_text('Added "Amount is negative"')).to_be_visible()
    page.set_viewport_size(PHONE)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


SALES_OF_TWO_YEARS = "region,day,amount\n" + "".join(
    f"{region},{year}-{month:02d}-05,{60 if (region, year) == ('South', 2025) and month in (3, 9) else 100}\n"
    for region in ("North", "South")
    for year in (2024, 2025)
    for month in range(1, 13)
)


def test_rules_have_formulas_groups_owners_and_words_and_travel_in_files(
    product: Serving, open_page: Callable[..., Page]
):
    dataset = product.finished(product.upload("regions.csv", SALES_OF_TWO_YEARS.encode()))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset}&tab=rules")

    # Rows: a formula, compared inside of a group of conditions.
    page.get_by_role("button", name="Write the first rule").click()
    page.get_by_role("textbox", name="Name").fill("Small or southern")
    page.get_by_role("button", name="Add formula").click()
    dialog = page.get_by_role("dialog", name="New formula")
    dialog.get_by_role("textbox", name="Name").fill("Share of 200")
    dialog.get_by_role("textbox", name="Formula").fill("[amount] / 200")
    expect(dialog.get_by_role("table", name="The first ten results")).to_contain_text("0.5")
    dialog.get_by_role("button", name="Keep formula").click()
    condition(page, "Share of 200", "is less than", "0.4")
    page.get_by_role("button", name="More about condition 1").click()
    page.get_by_role("button", name="Put into a group").click()
    page.get_by_role("button", name="Add to this group").click()
    page.get_by_role("menuitem", name="amount").click()
    page.get_by_label("Comparison for amount").click()
    page.get_by_role("option", name="is more than", exact=True).click()
    page.get_by_label("Value for amount").fill("1000")
    page.get_by_role("combobox", name="Owner").click()
    page.get_by_role("option", name="Ada Lovelace").click()

    # The message is completed from the names that it may have.
    message = page.get_by_role("textbox", name="Message")
    message.press_sequentially("In {reg")
    expect(page.get_by_role("option", name="{region}")).to_be_visible()
    message.press("Enter")
    expect(message).to_have_value("In {region}")
    expect(page.get_by_role("list", name="What it says")).to_contain_text("In South")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Add the rule").click()
    card = page.get_by_role("article", name="Small or southern")
    expect(card).to_contain_text("Fires for 2 rows at the moment.")
    expect(card).to_contain_text("Share of 200 < 0.4 or amount > 1000")
    expect(card).to_contain_text("Ada Lovelace")

    # Change: every group against the same month a year before, along the time, as a picture and in figures.
    page.get_by_role("button", name="New rule").click()
    page.get_by_role("textbox", name="Name").fill("Falls")
    page.get_by_role("combobox", name="What it looks at").click()
    page.get_by_role("option", name="Change").click()
    page.get_by_role("combobox", name="For each", exact=True).click()
    page.get_by_role("option", name="region").click()
    page.get_by_role("button", name="Try it on the past").click()
    expect(page.get_by_text(re.compile(r"It would have fired in 2 of \d+ past periods."))).to_be_visible()
    expect(page.get_by_role("figure", name="For how many it would have fired, by period")).to_be_visible()
    past = page.get_by_role("table", name="How often it would have fired")
    expect(past.get_by_role("row", name=re.compile("March 2025"))).to_contain_text("1")
    page.get_by_role("button", name="Add the rule").click()

    # Result: each month measured by its region's mean.
    page.get_by_role("button", name="New rule").click()
    page.get_by_role("textbox", name="Name").fill("Far from its region")
    page.get_by_role("combobox", name="What it looks at").click()
    page.get_by_role("option", name="Result").click()
    for place, column in (("For each", "region"), ("And for each, 2", "day")):
        page.get_by_role("combobox", name=place, exact=True).click()
        page.get_by_role("option", name=column).click()
    page.get_by_role("combobox", name="What is compared").click()
    page.get_by_role("option", name="By the mean of the group").click()
    page.get_by_role("combobox", name="Measured inside of each").click()
    page.get_by_role("option", name="region").click()
    page.keyboard.press("Escape")
    page.get_by_label("This number").fill("0.7")
    expect(page.get_by_text("Fires for 2 of 48 groups at the moment.")).to_be_visible()
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_role("article")).to_have_count(3)

    # Out as a file, away, back by the history, and in again from the file.
    menu = page.get_by_role("button", name="Actions on all rules")
    menu.click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="Export rules").click()
    file = waiting.value.path()
    page.get_by_role("button", name="Actions on Falls").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("article")).to_have_count(2)
    menu.click()
    page.get_by_role("menuitem", name="Show the history").click()
    page.get_by_role("button", name="Go back to state 2").click()
    expect(page.get_by_role("article", name="Far from its region")).to_have_count(0)
    expect(page.get_by_role("article", name="Falls")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    asked = page.get_by_role("dialog", name="Import rules")
    expect(asked).to_contain_text("3 rules")
    assert axe_violations(page) == []
    asked.get_by_label("Have the rules of the file alone").check()
    asked.get_by_role("button", name="Import").click()
    expect(page.get_by_role("article")).to_have_count(3)
