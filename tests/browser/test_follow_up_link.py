"""A link that invites to a follow-up: shown, not used, and gone from the address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from .real_server import RealServer
from .steps import ask

pytestmark = pytest.mark.browser

TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    made = RealServer(tmp_path_factory.mktemp("data"))
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("open_already", [False, True])
def test_a_link_is_looked_at_and_leaves_the_address(
    page: Page, server: RealServer, open_already: bool
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if open_already:
        page.goto(server.url)
    page.goto(f"{server.url}#join={TOKEN}")
    expect(page.locator("#log .out").last).to_contain_text("116 117")
    assert "join" not in page.url
    assert not [url for url in asked if TOKEN in url.partition("#")[0]]
    assert TOKEN not in page.content()
    page.reload()
    ask(page, "takk")
    expect(page.locator("#log .out")).to_have_count(3)  # the hello, the look, the thanks
