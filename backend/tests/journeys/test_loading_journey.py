"""A dataset's next file as a person loads it: what it changed, the way back, and what waits for a decision."""

import re
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest
from journeys.conftest import DESKTOP, PHONE, axe_violations, sign_in
from playwright.sync_api import Locator, Page, expect
from support.serving import Serving

Open = Callable[..., Page]

MESSY = """Umsatz 2025;;;
Region;Datum;Betrag;Menge
Nord;01.02.2025;1.234,50;3
Süd;13.02.2025;99,00;12
West;14.03.2025;1.000,25;7
Ost;15.03.2025;5,00
Nord;20.03.2025;12,40;1
Süd;21.04.2025;4.500,00;22
""".encode("cp1252")
NEXT = """Region;Datum;Betrag;Menge
Nord;01.05.2025;10,50;4
Süd;02.05.2025;20,00;5
""".encode("cp1252")
OTHER = """Region;Datum;Betrag EUR;Menge
Nord;01.05.2025;10,50;4
Süd;02.05.2025;20,00;5
""".encode("cp1252")


def load(page: Page, name: str, content: bytes, mode: str, keys: tuple[str, ...] = ()) -> None:
    page.get_by_role("button", name="Load the next file").click()
    dialog = page.get_by_role("dialog", name="Load the next file")
    dialog.get_by_label("The next file", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    dialog.get_by_label(re.compile(f"^{mode}")).check()
    for key in keys:
        dialog.get_by_label(key, exact=True).check()
    dialog.get_by_role("button", name="Load", exact=True).click()


def test_a_dataset_grows_and_goes_back(open_page: Open, product: Serving):
    made = product.finished(product.upload("umsatz.csv", MESSY))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}&tab=versions")
    load(page, "umsatz-mai.csv", NEXT, "Add its rows")
    expect(page.get_by_text("Published as a new version with 7 rows.").first).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Versions").click()
    history = page.get_by_role("region", name="Versions")
    expect(history.get_by_role("row").nth(1)).to_contain_text("2 (current)")
    stories = [row.get_by_role("cell").nth(1).inner_text() for row in history.get_by_role("row").all()[1:]]
    assert stories == ["Rows added", "First load"]
    history.get_by_role("button", name="Compare version 2").click()
    expect(page.get_by_text("2 rows added, 0 rows removed, 5 rows the same.")).to_be_visible()
    differ = page.get_by_role("region", name="Rows that differ")
    expect(differ.get_by_role("row").nth(1)).to_contain_text("Added")
    expect(differ).to_contain_text("10.50")
    page.get_by_role("button", name="Key columns").click()
    for name in ("Region", "Datum"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Compare by these").click()
    expect(page.get_by_text("2 rows added, 0 rows changed, 0 rows removed, 5 rows the same.")).to_be_visible()
    expect(page.get_by_text("Rows are told apart by “Region”, “Datum”.")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    history.get_by_role("button", name="Go back to version 1").click()
    expect(history.get_by_role("row").nth(1)).to_contain_text("Went back to version 1")
    expect(history.get_by_role("row").nth(1)).to_contain_text("3 (current)")

    history.get_by_role("link", name="Show version 2").click()
    earlier = page.get_by_role("region", name="An earlier version")
    expect(earlier).to_contain_text("You see version 2 of")
    expect(page.get_by_role("grid")).to_contain_text("2025-05-02")
    page.get_by_role("tab", name="Versions").click()
    page.get_by_label("As it was at").fill("2099-01-01T00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**as_of=2099-01-01**")
    expect(page.get_by_text("5 rows · 4 columns")).to_be_visible()
    expect(earlier).not_to_be_visible()


def test_rows_are_updated_by_key_and_a_file_that_differs_is_matched_and_accepted(open_page: Open, product: Serving):
    made = product.finished(product.upload("umsatz.csv", MESSY))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}")
    update = "Region;Datum;Betrag;Menge\nNord;01.02.2025;2,50;3\nSüd;02.06.2025;20,00;5\n".encode("cp1252")
    load(page, "korrektur.csv", update, "Update rows by key", keys=("Region", "Datum"))
    expect(page.get_by_text("Published as a new version with 6 rows.").first).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Versions").click()
    newest = page.get_by_role("region", name="Versions").get_by_role("row").nth(1)
    expect(newest).to_contain_text("Rows updated by key")
    expect(newest).to_contain_text("~1 changed")

    load(page, "juni.csv", OTHER, "Replace all rows")
    page.get_by_role("region", name="The next file waits for a decision").wait_for(timeout=60_000)
    page.goto(f"{product.url}/app/dataset/?id={made}&tab=mapping")
    proposals = page.get_by_role("region", name="Proposals")
    expect(proposals.get_by_role("row").filter(has_text="Betrag EUR")).to_contain_text("the names are alike")
    page.get_by_label("Add a column", exact=True).last.select_option(label="Some characters of one")
    page.get_by_label("Column to cut").select_option(label="Region")
    page.get_by_label("How many").fill("1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("region", name="In the dataset")).to_contain_text("Region part")
    page.get_by_role("button", name="Accept the file with this mapping").click()
    expect(page.get_by_text("2 rows · 5 columns")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Propose").click()
    expect(proposals).to_be_visible()
    page.get_by_role("tab", name="Table").click()
    table = page.get_by_role("grid")
    expect(table).to_contain_text("10.50")
    expect(table.get_by_role("gridcell", name="N", exact=True)).to_be_visible()


def test_the_mapping_of_a_thousand_columns_is_found_by_name(open_page: Open, product: Serving):
    names, values = (",".join(f"{what}{i}" for i in range(1000)) for what in ("m", ""))
    made = product.finished(product.upload("wide.csv", f"{names}\n{values}\n".encode()))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}&tab=mapping")
    expect(page.get_by_text("100 of 1,000 columns shown")).to_be_visible()
    page.get_by_label("Search columns").fill("m777")
    expect(page.get_by_text("1 of 1,000 columns shown")).to_be_visible()
    page.get_by_label("Name of m777").fill("Sales")
    choice = page.get_by_label("File column for Sales")
    expect(choice).to_have_value("m777")
    choice.focus()
    choice.select_option(label="m999")
    page.get_by_label("Search columns").fill("")
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_text("200 of 1,000 columns shown")).to_be_visible()
    page.get_by_label("Search columns").fill("sales")
    expect(page.get_by_label("File column for Sales")).to_have_value("m999")


def test_a_messy_file_is_overruled_and_its_odd_row_put_right(open_page: Open, product: Serving):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/data/")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("Choose files|Add files")).first.click()
    chooser.value.set_files({"name": "umsatz.csv", "mimeType": "text/csv", "buffer": MESSY})
    page.wait_for_url("**/app/dataset/**", timeout=60_000)
    expect(page.get_by_text("5 rows · 4 columns")).to_be_visible()
    page.get_by_role("button", name="How it was read").press("Enter")
    beside = page.get_by_role("region", name="Decisions", exact=True)
    beside.get_by_text("nothing is in doubt").press("Enter")
    menge = beside.get_by_role("group", name="Decisions about Menge")
    expect(menge).to_contain_text("Whole number (certain)")
    page.get_by_label("Change: Type of Menge").select_option(label="Text")
    page.get_by_role("button", name="Read again with this change").press("Enter")
    expect(menge).to_contain_text("Text (you said so)", timeout=60_000)

    page.get_by_role("link", name="1 row set aside").click()
    expect(page.get_by_text("7 seen = 5 loaded + 1 set aside + 1 skipped.")).to_be_visible()

    aside = page.get_by_role("region", name="Rows set aside", exact=True)
    expect(aside.get_by_role("row").nth(1)).to_contain_text("Ost;15.03.2025;5,00")
    aside.get_by_role("button", name="Edit line 6").press("Enter")
    page.get_by_role("group", name="Values of line 6").get_by_role("textbox", name="Menge").fill("008")
    page.get_by_role("button", name="Load 1 row", exact=True).press("Enter")
    expect(page.get_by_text("7 seen = 6 loaded + 0 set aside + 1 skipped.")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name="Table").click()
    expect(page.get_by_role("grid")).to_contain_text("008")
    expect(page.get_by_role("grid")).to_contain_text("1,234.50")


def test_what_the_file_does_not_say_is_shown_beside_the_rows_and_told(open_page: Open, product: Serving):
    content = b"who;when;paid\n" + b"".join(b"P%d;0%d/0%d/2025;1\n" % (n, n % 7 + 2, n % 3 + 1) for n in range(40))
    made = product.finished(product.upload("when.csv", content))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}")
    expect(page.get_by_role("button", name="How it was read: 1 assumed")).to_have_attribute("aria-expanded", "true")
    when = page.get_by_role("group", name="Decisions about when")
    expect(when).to_contain_text("Date order: Day, month, year (assumed)")
    rows = page.get_by_role("grid")
    expect(rows).to_contain_text("2025-01-02")
    page.get_by_label("Change: Date order of when").select_option(label="Month, day, year")
    page.get_by_role("button", name="Read again with this change").press("Enter")
    expect(rows).to_contain_text("2025-02-01", timeout=60_000)
    page.get_by_role("button", name="How it was read", exact=True).press("Enter")
    expect(when).to_contain_text("(you said so)")


