"""The line finder knows where each key of a TOML text stands, however the text is laid out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from lifecycle import programme
from lifecycle.programme.toml_lines import key_at, key_lines, line_of

TEXT = '''# head
a = 1 # a comment with [brackets] and = signs
"b c" = "text = [[not a table]]"
long = """
[[cap]]
x = 1
"""
raw = \'\'\'
y = 2 \'\'\'
list = [
  { p = 1, q = { r = "}" } },
  { p = 2 }, # the second
]
d.e.f = 2025-04-01

[[cap]]
id = 1
[cap.deep]
z = 1
[[cap]]
id = 2

[table.inner]
k = "#"
end = [1, 2]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a", 2),
        ("b c", 3),
        ("long", 4),
        ("raw", 8),
        ("list", 10),
        ("list[0].p", 11),
        ("list[0].q.r", 11),
        ("list[1].p", 12),
        ("d.e.f", 14),
        ("cap[0]", 16),
        ("cap[0].id", 17),
        ("cap[0].deep", 18),
        ("cap[0].deep.z", 19),
        ("cap[1]", 20),
        ("cap[1].id", 21),
        ("table.inner", 23),
        ("table.inner.k", 24),
        ("table.inner.end[1]", 25),
    ],
)
def test_a_key_is_found_on_its_line(path, line):
    assert key_lines(TEXT)[path] == line


def test_text_inside_strings_is_no_key():
    assert "x" not in key_lines(TEXT)
    assert "y" not in key_lines(TEXT)
    assert "cap[2]" not in key_lines(TEXT)


@pytest.mark.parametrize(
    ("path", "line"), [("cap[1].source", 20), ("table.inner.k.none", 24), ("none", 1), ("cap[9].id", 16)]
)
def test_a_missing_key_is_found_at_what_encloses_it(path, line):
    assert line_of(key_lines(TEXT), path) == line


@pytest.mark.parametrize(
    "file", sorted(Path(programme.__file__).parent.glob("*.toml")), ids=lambda file: file.stem
)
def test_every_key_of_the_published_files_is_found(file):
    text = file.read_text(encoding="utf-8")
    rows = text.splitlines()
    for path in paths(tomllib.loads(text), ""):
        row = rows[key_lines(text)[path] - 1]
        assert path.rpartition(".")[2].partition("[")[0] in row


def paths(value: object, path: str) -> list[str]:
    if isinstance(value, dict):
        inner = [(f"{path}.{key}" if path else key, inside) for key, inside in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{index}]", inside) for index, inside in enumerate(value)]
    else:
        return [path]
    return [found for name, inside in inner for found in paths(inside, name)]


@pytest.mark.parametrize(
    "text", ["", "=", "[", "[[", "a", "a =", "a = [", "a = {", 'a = "', "]\n}\n", "a = [1 2]\n= 3", "\x00"]
)
def test_a_text_that_is_not_toml_does_not_stop_the_finder(text):
    assert isinstance(key_lines(text), dict)


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a = 1", 1, "a"),
        ("x\n[rule.b]", 2, "rule.b"),
        ("[[cap]]", 1, "cap"),
        ("nothing", 1, ""),
        ("a = 1", 9, ""),
    ],
)
def test_the_key_of_a_line_that_does_not_parse(text, line, key):
    assert key_at(text, line) == key
