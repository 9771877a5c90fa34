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


def test_the_rows_of_a_metric_and_what_it_computes_can_be_changed(open_page: Open, product: Serving):
    dataset = product.finished(product.upload("counted.csv", SALES))["result"]["dataset_ids"][0]
    chairs = {"kind": "condition", "column": "c2", "op": "eq", "values": ["Chair"]}
    definition = {"fn": "quantile", "column": "c4", "q": 0.75, "filter": {"kind": "group", "items": [chairs]}}
    body = {"name": "Dear chairs", "dataset_id": dataset, "definition": definition}
    metric = product.request("POST", "/metrics", json=body).json()

    def kept() -> dict:
        return product.request("GET", f"/metrics/{metric['id']}").json()["definition"]

    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/metrics/")
    page.get_by_role("button", name="Change Dear chairs").press("Enter")
    dialog = page.get_by_role("dialog", name="Change Dear chairs")
    expect(dialog.get_by_role("spinbutton", name="Percentile")).to_have_value("75")
    rows = dialog.get_by_role("region", name="Only of rows where")
    value = rows.get_by_role("combobox", name="Value for product")
    expect(value).to_have_value("Chair")
    assert axe_violations(page) == []
    # What is not touched stays as it was.
    dialog.get_by_role("button", name="Change for all").press("Enter")
    expect(dialog).to_be_hidden()
    assert (kept()["q"], kept()["filter"]["items"][0]["values"]) == (0.75, ["Chair"])

    page.get_by_role("button", name="Change Dear chairs").press("Enter")
    value.fill("Table")
    dialog.get_by_role("spinbutton", name="Percentile").fill("50")
    dialog.get_by_role("button", name="Change for all").press("Enter")
    expect(dialog).to_be_hidden()
    assert (kept()["q"], kept()["filter"]["items"][0]["values"]) == (0.5, ["Table"])

    page.get_by_role("button", name="Change Dear chairs").press("Enter")
    rows.get_by_role("button", name="Remove condition 1").press("Enter")
    dialog.get_by_role("button", name="Change for all").press("Enter")
    expect(dialog).to_be_hidden()
    assert kept()["filter"] is None


def test_a_question_names_a_metric_as_it_is_called_today_unless_it_has_a_name_of_its_own(
    open_page: Open, product: Serving
):
    dataset = product.finished(product.upload("named.csv", SALES))["result"]["dataset_ids"][0]
    definition = {"fn": "sum", "column": "c4"}
    body = {"name": "Turnover", "dataset_id": dataset, "definition": definition}
    metric = product.request("POST", "/metrics", json=body).json()
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/question/?dataset={dataset}")
    answer = page.get_by_role("table", name="Answer as a table")
    expect(answer).to_be_visible()
    page.get_by_role("button", name="Add measure", exact=True).press("Enter")
    page.get_by_role("menuitem", name="Metric: Turnover").press("Enter")
    expect(answer.get_by_role("columnheader", name="Turnover")).to_be_visible()
    change = {"name": "Net sales", "definition": definition, "version": metric["version"]}
    assert product.request("PUT", f"/metrics/{metric['id']}", json=change).status_code == 200
    page.reload()
    expect(answer.get_by_role("columnheader", name="Net sales")).to_be_visible()
    measure = page.get_by_role("region", name="Measure").get_by_role("group", name="Net sales")
    measure.get_by_role("button", name="More about Net sales").press("Enter")
    measure.get_by_role("textbox", name="Name of Net sales in the answer").press_sequentially("Ours")
    expect(answer.get_by_role("columnheader", name="Ours")).to_be_visible()
