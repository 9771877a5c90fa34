"""A dashboard as a person makes it: questions put side by side, moved, filtered, clicked, saved and gone back to."""

import json
from collections.abc import Callable

import pytest
from journeys.conftest import PHONE, axe_violations, sign_in
from playwright.sync_api import Locator, Page, TimeoutError, expect
from support.data import SALES
from support.serving import Serving

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def dataset(product: Serving) -> str:
    return product.finished(product.upload("sales.csv", SALES))["result"]["dataset_ids"][0]


def save(product: Serving, name: str, question: dict, mark: str | None) -> str:
    chart = {"mark": mark, "x": {"field": "d0"}, "y": [{"field": "m0"}]} if mark else None
    saved = product.request("POST", "/questions", json={"name": name, "question": question, "chart": chart})
    assert saved.status_code == 201, saved.text
    return saved.json()["id"]


@pytest.fixture(scope="module")
def questions(product: Serving, dataset: str) -> dict[str, str]:
    amount = [{"fn": "sum", "column": "c4"}]
    asked = {
        "Amount by region": ({"dimensions": [{"column": "c1"}], "measures": amount}, "bar"),
        "Amount by month": ({"dimensions": [{"column": "c3", "grain": "month"}], "measures": amount}, "line"),
        "By product": ({"dimensions": [{"column": "c2"}], "measures": amount}, None),
    }
    return {
        name: save(product, name, {"dataset_id": dataset, **question}, mark) for name, (question, mark) in asked.items()
    }


