"""What one place on the network may do, and whose address counts behind a web server."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed

from bot.channels.pace import Pace
from bot.serve import make_server
from bot.web import places
from bot.web.places import place_of
from tests.site import PATIENCE, Site, Tab, bearer, new_token, say

SCHOOL, HOME = "192.0.2.1", "192.0.2.2"


def at(place: str) -> dict[str, str]:
    """What the web server in front says of a visitor."""
    return {"X-Forwarded-For": place}


async def send(site: Site, place: str, token: str, text: str = "hello") -> httpx.Response:
    headers = {**bearer(token), **at(place)}
    return await site.client.post("/chat/send", json=say(text), headers=headers)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chats may begin in each place, and five frames come from it."""
    monkeypatch.setattr(places, "NEW_CHATS", 2)
    monkeypatch.setattr(places, "FRAMES_AT_ONCE", 5)
    monkeypatch.setattr(places, "FRAMES_A_SECOND", 0.001)


async def test_new_keys_are_no_way_around_the_pace(few: None, site: Site) -> None:
    known = new_token()
    answers = [await send(site, SCHOOL, key) for key in (known, new_token(), new_token())]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "try again soon, or call" in answers[2].json()["text"]
    assert answers[2].json()["phone"]["tel"]
    assert (await send(site, SCHOOL, known)).status_code == 200, "a chat that began goes on"
    assert (await send(site, HOME, new_token())).status_code == 200


async def test_who_is_held_back_still_gets_help_in_danger(few: None, site: Site) -> None:
    for _ in range(2):
        await send(site, SCHOOL, new_token())
    answer = await send(site, SCHOOL, new_token(), "I want to kill myself")
    assert (answer.status_code, "113" in answer.json()["text"]) == (429, True)


async def test_a_socket_that_is_held_back_says_so(few: None, site: Site) -> None:
    async with site.dial(additional_headers=at(SCHOOL)) as socket:
        for _ in range(2):
            await send(site, SCHOOL, new_token())
        tab = Tab(socket)
        await tab.says({"t": "hello", "token": new_token()})
        await tab.says(say("hello"))
        assert "try again soon" in (await tab.hears("refused"))["text"]


async def test_one_place_says_so_much_at_once(few: None, site: Site) -> None:
    token = new_token()
    status = [(await send(site, SCHOOL, token)).status_code for _ in range(6)]
    assert status == [*[200] * 5, 429]
    assert (await send(site, HOME, new_token())).status_code == 200


async def test_one_place_has_so_many_open_lines(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(places, "OPEN_LINES", 1)
    here: dict[str, Any] = {"additional_headers": at(SCHOOL)}
    async with site.dial(**here):
        async with site.dial(**here) as second:
            assert await Tab(second).closed() == 1013
        headers = {**bearer(new_token()), **at(SCHOOL)}
        polled = await site.client.get("/chat/events?after=0", headers=headers)
        assert polled.status_code == 429
        async with site.dial(additional_headers=at(HOME)) as other:
            assert await still_open(other)
    async with asyncio.timeout(PATIENCE):
        while not await may_open(site, here):  # whoever goes leaves room
            await asyncio.sleep(0.05)
    assert caplog.text.count("INNOM_TRUSTED_PROXIES") == 1
    assert SCHOOL not in caplog.text


async def still_open(socket: Any) -> bool:
    tab = Tab(socket)
    await tab.says({"t": "hello", "token": new_token()})
    return bool(await tab.hears("pong"))


async def may_open(site: Site, options: dict[str, Any]) -> bool:
    async with site.dial(**options) as socket:
        try:
            return await still_open(socket)
        except ConnectionClosed:
            return False


async def test_this_machine_itself_is_not_held_back(few: None, site: Site) -> None:
    for _ in range(4):
        assert (await site.send(new_token(), say("hello"))).status_code == 200


def test_a_refusal_costs_nothing_and_ends_by_itself() -> None:
    pace = Pace(burst=2, per_second=1)
    asked = [pace.has_one("school", second) for second in (0, 0, *[0.5] * 50, 1.0)]
    assert asked == [True, True, *[False] * 50, True]


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        (None, ""),
        ("testclient", "testclient"),
    ],
)
def test_the_place_of_an_address(host: str | None, place: str) -> None:
    assert place_of(host) == place


async def who_asks(proxies: tuple[str, ...], sender: str) -> str:
    """Whom a page sees, and how it was asked, where `sender` claims to speak for another."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        seen = Request(scope)
        assert seen.client
        await PlainTextResponse(f"{seen.client.host} {seen.url.scheme}")(scope, receive, send)

    server = make_server(page, proxies)  # type: ignore[arg-type]
    server.config.load()
    transport = httpx.ASGITransport(app=server.config.loaded_app, client=(sender, 1))
    headers = {"X-Forwarded-For": f"198.51.100.7, {SCHOOL}", "X-Forwarded-Proto": "https"}
    async with httpx.AsyncClient(transport=transport, base_url="http://innom") as client:
        return (await client.get("/", headers=headers)).text


@pytest.mark.parametrize(
    ("proxies", "sender", "seen"),
    [
        (("127.0.0.1",), "127.0.0.1", f"{SCHOOL} https"),
        (("127.0.0.1",), "10.0.0.5", "10.0.0.5 http"),
        (("10.0.0.0/24",), "10.0.0.5", f"{SCHOOL} https"),
        (("10.0.0.5", SCHOOL), "10.0.0.5", "198.51.100.7 https"),
    ],
)
async def test_a_trusted_proxy_alone_says_who_asks(
    proxies: tuple[str, ...], sender: str, seen: str
) -> None:
    assert await who_asks(proxies, sender) == seen
