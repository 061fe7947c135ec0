"""Reads the YAML that staff write: small, plain, with the line of every value.

Values are built from the parser's events and every scalar stays a string, so `NO` and `on` are
words; anchors, aliases, tags and repeated keys are refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 5  # the deepest of our own files has three levels
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser is ten times as fast

Value: TypeAlias = "str | list[Node] | dict[str, Node]"


class LineError(Exception):
    """One mistake in a pack: `line` counts from 1."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file, self.line, self.reason = file, line, reason

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file and the line it stands on."""

    value: Value
    line: int


def read_text(path: Path) -> str:
    """The file's text; raises LineError when it is too large or not UTF-8."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise LineError(path, 1, f"the file is larger than {MAX_BYTES // 1024} kB")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LineError(path, line, "the file is not UTF-8") from None


def parse(text: str, path: Path, first_line: int = 1) -> Mapping[str, Node]:
    """A mapping from YAML text; `first_line` is the line of the file that the text begins on."""
    try:
        root = _build(_events(text, path, first_line), path)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "not readable"
        raise LineError(path, line, f"YAML: {reason}") from None
    if not isinstance(root.value, dict):
        raise LineError(path, root.line, "expected `name: value` lines")
    return root.value


def split(text: str, path: Path) -> tuple[Mapping[str, Node], str, int]:
    """Front matter, body, and the line the body begins on, of one Markdown file."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise LineError(path, 1, "the file does not begin with ---")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            head = parse("\n".join(lines[1:number]), path, 2)
            return head, "\n".join(lines[number + 1 :]), number + 2
    raise LineError(path, 1, "the front matter is not closed by ---")


Event = tuple[yaml.Event, int]


def _events(text: str, path: Path, first_line: int) -> Iterator[Event]:
    """Content events with their lines; refuses what a pack does not need."""
    for event in yaml.parse(text, Loader=LOADER):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if getattr(event, "anchor", None):
            raise LineError(path, line, "anchors and aliases are not allowed")
        if getattr(event, "tag", None):
            raise LineError(path, line, "tags are not allowed")
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event, line


def _build(events: Iterator[Event], path: Path, depth: int = 0) -> Node:
    event, line = next(events, (None, 1))
    return _node(event, line, events, path, depth) if event else Node({}, 1)


def _node(event: yaml.Event, line: int, events: Iterator[Event], path: Path, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise LineError(path, line, "nested too deeply")
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(_items(events, path, depth + 1), line)
    if isinstance(event, yaml.MappingStartEvent):
        return Node(_fields(events, path, depth + 1), line)
    return Node(str(getattr(event, "value", "")), line)


def _items(events: Iterator[Event], path: Path, depth: int) -> list[Node]:
    found = []
    for event, line in events:
        if isinstance(event, yaml.CollectionEndEvent):
            break
        found.append(_node(event, line, events, path, depth))
    return found


def _fields(events: Iterator[Event], path: Path, depth: int) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for event, line in events:
        if isinstance(event, yaml.CollectionEndEvent):
            break
        key = _node(event, line, events, path, depth).value
        if not isinstance(key, str):
            raise LineError(path, line, "a name must be a word")
        if key in found:
            raise LineError(path, line, f"`{key}` is given twice")
        found[key] = _build(events, path, depth)
    return found
