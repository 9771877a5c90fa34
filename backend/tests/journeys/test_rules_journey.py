"""A rule is written in the browser, tried on the past, and keeps a row out of the next load."""

from __future__ import annotations

from collections.abc import Callable

from journeys.conftest import PHONE, axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.serving import Serving

SALES = b"region,day,amount\nNorth,2026-01-05,100\nSouth,2026-01-06,-4\n"
NEXT = b"region,day,amount\nEast,2026-02-05,-1\nWest,2026-02-06,7\n"


def test_a_rule_from_the_first_word_to_the_row_that_is_set_aside(product: Serving, open_page: Callable[..., Page]):
    dataset = product.finished(product.upload("sales.csv", SALES))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset}&tab=rules")
    page.get_by_role("button", name="Write the first rule").click()
    page.get_by_role("textbox", name="Name").fill("Amount is negative")
    page.get_by_label("Choose a column for the condition").click()
    page.get_by_role("option", name="amount").click()
    page.get_by_label("Comparison for amount").click()
    page.get_by_role("option", name="is less than").click()
    page.get_by_label("Value for amount").fill("0")
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
