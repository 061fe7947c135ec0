"""A full disk, as the system reports it to the whole program: nobody is left without a word.

The limit on the size of files stands in for it: every write of the program to a file then fails.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from bot.channels.visitors import new_token
from bot.cli import main
from tests.office import CSRF, text_of
from tests.site import bearer, say, words
from tests.test_start import Program, program

__all__ = ["program"]

pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="limits of another process are known on Linux alone"
)


@contextmanager
def full_disk(program: Program) -> Iterator[None]:
    """As long as the block lasts, the program can write into no file."""
    pid, hard = program.process.pid, resource.RLIM_INFINITY
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_people_and_staff_are_told_and_nothing_acknowledged_is_lost(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INNOM_DATA_DIR", str(program.folder))
    headers, frame = bearer(new_token()), say("/topics")
    with httpx.Client(base_url=program.url, trust_env=False, timeout=60) as client:

        def send(said: dict[str, object]) -> httpx.Response:
            return client.post("/chat/send", json=said, headers=headers)

        assert send(say("before")).status_code == 200
        with full_disk(program):
            refused = send(frame)
            assert refused.status_code == 503
            assert refused.json()["text"].startswith("We cannot take messages just now.")
            assert refused.json()["phone"]["tel"]
            helped = send(say("jeg vil ta livet mitt", lang="nb"))
            assert helped.status_code == 503
            assert "116 123" in helped.json()["text"]

            client.cookies.set("innom-staff-language", "en")
            found = CSRF.search(client.get("/staff/sign-in").text)
            assert found, "a page that only reads is served"
            tried = {"csrf": found[1], "email": "admin@localhost", "password": "a wrong one"}
            page = client.post("/staff/sign-in", data=tried)
            assert page.status_code == 503
            assert "Nothing of what you sent was saved" in text_of(page.text)

            assert main(["staff", "add", "a@example.org", "--name", "A", "--role", "host"]) == 1
            assert "the database cannot be used" in capsys.readouterr().err
            assert main(["backup", str(program.folder / "copy.db")]) == 1
            assert "the copy was not made" in capsys.readouterr().err
            assert list(program.folder.glob("copy.db*")) == []
        assert send(frame).status_code == 200, "sent again, it counts"
        assert send(frame).status_code == 200
        shown: list[str] = []
        while len(shown) < 4:  # each question waits for events, and the server's end is a failure
            asked = client.get("/chat/events", headers=headers)
            shown = [words(event) for event in asked.json()["events"]]
    assert shown.count("before") == shown.count("/topics") == 1
    assert not any("livet mitt" in said for said in shown), "it was not acknowledged"
    code, _, err = program.stop()
    assert code == 0
    assert "Traceback" not in err
