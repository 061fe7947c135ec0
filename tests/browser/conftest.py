"""Fixtures for tests in a real browser: `browser`, `page`, `axe`, and the fake server `chat`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .fake_server import FakeServer
from .people import PATIENCE, PHONE_SCREEN, People
from .town_hall import TownHall, open_hall

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Text contrast of 7:1 is an AAA rule; it is ours too.
OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
# A target that is just passing under the sticky head looks small: it is measured again in sight.
RUN_AXE = """async ([options, skip]) => {
  const found = await axe.run(skip ? {exclude: [[skip]]} : document, options);
  const small = found.violations.find(rule => rule.id === 'target-size');
  if (!small) return found;
  const stillSmall = async node => {
    const shown = document.querySelector(node.target[0]);
    if (!shown) return false;
    shown.scrollIntoView({block: 'nearest'});
    return (await axe.run(node.target[0], {runOnly: ['target-size']})).violations.length;
  };
  const nodes = [];
  for (const node of small.nodes) if (await stillSmall(node)) nodes.push(node);
  small.nodes = nodes;
  return found;
}"""

expect.set_options(timeout=PATIENCE)


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("INNOM_REQUIRE_BROWSER") == "1":
            pytest.fail("INNOM_REQUIRE_BROWSER=1, but there is no chromium on the PATH")
        pytest.skip("needs chromium on the PATH")
    return found


# Not for the whole session: while it runs, playwright holds an event loop in this thread, and the
# async tests of the other folders need the thread free.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    path = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page on a small phone. The test fails on a script error or a breach of the policy."""
    context = browser.new_context(viewport=PHONE_SCREEN, locale="nb-NO", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """Returns `axe(page)`: the violations found on the page, one line each; none is good.

    `skip` is a selector of parts that were checked before.
    """

    def check(page: Page, skip: str = "") -> list[str]:
        page.wait_for_load_state()  # with its styles
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE)
        found: dict[str, Any] = page.evaluate(RUN_AXE, [OPTIONS, skip])
        return [
            f"{broken['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:300]}"
            for broken in found["violations"]
            for node in broken["nodes"]
        ]

    return check


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """The whole program, with a clock that the tests move; one for each file of tests."""
    with open_hall(tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.fixture
def people(browser: Browser, hall: TownHall, axe: Callable[..., list[str]]) -> Iterator[People]:
    """Citizens and staff with browsers of their own. The test fails on an error in one of them."""
    with People(browser, hall, axe) as made:
        yield made
    assert not made.wrong


@pytest.fixture
def chat() -> Iterator[FakeServer]:
    """A fake chat server of its own for each test."""
    with FakeServer().running() as server:
        yield server
