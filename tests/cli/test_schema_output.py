"""The schema: one for every command, from the same definition as options and batch lines."""

from __future__ import annotations

import re

import pytest

from cli.decode import form_of
from lifecycle.commands import ALL, READS


def patterns(value) -> list[str]:
    if isinstance(value, list):
        return [found for part in value for found in patterns(part)]
    if not isinstance(value, dict):
        return []
    own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
    return own + [found for part in value.values() for found in patterns(part)]


def test_the_schema_has_every_command(shell):
    schema = shell.ok("schema").json
    references = [one["$ref"].rpartition("/")[2] for one in schema["oneOf"]]
    assert references == [form.__name__ for form in ALL.values()]
    assert [name for name in references if name not in schema["$defs"]] == []


@pytest.mark.parametrize("do", ALL)
def test_a_command_s_schema_has_its_fields(do, shell):
    schema = shell.ok("schema", do.replace("_", "-")).json
    form = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    fields = {field.encode_name: field for field in form_of(do).fields}
    assert set(form["properties"]) == {"do", *fields} | ({"id"} if do in READS else set())
    assert form["required"] == ["do", *(name for name, field in fields.items() if field.required)]
    assert form["additionalProperties"] is False
    assert form["properties"]["do"] == {"enum": [do]}


def test_patterns_are_read_alike_by_every_schema_reader(shell):
    found = patterns(shell.ok("schema").json)
    assert found
    assert [pattern for pattern in found if r"\Z" in pattern or not re.compile(pattern)] == []