def test_what_is_in_doubt_is_said_above_the_rows_until_somebody_has_looked(open_page: Open, product: Serving):
    doubted = MESSY + "abgeschlossen am Freitag\nin der Filiale Süd\n".encode("cp1252")
    result = product.finished(product.upload("abgeschlossen.csv", doubted))["result"]
    [made] = result["dataset_ids"]
    assert [table["doubt_count"] for table in result["tables"]] == [1]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}")
    said = page.get_by_role("region", name="Please look: the file leaves 1 thing open")
    expect(said).to_contain_text("2 lines right below the last row of the table, taken for notes, not loaded")
    assert said.bounding_box()["y"] < page.get_by_role("grid").bounding_box()["y"]
    said.get_by_role("link", name="See the receipt").click()
    warned = page.get_by_role("region", name="Read, but worth a look")
    expect(warned).to_contain_text("2 lines right below the last row")
    decided = page.get_by_role("region", name="Decisions", exact=True)
    assert warned.bounding_box()["y"] < decided.bounding_box()["y"]
    page.get_by_role("tab", name="Table").click()
    said.get_by_role("button", name="I have looked").press("Enter")
    expect(said).not_to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="1 doubt")).to_be_visible()
    expect(page.get_by_role("grid")).to_be_visible()
    expect(said).not_to_be_visible()


