"""The rulebook is complete: each refusal that an aggregate's command names has a test that reaches it.

Tests are read, not run: `.when("approve", …).then_refused("same_officer")` in `tests/aggregates`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping

import pytest

from lifecycle import errors
from lifecycle.aggregates import AGGREGATES
from lifecycle.commands import WRITES
from lifecycle.errors import Refusal

from .source import files, tree

NEVER_REFUSED = {"record_support", "correct"}
"""A fact that stands by itself, and what the service has judged: it alone sees the event corrected."""


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each command that an aggregate judges, and the codes of the refusals its docstring names."""
    for aggregate in AGGREGATES:
        for name, method in inspect.getmembers(aggregate, inspect.isfunction):
            if name in WRITES:
                yield name, tuple(_codes(inspect.getdoc(method) or ""))


def _codes(docstring: str) -> Iterator[str]:
    for word in re.findall(r"\b[A-Z][A-Za-z]+\b", docstring.partition("Raises:")[2]):
        refusal = getattr(errors, word, None)
        if inspect.isclass(refusal) and issubclass(refusal, Refusal):
            yield refusal.code


def told() -> tuple[set[str], set[tuple[str, str]]]:
    """Commands whose acceptance is tested, and pairs of a command and the code it is refused with."""
    done, refused = set(), set()
    for function in _functions():
        named = dict(_stories(function))
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            command = _command_of(node.func.value, named)
            if command and node.func.attr in ("then", "then_holds"):
                done.add(command)
            if command and node.func.attr == "then_refused":
                refused.add((command, ast.literal_eval(node.args[0])))
    return done, refused


def _functions() -> Iterator[ast.FunctionDef]:
    for path in files("tests/aggregates"):
        yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def _stories(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """`story = given().when("x")`: the chain ends with `when`, and the story goes on by its name."""
    for node in function.body:
        if isinstance(node, ast.Assign) and (command := _command_of(node.value, {})):
            yield from ((target.id, command) for target in node.targets if isinstance(target, ast.Name))


def _command_of(node: ast.AST, named: Mapping[str, str]) -> str | None:
    """The command of the last `.when(…)` in a chain of calls, or of the story that the chain begins with."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "when":
            return node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        node = node.func.value
    return named.get(node.id) if isinstance(node, ast.Name) else None


DONE, REFUSED = told()
COMMANDS = list(commands())


def test_the_commands_of_the_aggregates_are_found():
    names = {command for command, _ in COMMANDS}
    assert names >= {"approve", "settle", "certify_plan", "close_year", "register_officer", "order_return"}
    assert ("approve", "same_officer") in REFUSED


@pytest.mark.parametrize(("command", "codes"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_is_accepted_and_refused_for_each_reason_it_names(command, codes):
    assert codes or command in NEVER_REFUSED
    assert command in DONE
    assert {code for code in codes if (command, code) not in REFUSED} == set()
