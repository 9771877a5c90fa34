"""Charts in the browser: another mark, its options, what it says of itself; with a map, and at the size of a phone."""

import re
from collections.abc import Callable

import pytest
from journeys.conftest import PHONE, axe_violations, sign_in
from playwright.sync_api import Page, expect
from support.serving import Serving

Open = Callable[..., Page]

COUNTRIES = ("Germany", "France", "Spain", "Italy", "Poland", "Atlantis")
GOODS = "country,price,weight,rating\n" + "".join(
    f"{COUNTRIES[i % 6]},{10 + (i * 37) % 90}.5,{20 + ((i * 37) % 90) * 2 + i % 7}.25,{1 + (i * 13) % 5}.5\n"
    for i in range(240)
)


@pytest.fixture(scope="module")
def dataset_id(product: Serving) -> str:
    return product.finished(product.upload("goods.csv", GOODS.encode()))["result"]["dataset_ids"][0]


def says(page: Page, words: str) -> None:
    """Waits until the chart says this of itself to those who do not see it."""
    expect(page.get_by_role("figure").first).to_have_accessible_description(re.compile(words))


def mark(page: Page, name: str) -> None:
    page.get_by_role("group", name="Chart type").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("figure").first.locator("canvas")).to_be_visible()


def choose(page: Page, button: str, item: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def ask(page: Page, product: Serving, dataset_id: str) -> None:
    """A new question, without what is proposed at first."""
    page.goto(f"{product.url}/app/question/?dataset={dataset_id}")
    for part in ("Group by", "Measure"):
        proposed = page.get_by_role("region", name=part).get_by_role("button", name=re.compile("^Remove "))
        expect(proposed.first).to_be_visible()
        while proposed.count() > 0:
            left = proposed.count() - 1
            proposed.first.click()
            expect(proposed).to_have_count(left)


def faults(page: Page) -> list[str]:
    """What axe finds, once no tip stands over the page."""
    page.mouse.move(0, 0)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    return axe_violations(page)


def test_marks_are_chosen_and_given_options(open_page: Open, product: Serving, dataset_id: str) -> None:
    page = open_page()
    sign_in(page, product)
    ask(page, product, dataset_id)
    choose(page, "Add grouping", "country")
    choose(page, "Add measure", "price")
    expect(page.get_by_role("figure").first).to_be_visible()
    mark(page, "Map")
    expect(page.get_by_role("figure").first).to_contain_text("1 not on the map: Atlantis")
    says(page, "^Map of ")
    assert faults(page) == []

    mark(page, "Bar chart")
    page.get_by_text("Chart options").click()
    page.get_by_role("button", name="Add a goal line").click()
    goal = page.get_by_role("group", name="Goal line 1")
    goal.get_by_role("spinbutton", name="At").fill("1500")
    page.get_by_role("button", name="Add an annotation").click()
    page.get_by_role("group", name="Annotation 1").get_by_role("textbox", name="At").fill("Nowhere")
    expect(page.get_by_role("figure").first).to_contain_text("1 annotation lies outside")
    assert faults(page) == []

    # The chart is walked by keyboard, and what it says is the same after the link is opened elsewhere.
    plot = page.get_by_role("application").first
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(plot.get_by_role("status")).to_contain_text(re.compile("Germany|France|Spain|Italy|Poland|Atlantis"))
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_role("figure").first).to_contain_text("1 annotation lies outside")

    mark(page, "Correlation matrix")
    expect(page.get_by_role("figure").first).to_contain_text("price and weight go together most")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("figure").first).to_contain_text("1 annotation lies outside")


def test_a_spread_has_fine_bins_and_a_fitted_curve(open_page: Open, product: Serving, dataset_id: str) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, product)
    ask(page, product, dataset_id)
    choose(page, "Add grouping", "weight")
    expect(page.get_by_role("figure").first).to_be_visible()
    says(page, "^Histogram of ")
    page.get_by_text("Chart options").click()
    page.get_by_label("Fitted curve").select_option("normal")
    expect(page.get_by_role("figure").first).to_contain_text("Normal curve: mean 11")
    mark(page, "Density plot")
    expect(page.get_by_role("region", name="Group by")).to_contain_text("100 bins")
    says(page, "240 values")
    mark(page, "Cumulative distribution")
    expect(page.get_by_role("figure").first).to_contain_text("Half of the values are at most")
    assert faults(page) == []


def test_rows_are_drawn_as_points_and_too_many_are_counted_in_bins(open_page: Open, product: Serving) -> None:
    lines = "length,height,part\n" + "".join(f"{n % 997}.5,{n * 7 % 503}.25,{n % 2}\n" for n in range(100_500))
    many = product.finished(product.upload("parts.csv", lines.encode()))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    ask(page, product, many)
    mark(page, "Scatter plot")
    figure = page.get_by_role("figure").first
    expect(page.get_by_text("100,500 rows are too many to be drawn one by one")).to_be_visible()
    says(page, "^Heat map of ")
    expect(page.get_by_test_id("sentence")).to_contain_text("length in bins (at most 40) and height in bins")

    page.keyboard.press("Control+z")
    expect(page.get_by_role("grid", name="Rows of the answer")).to_be_visible()
    limit = page.get_by_label("At most this many rows")
    limit.fill("400")
    limit.press("Tab")
    mark(page, "Scatter plot")
    expect(page.get_by_test_id("sentence")).to_contain_text("length and height from parts, the first 400")
    says(page, "^Scatter plot of ")
    assert faults(page) == []

    limit.fill("")
    limit.press("Tab")
    expect(page.get_by_role("status").filter(has_text="First 100,000 of 100,500 rows")).to_be_visible()
    page.get_by_role("button", name="Count all in bins").click()
    expect(figure).to_contain_text("Rows by length and height")
    page.get_by_role("group", name="Chart type").get_by_role("button", name="Table only").click()
    expect(page.get_by_role("table", name="Answer as a table")).to_be_visible()


def test_a_chart_stays_as_it_is_drawn_when_its_question_is_saved(
    open_page: Open, product: Serving, dataset_id: str
) -> None:
    page = open_page()
    sign_in(page, product)
    ask(page, product, dataset_id)
    choose(page, "Add grouping", "country")
    choose(page, "Add measure", "price")
    drawn = page.get_by_role("figure").first.locator("canvas")
    expect(drawn).to_be_visible()
    drawn.evaluate("(canvas) => canvas.setAttribute('data-before', '')")
    for name in ("Prices", "Prices again"):
        if name == "Prices":
            page.get_by_role("button", name="Save question").click()
        else:
            choose(page, "Download and share", "Save as new question")
        dialog = page.get_by_role("dialog", name="Save question")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(r"/question/\?id=[0-9a-f-]+$"))
        expect(page.get_by_role("button", name="Saved", exact=True)).to_be_disabled()
        expect(page.locator("canvas[data-before]")).to_be_visible()