def test_total_rows_are_left_out_with_one_click_and_taken_in_again(open_page: Open, product: Serving):
    total = "Summe;;6.859,15;45\n".encode("cp1252")
    made = product.finished(product.upload("summe.csv", MESSY + total))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}&decisions=shown")
    expect(page.get_by_text("6 rows · 4 columns")).to_be_visible()
    page.get_by_role("button", name="Totals: leave them out").press("Enter")
    expect(page.get_by_text("5 rows · 4 columns")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Totals: keep them")).to_be_focused()
    page.get_by_role("tab", name="Receipt").click()
    expect(page.get_by_text("8 seen = 5 loaded + 1 set aside + 2 skipped.")).to_be_visible()
    skipped = page.get_by_role("region", name="Lines skipped")
    expect(skipped).to_contain_text("a total, left out as you said")
    page.get_by_role("button", name="Totals: keep them").press("Enter")
    expect(page.get_by_text("8 seen = 6 loaded + 1 set aside + 1 skipped.")).to_be_visible(timeout=60_000)


@pytest.fixture(scope="module")
def messy_id(product: Serving) -> str:
    """A dataset of a messy file as it was loaded, with a row set aside."""
    return str(product.finished(product.upload("umsatz.csv", MESSY))["result"]["dataset_ids"][0])


@pytest.fixture(scope="module")
def doubted_id(product: Serving) -> str:
    """A dataset of a file that leaves several things open, with a total among its rows."""
    total = "Summe;;6.859,15;45\nabgeschlossen am Freitag\n".encode("cp1252")
    return str(product.finished(product.upload("offen.csv", MESSY + total))["result"]["dataset_ids"][0])


@pytest.fixture(scope="module")
def waiting_id(product: Serving) -> str:
    """A dataset with a row set aside, two versions, and a file that waits for a decision."""
    made = product.finished(product.upload("umsatz.csv", MESSY))["result"]["dataset_ids"][0]
    for name, content, mode in (("mai.csv", NEXT, "append"), ("juni.csv", OTHER, "replace")):
        answer = product.request(
            "PUT", f"/datasets/{made}/file", params={"filename": name, "mode": mode}, content=content
        )
        assert answer.status_code == 202, answer.text
        assert product.finished(answer.json()["job_id"])["state"] == "succeeded"
    return str(made)


def choose(page: Page, name: str, content: bytes) -> Locator:
    """Load a file from the page of data; what is said of it while it comes."""
    page.get_by_label("Files to load").first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    return page.get_by_role("region", name="Uploads")


def named(product: Serving, name: str) -> list[dict]:
    items = product.request("GET", "/datasets", params={"search": name}).json()["items"]
    return [dataset for dataset in items if dataset["name"] == name]


def test_a_large_file_shows_its_first_rows_while_it_is_sent_and_can_be_cancelled(open_page: Open, product: Serving):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/data/")
    line = page.context.new_cdp_session(page)
    throttled = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 30_000}
    line.send("Network.emulateNetworkConditions", throttled)
    uploads = choose(
        page, "slow.csv", b"id;name;amount\n" + b"".join(b"%d;Name %d;%d,50\n" % (n, n, n) for n in range(150_000))
    )
    rows = uploads.get_by_role("region", name="First rows of slow.csv")
    expect(rows).to_be_visible()
    expect(rows.get_by_role("columnheader")).to_have_text([" id", " name", " amount"])
    expect(rows.get_by_role("row").nth(2)).to_contain_text("Name 1")
    expect(uploads).to_contain_text("A preview: the first rows")
    expect(uploads).to_contain_text("Uploading")  # far from its end
    page.set_viewport_size(PHONE)
    box = rows.bounding_box()
    assert box is not None and box["x"] + box["width"] <= PHONE["width"]
    assert axe_violations(page) == []
    page.set_viewport_size(DESKTOP)
    uploads.get_by_role("button", name="Cancel slow.csv").press("Enter")
    expect(uploads.get_by_role("status")).to_have_text("Cancelled. Nothing was kept.")
    expect(rows).not_to_be_visible()
    folder = product.data_dir / "uploads"
    until(lambda: not list(folder.iterdir()))
    assert named(product, "slow") == []

    line.send("Network.emulateNetworkConditions", throttled | {"uploadThroughput": -1})
    uploads.get_by_role("button", name="Send it again").press("Enter")
    page.wait_for_url("**/app/dataset/**", timeout=60_000)
    expect(page.get_by_text("150,000 rows · 3 columns")).to_be_visible()


