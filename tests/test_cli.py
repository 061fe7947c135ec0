"""The commands: what they print, where, and how they end when something is wrong."""

import asyncio
import io
import json
import logging
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from db.engine import Database, sqlite_url
from db.schema import migrate
from tests.ports import held_port
from tests.small_pack import write_pack

SECRET = "7:AAAA-this-is-the-secret-part-of-it"


@dataclass
class Result:
    """How a command ended, and what it printed for programs and for people."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a small pack, which the settings name."""
    for name in ("DATABASE_URL", "TELEGRAM_TOKEN", "BASE_URL", "HOST"):
        monkeypatch.delenv(f"INNOM_{name}", raising=False)
    write_pack(tmp_path)
    monkeypatch.setenv("INNOM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INNOM_PACKS", "liten")
    return tmp_path


@pytest.fixture
def innom(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Result:
        try:
            code = main(arguments)
        except SystemExit as end:  # of argparse
            code = int(end.code or 0)
        return Result(code, *capsys.readouterr())

    return run


def speak(monkeypatch: pytest.MonkeyPatch, lines: bytes) -> None:
    """Types into the terminal."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))


# --- starting with something wrong

WRONG_SETTINGS = [
    ({"INNOM_PORT": "eighty"}, "INNOM_PORT: must be a number from 1 to 65535, not 'eighty'"),
    ({"INNOM_PORT": "0"}, "INNOM_PORT"),
    ({"INNOM_PORT": "65536"}, "INNOM_PORT"),
    ({"INNOM_PORT": "²"}, "INNOM_PORT"),
    ({"INNOM_DATABASE_URL": "mysql://u:hidden@h/d"}, "must begin with sqlite:/// or postgresql://"),
    ({"INNOM_DATABASE_URL": "postgresql://u:hidden@h:x/d"}, "not the address of a database"),
    ({"INNOM_TELEGRAM_TOKEN": "hidden token"}, "INNOM_TELEGRAM_TOKEN: not a token"),
    ({"INNOM_TELEGRAM_TOKEN": SECRET, "INNOM_TELEGRAM_MODE": "webhook"}, "INNOM_TELEGRAM_SECRET"),
    ({"INNOM_TELEGRAM_MODE": "pigeon"}, "INNOM_TELEGRAM_MODE: must be polling or webhook"),
    ({"INNOM_BASE_URL": "chat.example"}, "INNOM_BASE_URL: must begin with https://"),
    ({"INNOM_PACKS": "norge,atlantis"}, "there is no pack `atlantis`"),
    ({"INNOM_PACKS": "../../etc"}, "there is no pack `../../etc`"),
]


@pytest.mark.parametrize(("settings", "words"), WRONG_SETTINGS)
def test_a_wrong_setting_is_named_in_one_line(
    innom: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ended = innom("run")
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert ended.err.count("\n") == 1
    assert "hidden" not in ended.err
    assert SECRET not in ended.err


def test_a_broken_pack_is_named_with_its_line(innom: Run, data: Path) -> None:
    path = data / "packs" / "liten" / "strikkekafe.md"
    path.write_text(path.read_text(encoding="utf-8").replace("topic: seniors", "topic: knitting"))
    for command in (("run",), ("packs", "check"), ("ask", "strikke"), ("chat",)):
        ended = innom(*command)
        assert (ended.code, ended.out) == (2, ""), command
        assert f"{path}:3: " in ended.err, command
        assert "Traceback" not in ended.err
    ended = innom("doctor")
    assert ended.code == 1
    assert f"{path}:3: " in ended.out


def in_the_way(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "file").write_text("in the way")
    monkeypatch.setenv("INNOM_DATA_DIR", str(data / "file"))
    monkeypatch.setenv("INNOM_PACKS", "norge,sandnes")


def below_a_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way(data, monkeypatch)
    monkeypatch.setenv("INNOM_DATA_DIR", str(data / "file" / "below"))


def no_database(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "innom.db").write_bytes(b"a letter to grandmother " * 500)


def a_folder_for_a_database(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "innom.db").mkdir()


def newer_database(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def make() -> None:
        database = Database(sqlite_url(data))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    db = sqlite3.connect(data / "innom.db")
    db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.commit()
    db.close()


def no_server(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNOM_DATABASE_URL", f"postgresql://u:hidden@127.0.0.1:{held_port()}/innom")


def no_host(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNOM_HOST", "256.1.1.1")


CANNOT_START = [
    (in_the_way, "INNOM_DATA_DIR: cannot write in"),
    (below_a_file, "INNOM_DATA_DIR: cannot write in"),
    (no_database, "INNOM_DATABASE_URL: the database cannot be used: file is not a database"),
    (a_folder_for_a_database, "the database cannot be used: unable to open database file"),
    (newer_database, "made by a newer Innom"),
    (no_server, "INNOM_DATABASE_URL: the database cannot be used: "),
    (no_host, "cannot listen on 256.1.1.1"),
]


@pytest.mark.parametrize(("trouble", "words"), CANNOT_START)
def test_what_keeps_it_from_starting_is_said_in_one_line(
    innom: Run,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Path, pytest.MonkeyPatch], None],
    words: str,
) -> None:
    monkeypatch.setenv("INNOM_PORT", str(held_port()))
    trouble(data, monkeypatch)
    ended = innom("run")
    assert (ended.code, ended.out) == (1, "")
    assert words in ended.err
    assert ended.err.count("\n") == 1
    assert "hidden" not in ended.err


# --- asking


def test_ask_tells_what_would_be_answered(innom: Run) -> None:
    ended = innom("ask", "reparere sykkelen min")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("answer sykkelverksted ")
    row = json.loads(innom("ask", "reparere sykkelen min", "--json").out)
    assert (row["outcome"], row["slug"]) == ("answer", "sykkelverksted")
    assert list(row) == ["outcome", "slug", "choices", "need", "signpost", "score", "lang", "ms"]


@pytest.mark.parametrize("text", ["🙂", "\udcff", "<b>&", "13097248022", "a" * 10_000, "\u202e"])
def test_ask_takes_any_text(innom: Run, text: str) -> None:
    ended = innom("ask", text, "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["outcome"]
    assert "13097248022" not in ended.out


def test_ask_without_a_question_says_what_to_give(innom: Run) -> None:
    ended = innom("ask")
    assert (ended.code, ended.out) == (2, "")
    assert "give a question, or --batch" in ended.err


def test_a_batch_keeps_its_order(innom: Run, data: Path) -> None:
    texts = ["reparere sykkelen min", "strikke sammen med andre"] * 20
    lines = [json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)]
    (data / "q.jsonl").write_text("\n".join([*lines, ""]))
    ended = innom("ask", "--batch", str(data / "q.jsonl"))
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["id"] for row in rows] == list(range(40))
    assert [row["slug"] for row in rows] == ["sykkelverksted", "strikkekafe"] * 20
    assert ended.code == 0


BAD_LINES = {
    b"{": "not JSON",
    b"[]": "expected an object with a `text`",
    b'{"text": 7}': "expected an object with a `text`",
    b'{"text": "\xf8"}': "not UTF-8",
    b"[" * 30_000: "not JSON",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_of_a_batch_is_named(innom: Run, data: Path, line: bytes) -> None:
    good = b'{"id": "first", "text": "strikke"}\n'
    (data / "q.jsonl").write_bytes(good + b"\n" + line + b"\n" + good)
    ended = innom("ask", "--batch", str(data / "q.jsonl"))
    assert ended.code == 2
    assert [json.loads(row)["id"] for row in ended.out.splitlines()] == ["first"]
    assert f"line 3: {BAD_LINES[line]}" in ended.err


def test_an_id_of_half_a_character_does_not_end_a_batch(
    innom: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8"))
    (data / "q.jsonl").write_text(r'{"id": "\ud800", "text": "strikke"}')
    assert innom("ask", "--batch", str(data / "q.jsonl")).code == 0
    sys.stdout.flush()
    assert json.loads(written.getvalue())["id"] == "\ud800"


@pytest.mark.parametrize("command", [("check", "--questions"), ("ask", "--batch")])
def test_a_missing_file_is_named(innom: Run, data: Path, command: tuple[str, str]) -> None:
    for path in (data / "missing.jsonl", data):
        ended = innom(*command, str(path))
        assert (ended.code, ended.out) == (2, "")
        assert str(path) in ended.err
        assert ended.err.count("\n") == 1


def test_check_names_a_line_without_a_known_answer(innom: Run, data: Path) -> None:
    (data / "q.jsonl").write_text('{"text": "strikke", "kind": "entry"}\n{"text": "hei"}\n')
    ended = innom("check", "--questions", str(data / "q.jsonl"))
    assert ended.code == 2
    assert "line 2: `kind` must be one of" in ended.err


def test_check_prints_tables(innom: Run, data: Path) -> None:
    line = {"text": "strikke", "kind": "entry", "gold": ["strikkekafe"], "lang": "nb"}
    (data / "q.jsonl").write_text(json.dumps(line))
    ended = innom("check", "--questions", str(data / "q.jsonl"))
    assert ended.code == 0
    assert "entry" in ended.out


# --- packs and doctor


def test_packs_are_listed_checked_and_copied(innom: Run, data: Path) -> None:
    assert {"liten", "norge", "sandnes"} <= set(innom("packs", "list").out.split())
    assert innom("packs", "check").out == "liten: 2 entries, no faults\n"
    copied = innom("packs", "copy", "liten", "--to", "min-by")
    assert (copied.code, copied.out.strip()) == (0, str(data / "packs" / "min-by"))
    assert "min-by" in innom("packs", "list").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("copy",), "name the pack to copy"),
        (("copy", "atlantis"), "there is no such pack"),
        (("copy", "../.."), "there is no such pack"),
        (("copy", "liten"), "is there already; nothing was copied"),
        (("copy", "liten", "--to", "../up"), "a pack's name is small letters"),
        (("delete",), "invalid choice"),
    ],
)
def test_packs_refuses_what_it_cannot_do(
    innom: Run, arguments: tuple[str, ...], words: str
) -> None:
    ended = innom("packs", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


def test_doctor_ends_well_where_nothing_is_broken(innom: Run) -> None:
    ended = innom("doctor")
    assert ended.code == 0
    assert "packs: liten with 2 entries" in ended.out
    assert ended.err == "Innom can run.\n"


@pytest.mark.parametrize("trouble", [no_database, no_server])
def test_doctor_names_a_database_that_is_away(
    innom: Run,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    trouble(data, monkeypatch)
    ended = innom("doctor")
    assert ended.code == 1
    assert "fault    INNOM_DATABASE_URL" in ended.out
    assert "hidden" not in ended.out + ended.err
    assert ended.err == "Something must be mended.\n"


# --- the terminal


def test_a_chat_from_a_pipe_answers_and_ends(
    innom: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(monkeypatch, b"reparere sykkelen min\n1\n\n/xyz\n")
    ended = innom("chat", "--lang", "en")
    assert (ended.code, ended.err) == (0, "")
    assert "Sykkelverksted" in ended.out
    assert "[1]" in ended.out
    assert not (data / "innom.db").exists(), "it keeps nothing"


def test_a_chat_takes_any_line(innom: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [b"a" * 10_000, b"\xff\xfe", "🙂".encode(), b"\x00", b"9" * 5000, "²".encode(), b"<b>&"]
    speak(monkeypatch, b"\n".join([*lines, b"/help", b""]))
    ended = innom("chat", "--lang", "en")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("Liten kommune") >= 2, "the last line is answered too"


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "What is it about?"), ("nb", "Hva gjelder det?"), ("tlh", "Hva gjelder det?")],
)
def test_a_chat_begins_in_the_language_that_is_named(
    innom: Run, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    speak(monkeypatch, b"/topics\n")
    assert words in innom("chat", "--lang", lang).out


def test_help_names_the_commands_and_the_settings(innom: Run) -> None:
    out = innom("--help").out
    for name in ("run", "chat", "ask", "check", "packs", "doctor", "INNOM_PORT", "port to listen"):
        assert name in out


def test_a_full_log_leaves_out_what_happens_every_second(innom: Run) -> None:
    assert innom("--verbose", "packs", "list").code == 0
    assert logging.getLogger("apscheduler.executors.default").getEffectiveLevel() > logging.INFO


def test_an_unknown_command_shows_how_to_use_it(innom: Run) -> None:
    ended = innom("fly")
    assert (ended.code, ended.out) == (2, "")
    assert "usage: innom" in ended.err
