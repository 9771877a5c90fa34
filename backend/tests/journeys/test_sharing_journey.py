"""A dashboard leaves the workspace: proposed, kept, downloaded, looked into, shared, and seen by a visitor."""

import io
import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from journeys.conftest import PHONE, axe_violations, sign_in
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from support.serving import Serving

Open = Callable[..., Page]
MAIN = "“Main” makes"


def shops() -> bytes:
    pick = random.Random(2)
    lines = ["day,shop,amount,units"]
    for at in range(500):
        day = date(2024, 1, 1) + timedelta(days=at)
        shop = "Main" if pick.random() < 0.7 else f"Shop {pick.randint(2, 6)}"
        lines.append(f"{day},{shop},{pick.uniform(50, 150):.2f},{pick.randint(1, 9)}")
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def dataset(product: Serving) -> str:
    return product.finished(product.upload("shops.csv", shops()))["result"]["dataset_ids"][0]


@pytest.fixture(scope="module")
def board(product: Serving, dataset: str) -> str:
    """A proposal that was kept."""
    proposal = product.request("POST", "/dashboards/propose", json={"dataset_id": dataset}).json()
    made = product.request("POST", "/dashboards", json={"title": "Shops", "content": proposal["content"]})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def test_a_dashboard_is_proposed_kept_and_downloaded(open_page: Open, product: Serving, dataset: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset}")
    page.get_by_role("button", name="Dataset actions").click()
    page.get_by_role("menuitem", name="Propose a dashboard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("shops at a glance", timeout=60_000)
    expect(page.get_by_role("heading", name=MAIN)).to_be_visible()
    expect(page.get_by_role("figure").first).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url("**/dashboard/?id=*")
    page.get_by_role("button", name="Download").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("menuitem", name="PDF, as pages").click()
    told = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert "shops at a glance" in told.pages[0].extract_text()


def test_a_tile_is_looked_behind_sorted_narrowed_by_a_range_and_presented(
    open_page: Open, product: Serving, board: str
):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dashboard/?id={board}")
    tile = page.get_by_role("group", name=MAIN).first
    expect(tile.get_by_role("figure")).to_be_visible()
    tile.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="See what is behind").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status").first).to_have_text("500 rows")
    dialog.get_by_role("button", name="units").click()
    expect(dialog.get_by_role("columnheader", name="units")).to_have_attribute("aria-sort", "ascending")
    assert axe_violations(page) == []
    dialog.get_by_label("Show", exact=True).click()
    page.get_by_role("option", name="by units").click()
    expect(dialog.get_by_role("status").first).to_have_text("9 rows")
    dialog.get_by_role("button", name="Close").click()

    tile.get_by_role("button", name="Actions for").click()
    # The chart of before stands, dimmed, until the sorted answer is there.
    with page.expect_response("**/ask"):
        page.get_by_role("menuitem", name="Sort by shop, upwards").click()
    page.wait_for_url("**f=*")
    expect(tile.locator("[aria-busy=true]")).to_have_count(0)

    # A range by the keys: from the first shop to the second.
    tile.get_by_role("application").focus()
    page.keyboard.press("Home")
    expect(tile.get_by_role("status").get_by_text("Main")).to_be_attached()
    page.keyboard.press("Shift+ArrowRight")
    expect(tile.get_by_text("Enter keeps it.")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Narrowed by clicks")).to_contain_text("shop: Main to Shop 2")

    page.get_by_role("button", name="Full screen").click()
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    assert axe_violations(page) == []
    page.get_by_role("button", name="End the presentation").click()
    expect(page.get_by_role("button", name="Edit")).to_be_visible()


def test_who_looks_goes_down_in_time_and_sets_what_questions_are_asked_with(
    open_page: Open, product: Serving, dataset: str
):
    by_year = {
        "dataset_id": dataset,
        "dimensions": [{"column": "c1", "grain": "year"}],
        "measures": [{"fn": "sum", "column": "c3"}],
        "parameters": [{"name": "least", "type": "number", "label": "Least units", "value": None}],
        "filter": {
            "kind": "group",
            "items": [{"kind": "condition", "column": "c4", "op": "ge", "parameter": "least"}],
        },
    }
    chart = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    tile = {"kind": "question", "id": "t1", "title": "Amount", "question": by_year, "chart": chart}
    content = {"tabs": [{"tiles": [{**tile, "place": {"x": 0, "y": 0, "w": 12, "h": 8}}]}]}
    made = product.request("POST", "/dashboards", json={"title": "In time", "content": content})
    assert made.status_code == 201, made.text
    page = open_page(reduced_motion="reduce")
    sign_in(page, product)
    page.goto(f"{product.url}/app/dashboard/?id={made.json()['id']}")
    amount = page.get_by_role("group", name="Amount", exact=True)
    twin = amount.get_by_role("button", name="Show as table: Amount")
    twin.click()
    figures = amount.get_by_role("region", name="Figures of Amount").get_by_role("row")
    expect(figures).to_have_count(3)  # the head, and two years
    whole = figures.nth(1).inner_text().split()[-1]
    page.get_by_label("Least units").press_sequentially("15")
    expect(amount).to_contain_text("Nothing is left under these filters.")
    page.get_by_label("Least units").fill("")
    expect(amount.get_by_role("application")).to_be_visible()
    twin.click()
    expect(figures.nth(1)).to_contain_text(whole)
    twin.click()

    # Down by the menu of a mark, reached with the keys; from month to day by that of the tile.
    chart = amount.get_by_role("application")
    chart.focus()
    said = amount.get_by_role("status").filter(has_text="2024")
    page.keyboard.press("Home")
    expect(said).to_be_attached()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Go down, by month").click()
    expect(page.get_by_role("list", name="Narrowed by clicks")).to_contain_text("2024")
    twin.click()
    expect(figures).to_have_count(13)
    assert axe_violations(page) == []
    amount.get_by_role("button", name="Actions for Amount").click()
    page.get_by_role("menuitem", name="By day").click()
    expect(figures).to_have_count(367)
    page.reload()
    twin.click()
    expect(figures).to_have_count(367)
    page.get_by_role("button", name="Reset").click()
    expect(figures).to_have_count(3)


def test_a_link_is_off_until_it_is_turned_on_and_gone_when_it_is_taken_back(
    open_page: Open, product: Serving, board: str
):
    product.request("PUT", "/sharing", json={"public_links": False})
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dashboard/?id={board}")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Public link").click()
    dialog.get_by_role("button", name="Turn on").click()
    dialog.get_by_label("Description, for messengers and search engines").fill("How our shops did")
    dialog.get_by_label("shop", exact=True).check()
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Make a link").click()
    address = dialog.get_by_role("textbox", name="Address, shown this once").input_value()
    assert "/s/" in address
    # The product under test names itself localhost.
    address = f"{product.url}/s/{address.rpartition('/')[2]}"
    expect(dialog.get_by_role("list", name="Links")).to_contain_text("0 views")

    visitor = open_page(java_script_enabled=False)
    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Shops")
    expect(visitor.get_by_text("How our shops did")).to_be_visible()
    visitor.locator("details.list summary").click()
    visitor.get_by_role("checkbox", name="Shop 2").check()
    visitor.get_by_role("button", name="Apply").click()
    expect(visitor.get_by_text("Only rows where shop is one of")).to_be_visible()
    assert "p1=Shop+2" in visitor.url

    dialog.get_by_role("button", name="Take back").click()
    expect(dialog.get_by_role("list", name="Links")).to_have_count(0)
    gone = product.http.get(address)
    assert (gone.status_code, "Nothing here" in gone.text) == (404, True)


@pytest.fixture(scope="module")
def links(product: Serving, board: str) -> dict[str, str]:
    """Addresses of a link, and of one with a password."""
    product.request("PUT", "/sharing", json={"public_links": True})
    shares = f"/dashboards/{board}/shares"
    open_link = product.request("POST", shares, json={"open_filters": ["p1", "p2"], "indexed": True}).json()
    locked = product.request("POST", shares, json={"password": "open sesame twice"}).json()
    return {"open": open_link["url"], "locked": locked["url"]}


def test_robots_are_told_where_they_need_not_look(product: Serving):
    told = product.http.get(f"{product.url}/robots.txt")
    assert (told.status_code, told.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "Disallow: /app/" in told.text.splitlines()


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_visitors_see_is_accessible(chromium: Browser, links: dict[str, str], theme: str, viewport: str):
    # Its policy allows no script at all, so the checker is let in by force.
    given = {"color_scheme": theme, "bypass_csp": True, **({"viewport": PHONE} if viewport == "phone" else {})}
    context = chromium.new_context(**given)
    page = context.new_page()
    for kind, address in links.items():
        page.goto(address)
        assert axe_violations(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), kind
    page.get_by_label("Password").fill("open sesame twice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shops")
    context.close()