def test_a_load_that_is_cancelled_leaves_nothing_half_written_and_can_be_tried_again(open_page: Open, product: Serving):
    made = product.finished(product.upload("umsatz.csv", MESSY))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/data/")
    versions = {path for path in product.data_dir.rglob("*") if "versions" in path.parts and path.is_file()}
    content = b"id;name;amount\n" + b"".join(b"%d;Name %d;%d,50\n" % (n, n, n) for n in range(100_000))
    (worker,) = product.parts("worker")
    until(lambda: [child for server in worker.children() for child in server.children()])
    waiting = [child for server in worker.children() for child in server.children()]
    for child in waiting:  # the child that will read the file stands still, so that there is time to cancel
        child.suspend()
    uploads = choose(page, "long.csv", content)
    cancel = uploads.get_by_role("button", name="Cancel long.csv")
    until(lambda: any(job["state"] == "running" for job in product.request("GET", "/jobs").json()["items"]))
    expect(uploads).not_to_contain_text("Uploading")  # until the page has heard of it, it would cancel the upload
    cancel.press("Enter")
    expect(uploads.get_by_role("status")).to_have_text(
        "Cancelled. No dataset was made. The file has arrived and can be read again."
    )
    for child in waiting:  # one that was only about to be the next goes on
        with suppress(psutil.Error):
            child.resume()
    assert named(product, "long") == []
    assert versions == {path for path in product.data_dir.rglob("*") if "versions" in path.parts and path.is_file()}
    assert product.request("GET", f"/datasets/{made}").json()["row_count"] == 5

    uploads.get_by_role("button", name="Read it again").press("Enter")
    page.wait_for_url("**/app/dataset/**", timeout=60_000)
    expect(page.get_by_text("100,000 rows · 3 columns")).to_be_visible()
    assert len(named(product, "long")) == 1


