"""The source is tested: size, purity, words, clocks, floats, figures, docstrings, dead code."""

from __future__ import annotations

import ast
import inspect
import re
import statistics
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.aggregates import AGGREGATES, EVENTS

from .source import EVERYTHING, PRODUCT, ROOT, at, files, functions, length, module_of, nodes, tree

MOST_LINES, MOST_FUNCTION_LINES = 400, 70

BANNED = {"obligation", "manager", "helper", "helpers", "util", "utils", "handle", "process"}
"""Words that say nothing (or, of money, the wrong thing): no name is made of them."""

NOT_OURS = {"ProcessPoolExecutor"}
"""Names of the standard library, which has no other name for them."""

UNFINISHED = tuple("".join(letters) for letters in (("TO", "DO"), ("FIX", "ME"), ("X", "XX")))


# ---------------------------------------------------------------------- size


@pytest.mark.parametrize("path", files(*EVERYTHING), ids=at)
def test_a_file_has_at_most_400_lines(path):
    lines = _lines(path)
    assert lines <= MOST_LINES


def test_a_function_has_at_most_70_lines(capsys):
    lengths = {f"{at(path, each)} {each.name}": length(each) for path, each in functions(*EVERYTHING)}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_FUNCTION_LINES} == {}
    product = sorted(length(each) for _, each in functions(*PRODUCT))
    with capsys.disabled():
        print(f"\n{_sizes('functions of the product', product)}")
        print(_sizes("files of the product", sorted(_lines(path) for path in files(*PRODUCT))))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _sizes(what: str, lengths: list[int]) -> str:
    ninth = lengths[len(lengths) * 9 // 10]
    return (
        f"{what}: {len(lengths)}, lines median {statistics.median(lengths)}, p90 {ninth}, max {lengths[-1]}"
    )


# ---------------------------------------------------------------------- replay is pure


@pytest.mark.parametrize("name", EVENTS)
def test_applying_an_event_never_refuses(name):
    """It runs again at every replay: a refusal in it would make old history unloadable under a later rule."""
    aggregate, event = EVENTS[name]
    assert list(_refusing(event.apply, aggregate)) == []


def test_a_refusal_would_be_seen_even_behind_a_method():
    class Refusing:
        def close(self):
            self._really()

        def _really(self):
            raise ValueError

    def apply(self, aggregate):
        aggregate.close()

    assert list(_refusing(apply, Refusing)) == ["_really"]


def _refusing(function: object, aggregate: type) -> Iterator[str]:
    """Names of functions that raise or assert, among this one and the aggregate's methods it calls."""
    waiting, seen = [function], set()
    while waiting:
        each = waiting.pop()
        code = inspect.unwrap(each)
        if code in seen:
            continue
        seen.add(code)
        body = ast.parse(textwrap.dedent(inspect.getsource(code)))
        if any(isinstance(node, (ast.Raise, ast.Assert)) for node in ast.walk(body)):
            yield code.__name__
        waiting += [
            method
            for node in ast.walk(body)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if isinstance(node.func.value, ast.Name) and node.func.value.id in ("aggregate", "self")
            if inspect.isfunction(method := getattr(aggregate, node.func.attr, None))
        ]


# ---------------------------------------------------------------------- words, clocks, floats, figures


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.Name():
            yield node.id
        case ast.arg():
            yield node.arg
        case ast.keyword(arg=str()):
            yield node.arg
        case ast.Attribute():
            yield node.attr
        case ast.alias():
            yield from node.name.split(".")
            yield node.asname or ""


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_name_of_the_product_is_made_of_a_banned_word():
    found = [
        f"{at(path, node)} {name}"
        for path, node in nodes(*PRODUCT)
        for name in _names(node)
        if name not in NOT_OURS and _words(name) & BANNED
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GrantManager", {"grant", "manager"}),
        ("handle_event", {"handle", "event"}),
        ("HTTPUtils", {"http", "utils"}),
        ("contextmanager", {"contextmanager"}),
    ],
)
def test_names_are_read_word_by_word(name, words):
    assert _words(name) == words


CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def test_nobody_but_the_shell_reads_the_clock():
    """Time comes in with a command: `--on`, or the clock that the service was given."""
    found = [
        at(path, node)
        for path, node in nodes("lifecycle", "migrations", "tests")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in CLOCKS
    ]
    assert found == []