def test_a_dashboard_is_made_moved_filtered_and_gone_back_to(open_page: Open, product: Serving, questions):
    page = open_page()
    sign_in(page, product)
    page.get_by_role("link", name="Dashboards").first.click()
    page.get_by_role("button", name="New dashboard").click()
    page.get_by_label("Title of the dashboard").fill("Sales at a glance")
    for name in questions:
        page.get_by_role("button", name="Add question").click()
        page.get_by_role("dialog").get_by_role("button", name=name).click()
    page.get_by_role("button", name="Add text").click()
    page.get_by_label("Text of the tile").fill("# What to know\n\n- North leads")
    page.get_by_role("button", name="Add filter").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Column").click()
    page.get_by_role("option", name="region").click()
    dialog.get_by_role("button", name="Add filter").click()

    # By keyboard to the right of its neighbour, and wider; by the mouse below it.
    regions = page.get_by_role("group", name="Amount by region", exact=True)
    before = regions.bounding_box()
    regions.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("Column 2, row 1, 7 wide, 8 high.")).to_be_attached()
    page.wait_for_timeout(200)
    after = regions.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"]
    assert after["width"] > before["width"]
    page.keyboard.press("Control+z")
    grip = page.locator('[data-grip="t1"]').bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + 60, grip["y"] + 12)
    page.mouse.down()
    page.mouse.move(grip["x"] + 60, grip["y"] + 300, steps=6)
    page.mouse.up()
    page.wait_for_timeout(200)
    moved = regions.bounding_box()
    assert moved is not None
    assert moved["y"] > before["y"] + 40
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit")).to_be_visible()

    products = page.get_by_role("group", name="By product", exact=True)
    expect(products.get_by_role("row")).to_have_count(4)
    page.get_by_label("region", exact=True).click()
    page.get_by_role("option", name="South").click()
    page.keyboard.press("Escape")
    expect(products.get_by_role("row")).to_have_count(3)
    assert "f=" in page.url
    # What the address says is what another person sees.
    page.reload()
    expect(products.get_by_role("row")).to_have_count(3)
    page.get_by_role("button", name="Reset").click()
    expect(products.get_by_role("row")).to_have_count(4)

    # Enter on a mark narrows everything to it, and the crumb takes it back.
    chart = regions.get_by_role("application")
    chart.focus()
    for _ in range(50):
        page.keyboard.press("Home")
        if "North" in (regions.get_by_role("status").all_inner_texts() or [""])[-1]:
            break
        page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    crumb = page.get_by_role("list", name="Narrowed by clicks")
    expect(crumb).to_contain_text("region: North")
    expect(products.get_by_role("row")).to_have_count(4)
    expect(products).to_contain_text("300.25")
    expect(products).not_to_contain_text("80.00")
    crumb.get_by_label("Take back region: North").click()
    expect(products).to_contain_text("200.50")

    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Actions for By product").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("group", name="By product", exact=True)).to_have_count(0)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="History").click()
    page.get_by_role("button", name="Go back to version 2").click()
    expect(page.get_by_role("group", name="By product", exact=True)).to_be_visible()

    page.get_by_role("button", name="Actions for Amount by month").click()
    page.get_by_role("menuitem", name="Remark").click()
    page.get_by_label("Your remark").fill("Why did March fall?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_contain_text("Why did March fall?")


@pytest.fixture(scope="module")
def board(product: Serving, dataset: str, questions: dict[str, str]) -> str:
    tiles = [
        {"kind": "question", "id": f"t{at + 1}", "place": {"x": at % 2 * 6, "y": at // 2 * 8, "w": 6, "h": 8},
         "question_id": question}
        for at, question in enumerate(questions.values())
    ]  # fmt: skip
    text = {"kind": "text", "id": "t9", "place": {"x": 6, "y": 8, "w": 6, "h": 3}, "text": "# Words\n\nto read."}
    targets = [{"dataset_id": dataset, "column": column} for column in ("c1", "c3", "c5", "c2")]
    filters = [
        {"id": f"p{at + 1}", "label": label, "kind": kind, "targets": [target]}
        for at, (label, kind, target) in enumerate(
            zip(("Region", "Month", "Units", "Product"), ("list", "date", "range", "text"), targets, strict=True)
        )
    ]
    content = {"tabs": [{"title": "One", "tiles": [*tiles, text]}, {"title": "Two"}], "filters": filters}
    made = product.request("POST", "/dashboards", json={"title": "All kinds", "folder": "F", "content": content})
    assert made.status_code == 201, made.text
    return json.loads(made.text)["id"]


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dashboards_are_accessible(open_page: Open, product: Serving, board: str, theme: str, viewport: str):
    given = {"color_scheme": theme, "reduced_motion": "reduce"}
    page = open_page(**given, viewport=PHONE) if viewport == "phone" else open_page(**given)
    sign_in(page, product)
    found = {}
    for address in ("dashboards/", f"dashboard/?id={board}", f"dashboard/?id={board}&edit=1"):
        page.goto(f"{product.url}/app/{address}")
        # The gate before the page has a heading of its own.
        expect(page.get_by_role("heading", level=1).filter(has_not_text="Tablewright")).to_be_attached()
        if "id=" in address:
            expect(page.get_by_role("figure")).to_have_count(2)
            expect(page.get_by_role("table").first).to_be_visible()
        found[address] = axe_violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), address
    assert [each for each in found.values() if each] == []


def test_a_dashboard_is_gone_to_by_its_name(open_page: Open, product: Serving, board: str):
    page = open_page()
    sign_in(page, product)
    expect(page.get_by_role("button", name="Account")).to_be_visible()  # the session is open
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("all kinds")
    expect(page.get_by_role("option", name="All kinds")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/?id={board}")


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_pages_do_not_jump_while_they_load(open_page: Open, product: Serving, board: str, dataset: str, viewport: str):
    page = open_page(viewport=PHONE) if viewport == "phone" else open_page()
    sign_in(page, product)
    jumped = {}
    places = (
        "data/",
        f"dataset/?id={dataset}",
        f"question/?dataset={dataset}",
        "dashboards/",
        f"dashboard/?id={board}",
    )
    for address in places:
        page.goto(f"{product.url}/app/{address}")
        if "=" in address:
            expect(page.get_by_role("figure").first).to_be_visible()
        if "dataset/" in address:
            expect(page.get_by_role("region", name="Findings")).to_contain_text("We looked at this data")
        page.wait_for_timeout(500)  # nobody tells that nothing more will come
        jumped[address] = page.evaluate("window.shifted")
    assert {address: far for address, far in jumped.items() if far > 0.05} == {}


def walk_to(page: Page, chart: Locator, said: Locator, place: str) -> None:
    """With the arrow keys, once the picture is there."""
    chart.focus()
    for _ in range(80):
        page.keyboard.press("ArrowRight")
        if place in (said.all_inner_texts() or [""])[-1]:
            return
        page.wait_for_timeout(100)
        page.keyboard.press("Home")
        if place in (said.all_inner_texts() or [""])[-1]:
            return
    raise AssertionError(f"{place} was not reached")


def test_every_number_tells_what_it_is(open_page: Open, product: Serving, questions, board: str):
    """On a tile's chart by keyboard and by pointer, in a tile's table, and beside a question."""
    page = open_page(reduced_motion="reduce")
    sign_in(page, product)
    page.goto(f"{product.url}/app/dashboard/?id={board}")
    page.get_by_label("Region", exact=True).click()
    page.get_by_role("option", name="North").click()
    page.keyboard.press("Escape")
    regions = page.get_by_role("group", name="Amount by region", exact=True)
    expect(regions.get_by_role("application")).to_be_visible()
    walk_to(page, regions.get_by_role("application"), regions.get_by_role("status"), "North")
    page.keyboard.press("i")
    dialog = page.get_by_role("dialog", name="What is this number?")
    expect(dialog).to_contain_text("Rows behind it3 rows")
    expect(dialog).to_contain_text("This mark alone: North.")
    expect(dialog).to_contain_text('Region is one of "North"', ignore_case=True)
    expect(dialog).to_contain_text("version 1")
    expect(dialog).to_contain_text("Missing values")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    # Back at the same mark, and on from there.
    expect(regions.get_by_role("status").last).to_contain_text("North")

    # The menu of a mark, by its key.
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="See the rows behind it").click()
    rows = page.get_by_role("dialog", name="Behind: Amount by region")
    expect(rows.get_by_role("status").first).to_have_text("3 rows")
    rows.get_by_role("button", name="Close").click()
    walk_to(page, regions.get_by_role("application"), regions.get_by_role("status"), "North")
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menuitem", name="Only North")).to_be_visible()
    page.get_by_role("menuitem", name="What is this number?").click()
    expect(dialog).to_contain_text("3 rows")
    dialog.get_by_role("button", name="Close").click()

    # A cell of a table.
    products = page.get_by_role("group", name="By product", exact=True)
    products.get_by_label("Actions for row 1").click(force=True)
    page.get_by_role("menuitem", name="What is this number?").click()
    expect(dialog).to_contain_text("Rows behind it")
    expect(dialog).to_contain_text("product: ")


def test_a_finger_moves_tiles_and_opens_the_menu_of_a_mark(open_page: Open, product: Serving, board: str):
    copied = product.request("POST", f"/dashboards/{board}/copy", json={"title": "For fingers"}).json()["id"]
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce")
    sign_in(page, product)
    page.goto(f"{product.url}/app/dashboard/?id={copied}&edit=1")
    expect(page.get_by_role("figure")).to_have_count(2)
    order = "[...document.querySelectorAll('[data-tile]')].map((one) => one.dataset.tile)"
    assert page.evaluate(order) == ["t1", "t2", "t3", "t9"]
    grip = page.locator('[data-grip="t1"]')
    grip.evaluate("(one) => window.scrollBy(0, one.getBoundingClientRect().top - 200)")
    box = grip.bounding_box()
    assert box is not None
    x, y = box["x"] + 12, box["y"] + 8
    session = page.context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    tops = """(ids) => ids.map((id) => document.querySelector(`[data-tile="${id}"]`).getBoundingClientRect().top)"""
    finger("touchStart", x, y)
    # At the lower edge the page scrolls below the finger, until the second tile has gone past.
    for step in range(120):
        finger("touchMove", x, min(y + 40 * step, 780 + step % 2))
        first, second = page.evaluate(tops, ["t1", "t2"])
        if second < first:
            break
    finger("touchEnd")
    assert page.evaluate(order) == ["t2", "t1", "t3", "t9"]
    page.get_by_role("button", name="Actions for By product").tap()
    page.get_by_role("menuitem", name="Move before").tap()
    expect(page.locator("[data-tile]").nth(1)).to_have_attribute("data-tile", "t3")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("button", name="Edit")).to_be_visible()

    chart = page.get_by_role("group", name="Amount by region", exact=True).locator("canvas").first
    expect(chart).to_be_visible()
    chart.evaluate("(one) => window.scrollBy(0, one.getBoundingClientRect().top - 200)")
    menu = page.get_by_role("menuitem", name="What is this number?")
    place = chart.bounding_box()
    assert place is not None
    for share in range(3, 18):  # along the foot of the bars
        page.touchscreen.tap(place["x"] + place["width"] * share / 20, place["y"] + place["height"] * 0.75)
        try:
            menu.wait_for(timeout=1500)
            break
        except TimeoutError:
            continue
    expect(menu).to_be_visible()
    expect(page.get_by_role("menuitem", name="Only ")).to_be_visible()
    menu.tap()
    expect(page.get_by_role("dialog", name="What is this number?")).to_contain_text("Rows behind it")