def until(holds: Callable[[], object], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_file_that_differs_waits_for_a_decision(open_page: Open, product: Serving, waiting_id: str):
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={waiting_id}")
    banner = page.get_by_role("region", name="The next file waits for a decision")
    expect(banner).to_contain_text("“Betrag” is missing; “Betrag EUR” looks like it")
    banner.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(banner).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_loading_is_accessible(
    open_page: Open, product: Serving, messy_id: str, doubted_id: str, waiting_id: str, scheme: str, viewport: dict
):
    page = open_page(color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    sign_in(page, product)
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        page.wait_for_load_state("networkidle")
        found[what] = axe_violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wide:
            found[what].append("the page scrolls sideways")

    page.goto(f"{product.url}/app/dataset/?id={messy_id}&decisions=shown")
    expect(page.get_by_role("gridcell", name="1,234.50")).to_be_visible()
    page.get_by_role("region", name="Decisions", exact=True).get_by_text("nothing is in doubt").click()
    look("decisions beside the rows")
    page.goto(f"{product.url}/app/dataset/?id={doubted_id}")
    expect(page.get_by_role("region", name=re.compile("^Please look"))).to_be_visible()
    look("doubts above the rows")
    page.goto(f"{product.url}/app/dataset/?id={messy_id}&tab=receipt")
    page.get_by_role("button", name="Edit line 6").click()
    look("rows set aside")
    for tab, landmark in (("receipt", "Decisions"), ("versions", "Versions")):
        page.goto(f"{product.url}/app/dataset/?id={waiting_id}&tab={tab}")
        expect(page.get_by_role("region", name=landmark, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="The next file waits for a decision")).to_be_visible()
        look(tab)
    page.get_by_role("button", name="Compare version 2").click()
    expect(page.get_by_role("region", name="Rows that differ")).to_be_visible()
    page.get_by_role("button", name="Key columns").click()
    look("comparison")
    page.get_by_role("button", name="Load the next file").click()
    page.get_by_label(re.compile("^Update rows by key")).check()
    look("next file")
    assert found == {what: [] for what in found}


ARGUABLE = (
    "Verkäufe – Filiale “Süd”;;;\nerstellt am 02.05.2025;;;\n\n;Bestellung;;Betrag\nKunde;am;Menge;EUR\n"
    + "".join(
        f'"Müller {n}";{n % 9 + 1:02d}/{n % 7 + 1:02d}/2025;{"k. A." if n % 10 == 3 else n};{n % 8 + 1}.234\n'
        for n in range(60)
    )
).encode("cp1252")


def test_every_decision_about_an_arguable_file_is_on_one_page(open_page: Open, product: Serving):
    made = product.finished(product.upload("filiale.csv", ARGUABLE))["result"]["dataset_ids"][0]
    page = open_page()
    sign_in(page, product)
    page.goto(f"{product.url}/app/dataset/?id={made}&tab=receipt")
    decisions = page.get_by_role("region", name="Decisions", exact=True)
    for decided in (
        "Encoding: Western (Windows-1252) (likely)",
        "Separator: semicolon (certain)",
        "Quoting: double quotes (certain)",
        "Header: 2 rows (likely)",
        "Type: Text (assumed)",
        "54 of 60 values are whole numbers",
        "Date order: Day, month, year (assumed)",
        "Decimal mark: Point 1.5 (assumed)",
    ):
        expect(decisions).to_contain_text(decided)
    for change in ("Encoding", "Separator", "Quoting", "Type of Bestellung / Menge", "Decimal mark of Betrag / EUR"):
        expect(page.get_by_label(f"Change: {change}", exact=True)).to_be_visible()
    page.get_by_label("Change: Date order of Bestellung / am").select_option(label="Month, day, year")
    page.get_by_role("button", name="Read again with this change").click()
    expect(decisions).to_contain_text("Date order: Month, day, year (you said so)", timeout=60_000)
