"""The source as its own tests read it: files, syntax trees, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("lifecycle", "cli", "migrations")
EVERYTHING = (*PRODUCT, "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Python files of these folders of the project, in order."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of the files of these folders."""
    for path in files(*folders):
        for node in ast.walk(tree(path)):
            yield path, node


def functions(*folders: str) -> Iterator[tuple[Path, Function]]:
    """Every function and method."""
    for path, node in nodes(*folders):
        if isinstance(node, Function):
            yield path, node


def length(function: Function) -> int:
    """Lines of a function from its `def` to its end, docstring included; a table above it is no part of it."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def at(path: Path, node: ast.AST | None = None) -> str:
    """Where a finding is, from the project's root."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
