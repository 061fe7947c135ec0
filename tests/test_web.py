"""The chat page's server over a real port: whatever comes in, clear words or a clear refusal."""

import asyncio
import re
import time
from typing import Any

import pytest

from bot.web import chat as chat_module
from bot.web.chat import Chat
from bot.web.page import Page
from db.engine import Database
from tests.site import Site, Tab, bearer, new_token, press, say, words

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
ROUTES = [
    ("GET", "/", 200),
    ("GET", "/?lang=xx", 200),
    ("HEAD", "/", 200),
    ("GET", "/health", 200),
    ("GET", "/static/chat.css", 200),
    ("POST", "/chat/session", 200),
    ("POST", "/chat/send", 401),
    ("GET", "/chat/events", 401),
    ("GET", "/chat/session", 405),
    ("GET", "/nothing", 404),
    ("GET", "/static/nothing.js", 404),
    ("GET", "/static/%2e%2e/page.py", 404),
    ("GET", "/static/..%2fpage.py", 404),
    ("GET", "/.git/config", 404),
    ("POST", "/telegram", 404),
    ("GET", "/chat/socket", 404),
]
TOKENS = ["", "short", "x" * 39, "x" * 65, "with space" * 5, "x" * 40 + "\xe6", "../" * 15, "None"]
BODIES = {
    "nothing": b"",
    "not JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"say"',
    "a number": b"1e400",
    "deep lists": b"[" * 30_000,
    "deep objects": b'{"a":' * 10_000,
    "not UTF-8": b"\xff\xfe{}",
    "too large": b'{"t":"' + b"a" * 70_000 + b'"}',
}
AFTER = ["abc", "-5", "", "9" * 400, "1.5", "NaN", "' OR 1=1--", "%00"]


async def test_every_answer_is_secured_and_sets_no_cookie(site: Site) -> None:
    for method, path, status in ROUTES:
        answer = await site.client.request(method, path)
        found = answer.headers
        assert answer.status_code == status, path
        assert HEADERS.items() <= dict(found).items(), path
        assert "default-src 'none'" in found["content-security-policy"], path
        assert "set-cookie" not in found, path
        assert "server" not in found, path


async def test_where_there_is_no_page_the_way_and_the_phone_are_told(site: Site) -> None:
    answer = await site.client.get("/<b>x", headers={"Accept-Language": "nn"})
    assert (answer.status_code, answer.headers["content-type"][:9]) == (404, "text/html")
    for part in ('<html lang="nn"', 'href="/"', "Gå til chatten", 'href="tel:'):
        assert part in answer.text
    assert "<b>x" not in answer.text


async def test_a_fault_shows_a_number_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: Any) -> str:
        raise ValueError("canary")

    monkeypatch.setattr(Page, "render", stumble)
    answer = await site.client.get("/")
    assert answer.status_code == 500
    assert (found := re.fullmatch(r"Something went wrong\. Number ([0-9a-f]{8})\.", answer.text))
    assert HEADERS.items() <= dict(answer.headers).items()
    assert f"request {found[1]} failed: ValueError" in caplog.text
    assert "canary" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_fault_behind_a_socket_closes_it_and_is_logged(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def stumble(*_: Any) -> None:
        raise ValueError("canary")

    monkeypatch.setattr(Chat, "take", stumble)
    async with site.open(new_token()) as tab:
        await tab.says(say("hello"))
        assert await tab.closed() == 1011
    assert "failed: ValueError" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("path", "accepted", "lang"),
    [
        ("/", "", "nb"),
        ("/", "nn-NO,nn;q=0.9,nb;q=0.8", "nn"),
        ("/", "no", "nb"),
        ("/", "en-GB,en;q=0.5", "en"),
        ("/", "fi,EN", "en"),
        ("/", "xx;;;,,-,*", "nb"),
        ("/", "zz," * 2000, "nb"),
        ("/?lang=en", "nn", "en"),
        ("/?lang=xx", "", "nb"),
        ("/?lang=xx", "nn", "nn"),
        ("/?lang=%00%22%3E%3Cscript%3E", "", "nb"),
        ("/?lang=" + "n" * 2000, "", "nb"),
    ],
)
async def test_the_page_comes_in_a_language_that_is_spoken(
    site: Site, path: str, accepted: str, lang: str
) -> None:
    answer = await site.client.get(path, headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == lang
    assert f'lang="{lang}"' in answer.text
    assert "<script>" not in answer.text


async def test_an_odd_host_does_not_reach_the_policy(site: Site) -> None:
    answer = await site.client.get("/", headers={"Host": "evil.example; script-src *"})
    assert "evil" not in answer.headers["content-security-policy"]


async def test_health_is_told_when_the_database_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Database) -> None:
        raise ConnectionRefusedError

    assert (await site.client.get("/health")).json()["ok"] is True
    with monkeypatch.context() as broken:
        broken.setattr(Database, "read", away)
        answer = await site.client.get("/health")
        assert (answer.status_code, answer.json()) == (503, {"ok": False})
        events = await site.client.get("/chat/events", headers=bearer(new_token()))
        assert events.status_code == 503, "the page tries again"
        assert (await site.client.get("/")).status_code == 200
    assert (await site.client.get("/health")).status_code == 200


