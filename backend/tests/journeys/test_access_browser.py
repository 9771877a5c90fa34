"""Rules of access as an admin writes them, asks why, and looks as somebody else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from journeys.conftest import DESKTOP, PHONE, axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.serving import Serving

Open = Callable[..., Page]

SALES = b"region,product,amount\nNorth,Chair,10\nSouth,Chair,20\nWest,Table,30\nEast,Table,40\n"


@pytest.fixture(scope="module")
def dataset_id(product: Serving) -> str:
    return product.finished(product.upload("sales.csv", SALES))["result"]["dataset_ids"][0]


def invited(product: Serving, name: str) -> str:
    answer = product.request(
        "POST", "/members", json={"name": name, "email": f"{name.lower()}@acme.test", "role": "viewer"}
    )
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["member"]["user_id"])


def test_rules_name_several_people_with_nested_conditions_and_say_why(
    open_page: Open, product: Serving, dataset_id: str
):
    vera, walt = invited(product, "Vera"), invited(product, "Walt")
    group = product.request("POST", "/groups", json={"name": "Field", "member_ids": [walt]})
    assert group.status_code == 201
    attributes = {"attributes": {"region": ["North", "South"]}}
    assert product.request("PUT", f"/members/{vera}/attributes", json=attributes).status_code == 200

    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/access/?dataset={dataset_id}")
    rows = page.get_by_role("region", name="Rules of rows")
    rows.get_by_role("button", name="Add a rule for rows").click()
    first = rows.get_by_role("group", name="Rows 1", exact=True)
    first.get_by_role("combobox", name="Who").click()
    page.get_by_role("option", name="Admins").click()

    # The second rule names two: who has an attribute, and a group.
    rows.get_by_role("button", name="Add a rule for rows").click()
    second = rows.get_by_role("group", name="Rows 2", exact=True)
    second.get_by_role("combobox", name="Who").click()
    page.get_by_role("option", name="Who has an attribute").click()
    second.get_by_label("Values, or any").fill("North, South")
    expect(second.get_by_label("Values, or any")).to_have_value("North, South")
    second.get_by_role("button", name="Or somebody else").click()
    second.get_by_role("combobox", name="Or who, 2").click()
    page.get_by_role("option", name="Group Field").click()
    second.get_by_role("button", name="Only some rows").click()
    second.get_by_label("Value", exact=True).fill("{member.region}")
    # Or any table: a group inside.
    second.get_by_role("button", name="A group of conditions").click()
    inner = second.get_by_role("group", name="Group 2 of Rows 2")
    inner.get_by_role("combobox", name="Column").click()
    page.get_by_role("option", name="product").click()
    inner.get_by_label("Value", exact=True).fill("Table")
    second.get_by_role("combobox", name="Rows where").click()
    page.get_by_role("option", name="any of these holds").click()

    columns = page.get_by_role("region", name="Rules of columns")
    columns.get_by_role("button", name="Add a rule for columns").click()
    columns.get_by_role("combobox", name="Columns").click()
    page.get_by_role("option", name="amount").click()
    page.get_by_role("option", name="region").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Put the rules in force").click()
    expect(page.get_by_text("The rules are in force.")).to_be_visible()
    kept = product.request("GET", f"/datasets/{dataset_id}/access").json()["rules"]
    assert [who["kind"] for who in kept["rows"][1]["who"]] == ["attribute", "group"]
    assert kept["rows"][1]["condition"]["items"][1]["items"][0]["values"] == ["Table"]

    why = page.get_by_role("region", name="What a member sees", exact=True)
    why.get_by_role("combobox", name="Member").click()
    page.get_by_role("option", name="Vera").click()
    expect(why.get_by_role("list", name="Rules of rows for this member")).to_contain_text("4 rows")
    expect(why.get_by_role("list", name="Columns under rules for this member")).to_contain_text(
        "amount is hidden from them."
    )
    assert axe_violations(page) == []
    page.set_viewport_size(PHONE)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_admin_looks_as_a_member_and_as_themselves_again(open_page: Open, product: Serving, dataset_id: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/access/?dataset={dataset_id}")
    why = page.get_by_role("region", name="What a member sees", exact=True)
    why.get_by_role("combobox", name="Member").click()
    page.get_by_role("option", name="Vera").click()
    why.get_by_role("button", name="View as this member").click()
    expect(page.get_by_text("You see what Vera may see")).to_be_visible()
    page.goto(f"{product.url}/app/dataset/?id={dataset_id}")
    grid = page.get_by_role("grid")
    expect(grid.get_by_role("columnheader", name="product")).to_be_visible()
    expect(grid.get_by_role("columnheader", name="amount")).to_have_count(0)
    page.get_by_role("button", name="Look as yourself again").click()
    expect(page.get_by_text("You see what Vera may see")).to_have_count(0)
    page.goto(f"{product.url}/app/dataset/?id={dataset_id}")
    expect(page.get_by_role("grid").get_by_role("columnheader", name="amount")).to_be_visible()


STAFF = (
    b"name,card,pay\nAnn,4111111111111111,71771\nBob,4222222222222222,81881\nEve,4111111111111111,91991\nJoe,,71771\n"
)


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def add_columns(page: Page, number: int, who: str, columns: list[str], shown: str | None) -> None:
    """A rule of columns, by its form."""
    part = page.get_by_role("region", name="Rules of columns")
    part.get_by_role("button", name="Add a rule for columns").click()
    rule = part.get_by_role("group", name=f"Columns {number}", exact=True)
    rule.get_by_role("combobox", name="Who").click()
    page.get_by_role("option", name=who).click()
    rule.get_by_role("combobox", name="Columns").click()
    # Those wanted first: a rule of no column is no rule.
    for column in sorted(("name", "card", "pay"), key=lambda each: each not in columns):
        option = page.get_by_role("option", name=column, exact=True)
        if (option.get_attribute("aria-selected") == "true") != (column in columns):
            option.click()
    page.keyboard.press("Escape")
    if shown:
        rule.get_by_role("combobox", name="Shown").click()
        page.get_by_role("option", name=shown).click()


@pytest.mark.parametrize(("tone", "size"), [("light", DESKTOP), ("dark", {"width": 390, "height": 844})])
def test_a_masked_column_is_asked_of_by_its_masks(open_page: Open, product: Serving, tone: str, size: dict[str, int]):
    staff = product.finished(product.upload(f"staff {tone}.csv", STAFF))["result"]["dataset_ids"][0]
    name = f"Masked {tone}"
    invited(product, name.replace(" ", "-"))
    page = open_page(viewport=size, color_scheme=tone)
    sign_in(page, product)
    page.goto(f"{product.url}/app/access/?dataset={staff}")
    add_columns(page, 1, "Admins", ["name", "card", "pay"], None)
    add_columns(page, 2, "Viewers", ["name"], "as a code that is the same for equal values")
    add_columns(page, 3, "Viewers", ["card"], "masked but for the last four characters")
    add_columns(page, 4, "Viewers", ["pay"], "as ••• wherever there is a value")
    page.get_by_role("button", name="Put the rules in force").click()
    expect(page.get_by_text("The rules are in force.")).to_be_visible()
    why = page.get_by_role("region", name="What a member sees", exact=True)
    why.get_by_role("combobox", name="Member").click()
    page.get_by_role("option", name=name.replace(" ", "-")).click()
    expect(why.get_by_role("list", name="Columns under rules for this member")).to_contain_text("masked")
    look(page, f"access-{tone}")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    why.get_by_role("button", name="View as this member").click()
    expect(page.get_by_text("You see what Masked")).to_be_visible()
    page.goto(f"{product.url}/app/question/?dataset={staff}")
    table = page.get_by_role("table", name="Answer as a table")
    expect(table).to_be_visible(timeout=60_000)
    look(page, f"masked-{tone}")
    for _ in range(2):
        for each in ("Ann", "4,111", "411111", "71,771", "71771"):
            expect(page.get_by_role("main")).not_to_contain_text(each)
        page.goto(f"{product.url}/app/dataset/?id={staff}")
        grid = page.get_by_role("grid")
        expect(grid.get_by_role("row", name=re.compile(r"1111"))).to_have_count(2)
        expect(grid).to_contain_text("•••")
    look(page, f"masked-rows-{tone}")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Look as yourself again").click()
    expect(page.get_by_text("You see what Masked")).to_have_count(0)
    page.goto(f"{product.url}/app/dataset/?id={staff}")
    expect(page.get_by_role("grid")).to_contain_text("71,771")


@pytest.mark.parametrize(("tone", "size"), [("light", DESKTOP), ("dark", {"width": 390, "height": 844})])
def test_an_admin_says_whose_days_are_meant(open_page: Open, product: Serving, tone: str, size: dict[str, int]):
    assert product.request("PATCH", "/workspace", json={"time_zone": "UTC"}).status_code == 200
    page = open_page(viewport=size, color_scheme=tone, timezone_id="Europe/Berlin")
    sign_in(page, product)
    page.goto(f"{product.url}/app/workspace/")
    zone, save = page.get_by_label("Days begin in"), page.get_by_role("button", name="Save time zone")
    expect(zone).to_have_value("UTC")
    expect(page.get_by_text("This browser is in Europe/Berlin.")).to_be_visible()
    zone.fill("Europe/Ber")
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(save).to_be_disabled()
    zone.fill("Europe/Berlin")
    expect(zone).to_have_attribute("aria-invalid", "false")
    look(page, f"workspace-{tone}")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    save.press("Enter")
    expect(page.get_by_text("Days begin in Europe/Berlin now.")).to_be_visible()
    expect(save).to_be_disabled()
    assert product.request("GET", "/me").json()["workspace"]["time_zone"] == "Europe/Berlin"
    page.reload()
    expect(zone).to_have_value("Europe/Berlin")
