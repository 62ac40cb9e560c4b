"""Where in a TOML text each key stands, so that a wrong figure is reported with its line.

The standard TOML parser forgets positions. This scanner runs only when a file has faults, over a text the
parser has accepted (or rejected at a known place), so it follows the grammar loosely and never refuses.
"""

from __future__ import annotations

import re

_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''[\s\S]*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'", re.DOTALL
)
_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_BARE = re.compile(r"[^,\]}\n#]*")


def key_lines(text: str) -> dict[str, int]:
    """Line number (from 1) of every key path of a TOML text, e.g. `cap[3].limit_yen`."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


def line_of(lines: dict[str, int], path: str) -> int:
    """Line of a path, or of the nearest enclosing one: a missing key is reported at its table."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return 1


def key_at(text: str, line: int) -> str:
    """The key or table name written on a line, for a text that does not parse; "" when there is none."""
    rows = text.splitlines()
    if not 0 < line <= len(rows):
        return ""
    found = re.match(r"""\s*\[{0,2}\s*([\w."'-]+)\s*(?:=|\])""", rows[line - 1])
    return found.group(1) if found else ""


class _Scan:
    """One pass over one text; `lines` fills as it goes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.table = ""
        self.lines: dict[str, int] = {}
        self.lengths: dict[str, int] = {}

    def document(self) -> None:
        while self._skip() < len(self.text):
            before = self.at
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
            if self.at == before:  # not TOML: step on rather than stand still
                self.at += 1

    def _skip(self) -> int:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _note(self, path: str, at: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, at) + 1)

    def _keys(self) -> list[str]:
        parts = []
        while found := _KEY.match(self.text, self.at):
            parts.append(found.group(1).strip("\"'"))
            self.at = found.end()
            if not found.group(2):
                break
        return parts

    def _header(self) -> None:
        start = self.at
        listed = self.text.startswith("[[", start)
        self.at += 2 if listed else 1
        *parents, last = self._keys() or [""]
        path = ""
        for part in parents:
            path = self._latest(_join(path, part))
        path = _join(path, last)
        if listed:
            self._note(path, start)
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = f"{path}[{self.lengths[path] - 1}]"
        else:
            path = self._latest(path)
        self.table = path
        self._note(path, start)
        self._to_line_end()

    def _latest(self, path: str) -> str:
        return f"{path}[{self.lengths[path] - 1}]" if path in self.lengths else path

    def _to_line_end(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _pair(self, parent: str) -> None:
        start = self.at
        path = parent
        for part in self._keys():
            path = _join(path, part)
            self._note(path, start)
        self._spaces()
        if self.text.startswith("=", self.at):
            self.at += 1
            self._value(path)
        else:
            self._to_line_end()

    def _spaces(self) -> None:
        while self.text[self.at : self.at + 1] in {" ", "\t"}:
            self.at += 1

    def _value(self, path: str) -> None:
        self._spaces()
        first = self.text[self.at : self.at + 1]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline(path)
        else:
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = found.end() if found else self.at

    def _array(self, path: str) -> None:
        self.at += 1
        index = 0
        while self._skip() < len(self.text) and self.text[self.at] != "]":
            before = self.at
            self._note(f"{path}[{index}]", self.at)
            self._value(f"{path}[{index}]")
            index += 1
            if self.at == before:
                break
        self.at += 1

    def _inline(self, path: str) -> None:
        self.at += 1
        while self._skip() < len(self.text) and self.text[self.at] != "}":
            before = self.at
            self._pair(path)
            if self.at == before:
                break
        self.at += 1


def _join(parent: str, part: str) -> str:
    return f"{parent}.{part}" if parent else part