@pytest.mark.parametrize("token", TOKENS)
async def test_a_token_of_the_wrong_shape_opens_no_chat(site: Site, token: str) -> None:
    header = {b"Authorization": f"Bearer {token}".strip().encode("latin-1")}
    assert (await site.client.post("/chat/send", headers=header, json={})).status_code == 401
    assert (await site.client.get("/chat/events", headers=header)).status_code == 401
    async with site.dial() as socket:
        tab = Tab(socket)
        await tab.says({"t": "hello", "token": token})
        assert await tab.closed() == 4401


async def test_a_body_that_is_no_frame_is_refused_in_words(site: Site) -> None:
    token = new_token()
    for name, body in BODIES.items():
        answer = await site.client.post("/chat/send", content=body, headers=bearer(token))
        assert answer.status_code == 400, name
        assert answer.json()["text"], name
        assert answer.json()["phone"]["tel"], name
    answer = await site.send(token, say("hello"))
    assert answer.status_code == 200, "the chat goes on"
    assert words((await site.history(token, 1))[0]) == "hello"


async def test_missing_fields_are_refused_in_words(site: Site) -> None:
    for frame in ({}, {"t": "say"}, {"t": "say", "text": "x"}, {"t": "x", "id": "a" * 9}):
        answer = await site.send(new_token(), {**frame, "lang": "en"})
        assert answer.status_code == 422
        assert answer.json()["text"].startswith("That did not arrive as it should.")
        assert answer.json()["phone"]["tel"]


async def test_ten_thousand_letters_are_refused_kindly_and_nothing_is_stored(site: Site) -> None:
    token = new_token()
    for text in ("a" * 10_000, "ø" * 10_000, "🙂" * 10_000):
        answer = await site.send(token, say(text))
        assert answer.status_code == 422
        assert answer.json()["text"].startswith("The text is too long.")
    async with site.open(token) as tab:
        frame = say("a" * 10_000)
        await tab.says(frame)
        refused = await tab.hears("refused")
        assert refused["id"] == frame["id"], "the page knows which text to keep"
        assert refused["text"].startswith("The text is too long.")
        await tab.says(say("short"))
        assert words(await tab.hears("event")) == "short"


async def test_the_whole_chat_works_without_sockets(site: Site) -> None:
    token = (await site.client.post("/chat/session")).json()["token"]
    assert (await site.send(token, say("/topics"))).status_code == 200
    _, topics = await site.history(token, 2)
    data = topics["body"]["buttons"][0][0]["data"]
    assert (await site.send(token, press(data, message=topics["no"]))).status_code == 200
    assert len(await site.history(token, 3)) == 3


async def test_a_frame_that_comes_twice_counts_once(site: Site) -> None:
    token, frame = new_token(), say("/topics")
    for _ in range(3):
        assert (await site.send(token, frame)).status_code == 200
    assert [e["kind"] for e in await site.history(token, 2)] == ["in", "out"]


async def test_a_waiting_request_wakes_on_news(site: Site) -> None:
    token = new_token()
    await site.send(token, say("/topics"))
    last = (await site.history(token, 2))[-1]["no"]
    waiting = asyncio.create_task(site.events(token, last))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    began = time.monotonic()
    await site.send(token, say("news"))
    assert words((await waiting)[0]) == "news"
    assert time.monotonic() - began < chat_module.POLL_SECONDS / 2


async def test_a_request_does_not_wait_for_ever(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_module, "POLL_SECONDS", 0.05)
    assert await site.events(new_token()) == []


async def test_any_number_to_begin_after_is_taken(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_module, "POLL_SECONDS", 0.05)
    token = new_token()
    await site.send(token, say("/topics"))
    await site.history(token, 2)
    for after in AFTER:
        assert len(await site.events(token, after)) in (0, 2), after
    odd: list[Any] = [-1, "x", None, [], {}, True, 1e400, 10**400, 10**30, "٣"]
    for number in odd:
        async with site.open(token, after=number) as tab:
            await tab.says({"t": "ping"})
            assert await tab.hears("pong"), number


async def test_the_token_of_another_shows_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_module, "POLL_SECONDS", 0.05)
    anna, bruno = new_token(), new_token()
    await site.send(anna, say("only mine"))
    await site.history(anna, 2)
    assert await site.events(bruno) == []
    await site.send(bruno, say("/topics"))
    assert "only mine" not in str(await site.history(bruno, 2))
    swapped = anna[:-1] + ("A" if anna[-1] != "A" else "B")
    assert await site.events(swapped) == []
    in_the_url = await site.client.get(f"/chat/events?after=0&token={anna}")
    assert in_the_url.status_code == 401
