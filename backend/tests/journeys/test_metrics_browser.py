"""Metrics as they are agreed on in the browser."""

from collections.abc import Callable

from journeys.conftest import axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.data import SALES
from support.serving import Serving

Open = Callable[..., Page]


def test_a_metric_is_agreed_on_with_a_formula_by_names(open_page: Open, product: Serving):
    dataset = product.finished(product.upload("orders.csv", SALES))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/metrics/")
    expect(page.get_by_text("No metrics yet")).to_be_visible()
    page.get_by_role("button", name="New metric").click()
    dialog = page.get_by_role("dialog", name="New metric")
    dialog.get_by_label("Name").fill("Price")
    dialog.get_by_label("What is computed").click()
    page.get_by_role("option", name="A formula").click()
    dialog.get_by_label("Formula").fill("SUM([amount]) / SUM([units])")
    dialog.get_by_role("button", name="Agree on it").click()
    metrics = page.get_by_role("list", name="Metrics")
    expect(metrics.get_by_text("Price")).to_be_visible()
    expect(metrics).to_contain_text("owned by Ada Lovelace")
    assert axe_violations(page) == []

    # It is used in a question like any measure, and says where it is used.
    page.goto(f"{product.url}/app/question/?dataset={dataset}")
    page.get_by_role("button", name="Add measure", exact=True).click()
    page.get_by_role("menuitem", name="Metric: Price").click()
    expect(page.get_by_role("region", name="Measure").get_by_role("group", name="Price")).to_be_visible()
    page.get_by_role("button", name="Save question").click()
    page.get_by_role("dialog", name="Save question").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved question on")).to_be_visible()
    page.goto(f"{product.url}/app/metrics/")
    page.get_by_role("button", name="Where used: Price").click()
    expect(page.get_by_text("Used by")).to_be_visible()

    # What it says it is can be changed, its formula with the names of today.
    page.get_by_role("button", name="Change Price").click()
    dialog = page.get_by_role("dialog", name="Change Price")
    expect(dialog.get_by_label("Formula")).to_have_value("SUM([amount]) / SUM([units])")
    dialog.get_by_label("Unit").fill("EUR")
    dialog.get_by_label("Owner").click()
    page.get_by_role("option", name="Nobody").click()
    dialog.get_by_role("button", name="Change for all").click()
    expect(metrics).to_contain_text("in EUR")
    expect(metrics).not_to_contain_text("owned by")