def test_no_float_stands_in_the_ledger():
    """Money is whole yen; rates and cuts are exact fractions."""
    found = [
        at(path, node)
        for path, node in nodes("lifecycle")
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    assert found == []


def test_no_yen_are_divided_into_a_float():
    """`//` floors to whole yen; `/` would make a float of them."""
    found = [
        at(path, node)
        for path, node in nodes("lifecycle", "cli")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if any(name.endswith("_yen") for part in ast.walk(node) for name in _names(part))
    ]
    assert found == []


def test_no_figure_of_the_ministry_stands_in_code():
    """Caps and other amounts are rule data. fields.py holds the one bound on any amount; sheets count bytes."""
    found = [
        f"{at(path, node)} {node.value}"
        for path, node in nodes("lifecycle")
        if path.name not in ("values.py", "fields.py") and path.parent.name != "sheets"
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 100_000
    ]
    assert found == []


@pytest.mark.parametrize("path", files(*EVERYTHING), ids=at)
def test_nothing_is_left_for_later(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    left = re.compile(rf"\b({'|'.join(UNFINISHED)})\b")
    assert [f"{at(path)}:{n}" for n, line in enumerate(lines, 1) if left.search(line)] == []


def test_no_test_is_skipped_or_expected_to_fail():
    marks = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        at(path, node)
        for path, node in nodes("tests")
        if isinstance(node, ast.Attribute) and node.attr in marks
        if "pytest" in ast.unparse(node.value)
    ]
    assert found == []


# ---------------------------------------------------------------------- docstrings


def _public(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Public classes, functions and methods; an event's `apply` is told by its class."""
    waiting: list[tuple[str, ast.AST]] = [("", tree(path))]
    while waiting:
        prefix, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if child.name.startswith("_") or child.name == "apply":
                continue
            yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                waiting.append((f"{prefix}{child.name}.", child))


@pytest.mark.parametrize("path", files("lifecycle"), ids=at)
def test_everything_public_says_what_it_is(path):
    assert [name for name, node in _public(path) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", files(*PRODUCT), ids=at)
def test_a_module_says_what_it_is_for(path):
    assert not tree(path).body or ast.get_docstring(tree(path))


# ---------------------------------------------------------------------- dead code


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_is_imported_by_something():
    imported = {name for path in files(*PRODUCT) for name in _imported(path)}
    used = imported | {name.rpartition(".")[0] for name in imported}
    modules = {module_of(path) for path in files("lifecycle")} - {"lifecycle"}
    assert modules - used == set()


def test_every_public_function_and_class_is_used_by_something():
    """Used: named anywhere in the product outside of its own definition, or in a test."""
    used: dict[str, int] = {}
    for _, node in nodes(*EVERYTHING):
        if isinstance(node, (ast.Name, ast.Attribute, ast.alias)):
            for name in _names(node):
                used[name] = used.get(name, 0) + 1
    defined = [
        (path, node)
        for path in files("lifecycle")
        for node in tree(path).body
        if isinstance(node, (ast.ClassDef, ast.FunctionDef))
        if not node.name.startswith("_")
    ]
    unused = [f"{at(path)} {node.name}" for path, node in defined if not used.get(node.name)]
    assert unused == []


# ---------------------------------------------------------------------- nothing of this machine

ELSEWHERE = re.compile(
    "|".join(
        (
            r"(^|[^A-Za-z0-9_.])/(wo" + r"rk|fa" + r"rm|ro" + r"ot|home|Us" + r"ers)/",
            r"/var/t" + r"mp\b",
            r"py" + r"pi\.org|python" + r"hosted\.org|registry\.np" + r"mjs|deb\.deb" + r"ian\.org",
        )
    )
)
IGNORED = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__"}
IGNORED |= {".import_linter_cache", "dist", "node_modules"}


def _texts() -> Iterator[tuple[Path, str]]:
    for path in sorted(ROOT.rglob("*")):
        if path.is_dir() or IGNORED & set(path.relative_to(ROOT).parts) or ".egg-info" in str(path):
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            yield path, content.decode("utf-8", errors="replace")


def test_nothing_names_a_path_of_one_machine_or_a_registry():
    found = [
        f"{at(path)}:{n}"
        for path, text in _texts()
        for n, line in enumerate(text.splitlines(), 1)
        if ELSEWHERE.search(line)
    ]
    assert found == []


def test_every_aggregate_has_a_name_of_its_own():
    assert len({aggregate.TOPIC for aggregate in AGGREGATES}) == len(AGGREGATES)
    assert all(name.startswith(f"{EVENTS[name][0].TOPIC}.") for name in EVENTS)
