"""The chat's socket: foreign pages, broken frames, heavy frames, floods, and lines that break."""

import asyncio
import time
import zlib
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.actions.mind import Mind
from bot.web import chat as chat_module
from tests.site import PATIENCE, Site, Tab, new_token, say, serving, words


async def test_a_page_of_another_site_gets_no_socket(site: Site) -> None:
    origins = [
        None,
        "null",
        "https://evil.example",
        f"http://{site.host}.evil.example",
        f"http://evil.example/{site.host}",
        f"http://evil.example@{site.host}",
        f"http://{site.host}@evil.example",
        f"ftp://{site.host}",
        f"http://localhost:{site.port}",
        f"http://127.0.0.1:{site.port + 1}",
        "http://127.0.0.1",
        "http://[",
        "http://",
        "file://",
    ]
    for origin in origins:
        with pytest.raises(InvalidStatus) as refused:
            async with site.dial(origin):
                pass
        assert refused.value.response.status_code == 403, origin


async def test_a_first_frame_that_is_no_hello_is_refused(site: Site) -> None:
    for first in ("", "{", "[]", "null", "1", "[" * 20_000, '{"t":"hello"}', b"\x00", "{}"):
        async with site.dial() as socket:
            await socket.send(first)
            assert await Tab(socket).closed() == 4401, first


async def test_a_later_frame_that_is_no_frame_closes_that_socket_alone(site: Site) -> None:
    token = new_token()
    async with site.open(token) as other:
        for frame in ("{", "[]", "null", '"x"', "[" * 20_000, b"{}", "", '{"a":' * 9_000):
            async with site.open(token) as tab:
                await tab.socket.send(frame)
                assert await tab.closed() == 1003, frame
        await other.says(say("hello"))
        assert words(await other.hears("event")) == "hello"


async def test_a_frame_with_wrong_fields_is_refused_and_the_socket_stays(site: Site) -> None:
    async with site.open(new_token(), lang=["nb"]) as tab:
        for frame in (
            {"t": "say"},
            {"t": "say", "id": "\ud800" * 9, "text": "x"},
            {"t": "say", "id": {"a": 1}, "text": "x"},
            {"t": "say", "id": "a-good-id", "text": float("nan")},
            {"t": ["say"], "id": "a-good-id", "text": "x"},
            {"t": "press", "id": "a-good-id", "data": "x" * 65, "message": 0},
            {"t": "lang", "lang": {"a": []}, "id": 1e400},
            {"__proto__": {"t": "say"}},
        ):
            await tab.says({"lang": "en", **frame})
            heard = await tab.hears("event" if frame.get("t") == "lang" else "refused")
            assert heard.get("text") or heard.get("body"), frame
        await tab.says(say("still here"))
        await tab.hears("ack")


async def test_a_socket_that_says_nothing_is_closed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_module, "HELLO_SECONDS", 0.05)
    async with site.dial() as socket:
        assert await Tab(socket).closed() == 1008


