"""Metrics as they are agreed on in the browser."""

from collections.abc import Callable

from journeys.conftest import axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.data import SALES
from support.serving import Serving

Open = Callable[..., Page]


def test_a_metric_is_agreed_on_with_a_formula_by_names(open_page: Open, product: Serving):
    product.finished(product.upload("orders.csv", SALES))
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
    expect(page.get_by_role("list", name="Metrics").get_by_text("Price")).to_be_visible()
    assert axe_violations(page) == []
