"""A real browser in front of the real product with the built web."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from support.services import own_folder
from support.serving import ADMIN, Serving, serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

# A busy test machine is slow, and slow is not wrong.
expect.set_options(timeout=20_000)


# How far what stands on a page has jumped since it was opened, as browsers count it (cumulative layout shift).
SHIFTS = """window.shifted = 0; new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({type: 'layout-shift', buffered: true})"""

# "800,4": 800 ms until an answer begins and a quarter of the processor, as on a busy machine. For finding what only
# holds when everything is fast.
SLOW = os.environ.get("TABLEWRIGHT_TEST_SLOW", "")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("TABLEWRIGHT_TEST_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def product() -> Iterator[Serving]:
    """An installation whose first admin is there already."""
    with own_folder() as folder, serving(folder) as running:
        yield running.set_up()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed journey leaves something to look at: requests that had no answer yet, the end of the product's log."""
    report = yield
    if report.when == "call" and report.failed and isinstance(item, pytest.Function):
        waiting = getattr(item.funcargs.get("open_page"), "waiting", {})
        report.sections.append(("requests without an answer", "\n".join(waiting.values())))
        product = item.funcargs.get("product")
        if isinstance(product, Serving):
            report.sections.append(("end of the product's log", product.log()[-6000:]))
    return report


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages whose console stays free of errors: a refused script, a broken promise, a missing file."""
    contexts, faults, waiting = [], [], {}

    def follow(page: Page) -> None:
        def ended(request: Request) -> None:
            waiting.pop(id(request), None)

        page.on("request", lambda request: waiting.__setitem__(id(request), f"{request.method} {request.url}"))
        page.on("requestfinished", ended)
        page.on("requestfailed", ended)

    def open_one(**given) -> Page:
        context = chromium.new_context(**{"viewport": DESKTOP, "accept_downloads": True, **given})
        context.add_init_script(SHIFTS)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        slow_down(page)
        follow(page)
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        # Browsers log every refusal by themselves. By design a signed-out visitor's refresh is answered 401, and a busy
        # server asks to be asked again with 429 or 503; a refusal that lasts is seen on the page.
        page.on(
            "console",
            lambda message: (
                faults.append(f"console: {message.text}")
                if message.type == "error" and not re.search(r"status of (401|429|503)\b", message.text)
                else None
            ),
        )
        return page

    open_one.waiting = waiting
    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def slow_down(page: Page) -> None:
    if not SLOW:
        return
    latency, processor = map(float, SLOW.split(","))
    line = page.context.new_cdp_session(page)
    throughput = {"downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency, **throughput})
    line.send("Emulation.setCPUThrottlingRate", {"rate": processor})


def sign_in(page: Page, product: Serving, email: str = ADMIN["email"], password: str = ADMIN["password"]) -> None:
    page.goto(f"{product.url}/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/app/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.0 to 2.2 A and AA and best practice: rule and place of each."""
    page.evaluate(AXE.read_text())
    # A colour on its way to another is neither of both, and a message may appear at any moment of the look: what is
    # found while something moves is looked for once more when it has come to rest.
    result = page.evaluate(
        """async () => {
            const moving = () => document.getAnimations().filter((one) =>
                one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime));
            const rest = async () => {
                do {
                    await Promise.all(moving().map((one) => one.finished.catch(() => null)));
                    await new Promise((next) => setTimeout(next, 100));
                } while (moving().length > 0);
            };
            const look = async () => (await axe.run(document, {runOnly: {type: 'tag', values: [
                'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})).violations
                .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
            await rest();
            const found = await look();
            if (found.length === 0) return found;
            await rest();
            return look();
        }"""
    )
    return list(result)