async def test_a_socket_that_goes_before_it_speaks_is_no_fault(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        async with site.dial():
            pass
    async with site.open(new_token()) as tab:
        await tab.says({"t": "ping"})
        assert await tab.hears("pong")
    assert "failed" not in caplog.text


async def test_reconnecting_shows_each_event_once(site: Site) -> None:
    token = new_token()
    async with site.open(token) as tab:
        await tab.says(say("/topics"))
        seen = [(await tab.hears("event"))["no"] for _ in range(2)]
    await site.send(token, say("/topics", id="while-away"))
    async with site.open(token, after=seen[-1]) as tab:
        later = [(await tab.hears("event"))["no"] for _ in range(2)]
        await tab.says(say("/topics", id="while-away"))  # the page did not hear of it
        await tab.hears("ack")
        await tab.says({"t": "ping"})
        assert await tab.hears("pong")
    assert seen + later == [1, 2, 3, 4]
    assert [e["no"] for e in await site.history(token, 4)] == [1, 2, 3, 4]


async def test_a_reload_shows_the_whole_chat(site: Site) -> None:
    token = new_token()
    for text in ("one", "two"):
        await site.send(token, say(text))
    await site.history(token, 4)
    async with site.open(token, after=0) as tab:
        shown = [await tab.hears("event") for _ in range(4)]
    assert sorted(words(e) for e in shown if e["kind"] == "in") == ["one", "two"]


async def test_a_restart_keeps_the_chat(tmp_path: Path, norway: Mind) -> None:
    token = new_token()
    async with serving(tmp_path, norway) as site:
        await site.send(token, say("before"))
        before = await site.history(token, 2)
    async with serving(tmp_path, norway) as site:
        assert await site.history(token, 2) == before
        await site.send(token, say("after"))
        assert [e["no"] for e in await site.history(token, 4)] == [1, 2, 3, 4]


async def test_clearing_is_told_to_every_open_page(site: Site) -> None:
    token = new_token()
    async with site.open(token) as one, site.open(token) as two:
        await one.says(say("hello"))
        for tab in (one, two):
            await tab.hears("event", kind="out")
        await one.says({"t": "clear", "id": "clear-this-chat", "lang": "en"})
        for tab in (one, two):
            assert (await tab.hears("event", kind="clear"))["no"] == 3
    assert "hello" not in str(await site.events(token))


async def test_a_choice_of_language_is_taken_each_time(site: Site) -> None:
    for n in range(12):
        token = new_token()
        frame = {"t": "lang", "lang": "nn" if n % 2 else "en"}
        assert (await site.send(token, frame)).status_code == 200
    assert (await site.history(token, 1))[0]["lang"] == "nn"


async def test_a_flood_from_one_socket_does_not_slow_another(site: Site) -> None:
    flooder, other = new_token(), new_token()
    async with site.open(flooder) as flood:
        for _ in range(200):
            await flood.says(say("/topics"))
        began = time.monotonic()
        await site.send(other, say("/topics"))
        await site.history(other, 2)
        assert time.monotonic() - began < PATIENCE / 2
        answered = [e for e in await site.events(flooder) if e["kind"] == "out"]
        assert len(answered) < 100, "the flood waits"


def header(length: int, *, last: bool = True, opcode: int = 1, packed: bool = False) -> bytes:
    """The head of a client's frame, with a mask of zeros."""
    first = (0x80 if last else 0) | (0x40 if packed else 0) | opcode
    return bytes([first, 0x80 | 127]) + length.to_bytes(8, "big") + bytes(4)


def heavy(kind: str) -> list[bytes]:
    """Bytes that would become 64 MB if the server took them."""
    size, piece = 64 * 2**20, bytes(2**16)
    if kind == "one frame":
        return [header(size)] + [piece] * (size // len(piece))
    if kind == "many pieces":
        pieces = [header(len(piece), last=False, opcode=0) + piece] * (size // len(piece))
        return [header(len(piece), last=False) + piece, *pieces]
    packer = zlib.compressobj(wbits=-15)
    body = b"".join(packer.compress(piece) for _ in range(size // len(piece)))
    body += packer.flush(zlib.Z_SYNC_FLUSH)
    return [header(len(body[:-4]), packed=True) + body[:-4]]


@pytest.mark.parametrize("kind", ["one frame", "many pieces", "packed"])
async def test_a_frame_of_64_megabytes_is_refused_in_little_memory(
    tmp_path: Path, norway: Mind, kind: str
) -> None:
    """Nothing is read or built beside it, which would take memory, too."""
    async with serving(tmp_path, Mind(norway.base, norway.understander)) as site:
        await refuses(site, heavy(kind))


async def refuses(site: Site, chunks: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    lines = [
        "GET /chat/socket HTTP/1.1",
        f"Host: {site.host}",
        f"Origin: http://{site.host}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Extensions: permessage-deflate",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    before = psutil.Process().memory_info().rss
    most = before
    try:
        for chunk in chunks:
            writer.write(chunk)
            await asyncio.wait_for(writer.drain(), PATIENCE)
            most = max(most, psutil.Process().memory_info().rss)
    except (ConnectionError, TimeoutError):
        pass
    try:
        said = await asyncio.wait_for(reader.read(), PATIENCE)
    except ConnectionError:
        said = b""
    writer.close()
    most = max(most, psutil.Process().memory_info().rss)
    assert most - before < 24 * 2**20
    if said:
        assert said[:1] == b"\x88"
        assert int.from_bytes(said[2:4], "big") == 1009
    assert (await site.client.get("/health")).status_code == 200


async def test_a_frame_above_the_limit_closes_with_1009(site: Site) -> None:
    async with site.open(new_token()) as tab:
        with suppress(ConnectionClosed):  # it may close while we still send
            await tab.says(say("a" * chat_module.MAX_FRAME))
        assert await tab.closed() == 1009