def test_a_mark_beside_a_question_offers_what_can_be_asked_next(open_page: Open, product: Serving, questions):
    page = open_page(reduced_motion="reduce")
    sign_in(page, product)
    dialog = page.get_by_role("dialog", name="What is this number?")
    page.goto(f"{product.url}/app/question/?id={questions['Amount by region']}")
    chart = page.get_by_role("application")
    expect(chart.locator("canvas")).to_be_visible()
    walk_to(page, chart, page.get_by_role("figure").get_by_role("status"), "North")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Show its rows")).to_be_visible()
    page.get_by_role("menuitem", name="What is this number?").click()
    expect(dialog).to_contain_text("Rows behind it3 rows")
    assert axe_violations(page) == []


def test_findings_are_there_after_the_first_load_and_kept_with_one_click(open_page: Open, product: Serving, dataset):
    page = open_page(reduced_motion="reduce")
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={dataset}")
    findings = page.get_by_role("region", name="Findings")
    expect(findings.get_by_role("heading")).to_contain_text("We looked at this data: ")
    expect(findings.get_by_role("listitem").first).to_be_visible()
    first = findings.get_by_role("listitem").first.inner_text()
    assert axe_violations(page) == []
    findings.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="sales at a glance")).to_be_visible()
    expect(page.get_by_role("heading", name=first)).to_be_visible()
