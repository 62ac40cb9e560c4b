"""The rulebook is complete: each refusal that an aggregate's command names has a test that reaches it.

Tests are read, not run: `.when("approve", …).then_refused("same_officer")` in `tests/aggregates`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest

from lifecycle import errors
from lifecycle.aggregates import AGGREGATES
from lifecycle.commands import WRITES
from lifecycle.errors import Refusal

from .source import files, tree


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
    for path in files("tests/aggregates"):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            command = _command_before(node.func.value)
            if node.func.attr in ("then", "then_holds") and command:
                done.add(command)
            if node.func.attr == "then_refused" and command:
                refused.add((command, ast.literal_eval(node.args[0])))
    return done | _accepted_in_two_steps(), refused


def _command_before(node: ast.AST) -> str | None:
    """The command of the last `.when(…)` in a chain of calls."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "when":
            return node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        node = node.func.value
    return None


def _accepted_in_two_steps() -> set[str]:
    """`story = given().when("x"); story.then(…)`: the chain ends with `when`, the story goes on by name."""
    found = set()
    for path in files("tests/aggregates"):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            names = {
                target.id: command
                for node in function.body
                if isinstance(node, ast.Assign) and (command := _command_before(node.value))
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            found |= {
                names[node.func.value.id]
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                if node.func.attr in ("then", "then_holds")
                if isinstance(node.func.value, ast.Name) and node.func.value.id in names
            }
    return found


DONE, REFUSED = told()
COMMANDS = list(commands())


def test_the_commands_of_the_aggregates_are_found():
    names = {command for command, _ in COMMANDS}
    assert names >= {"approve", "settle", "certify_plan", "close_year", "register_officer", "order_return"}
    assert ("approve", "same_officer") in REFUSED


@pytest.mark.parametrize(("command", "codes"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_is_accepted_and_refused_for_each_reason_it_names(command, codes):
    assert codes
    assert command in DONE
    assert {code for code in codes if (command, code) not in REFUSED} == set()
