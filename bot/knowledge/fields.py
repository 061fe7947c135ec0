"""Takes typed values out of a parsed YAML mapping and notes every mistake with its line."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from bot.knowledge import limits
from bot.knowledge.frontmatter import LineError, Node

TRUTH = {"true": True, "yes": True, "false": False, "no": False, "": False}


class Fields:
    """The fields of one mapping; what was never asked for is unknown and becomes a problem."""

    def __init__(
        self, values: Mapping[str, Node], path: Path, problems: list[LineError], line: int = 1
    ) -> None:
        self._values, self._path, self._problems, self._line = values, path, problems, line
        self._asked: set[str] = set()

    def line(self, name: str) -> int:
        """The line the field stands on (the mapping's own line when it is missing)."""
        return self._values[name].line if name in self._values else self._line

    def problem(self, name: str, reason: str) -> None:
        """Notes a mistake in the field `name`."""
        self._problems.append(LineError(self._path, self.line(name), reason))

    def text(self, name: str, limit: int = 200, required: bool = False) -> str:
        """One line of plain text of at most `limit` characters."""
        node = self._node(name)
        if node and not isinstance(node.value, str):
            self.problem(name, f"`{name}` must be one text")
        value = node.value.strip() if node and isinstance(node.value, str) else ""
        if required and not value:
            self.problem(name, f"`{name}` is missing")
        return self._plain(value, name, self.line(name), limit)

    def one_of(self, name: str, known: Collection[str], required: bool = True) -> str:
        """A text that must be one of `known`."""
        value = self.text(name, required=required)
        if value and value not in known:
            self.problem(name, f"unknown {name} `{value}`")
        return value

    def texts(self, name: str, limit: int = 300, required: bool = False) -> tuple[str, ...]:
        """A list of texts; a field that is there and required must not be empty."""
        node = self._node(name)
        items = self._items(node, name)
        if required and not items:
            self.problem(name, f"`{name}` is empty")
        found = []
        for item in items:
            value = item.value.strip() if isinstance(item.value, str) else ""
            if not value:
                self._problems.append(LineError(self._path, item.line, f"`{name}`: not a text"))
            found.append(self._plain(value, name, item.line, limit))
        return tuple(found)

    def day(self, name: str) -> date | None:
        """A date as 2026-01-31, or None when the field is empty."""
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.problem(name, f"`{name}`: `{value}` is not a date like 2026-01-31")
            return None

    def number(self, name: str) -> int | None:
        """A whole number, or None when the field is empty."""
        value = self.text(name)
        if value and not value.isdecimal():
            self.problem(name, f"`{name}`: `{value}` is not a number")
            return None
        return int(value) if value else None

    def flag(self, name: str) -> bool:
        """`true` or `false`; false when the field is empty."""
        value = self.text(name)
        if value.lower() not in TRUTH:
            self.problem(name, f"`{name}` must be true or false")
        return TRUTH.get(value.lower(), False)

    def groups(self, name: str) -> dict[str, "Fields"]:
        """A mapping of mappings, each as its own Fields."""
        node = self._node(name)
        found = {}
        inner = node.value if node and isinstance(node.value, dict) else {}
        if node and node.value and not inner:
            self.problem(name, f"`{name}` must be `id: {{...}}` lines")
        for key, child in inner.items():
            values = child.value if isinstance(child.value, dict) else {}
            found[key] = Fields(values, self._path, self._problems, child.line)
        return found

    def rows(self, name: str) -> list["Fields"]:
        """A list of mappings, each as its own Fields."""
        found = []
        for item in self._items(self._node(name), name):
            if not isinstance(item.value, dict):
                reason = f"`{name}` must be a list of `name: value` lines"
                self._problems.append(LineError(self._path, item.line, reason))
            values = item.value if isinstance(item.value, dict) else {}
            found.append(Fields(values, self._path, self._problems, item.line))
        return found

    def by_language(self, name: str, langs: Collection[str], limit: int = 200) -> dict[str, str]:
        """One text for all languages (under ""), or a mapping of language to text."""
        node = self._node(name)
        if not node or not isinstance(node.value, dict):
            return {"": self.text(name, limit, required=True)}
        inner = Fields(node.value, self._path, self._problems, node.line)
        found = {lang: inner.text(lang, limit, required=True) for lang in node.value}
        for lang in set(found) - set(langs):
            inner.problem(lang, f"`{name}`: `{lang}` is not a language of this pack")
        return found

    def finish(self) -> None:
        """Notes every field that no one asked for."""
        for name in self._values:
            if name not in self._asked:
                self.problem(name, f"unknown field `{name}`")

    def _node(self, name: str) -> Node | None:
        self._asked.add(name)
        return self._values.get(name)

    def _items(self, node: Node | None, name: str) -> list[Node]:
        if node is None or node.value == "":
            return []
        if isinstance(node.value, list):
            return node.value
        self.problem(name, f"`{name}` must be a list")
        return []

    def _plain(self, value: str, name: str, line: int, limit: int) -> str:
        if flaw := limits.flaw(value, limit):
            reasons = {
                limits.HTML: f"`{name}`: HTML is not allowed",
                limits.SIGNS: f"`{name}`: signs that cannot be seen are not allowed",
                limits.LONG: f"`{name}` is longer than {limit} characters",
            }
            self._problems.append(LineError(self._path, line, reasons[flaw]))
        return value
