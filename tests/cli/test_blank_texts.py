"""A text that is asked for says something: what only looks empty is refused like what is empty, in every field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect
from service.life import LIFE

from cli.decode import decode
from cli.forms import unwrapped
from lifecycle.commands import WRITES
from lifecycle.commands.fields import Text
from lifecycle.errors import BadInput
from lifecycle.values import SAYS

BLANK = ["", " ", "\u3000", "\u3000 \u3000", "\t", "\u200b", "\ufeff", "\u00a0", "\u3164", "\u2800"]
SAYING = ["あ", "　あ　", "1", "か\u3099", "葛\U000e0100", "—", "👨\u200d👩\u200d👧"]


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_what_is_not_seen_says_nothing(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Text)


@pytest.mark.parametrize("text", SAYING)
def test_what_is_seen_says_something_and_is_kept_as_it_is(text):
    assert msgspec.convert(text, Text) == text


def texts(form: type) -> Iterator[str]:
    """Fields that hold a text of no other form."""
    for field in inspect.type_info(form).fields:
        kind = unwrapped(field.type)
        if isinstance(kind, inspect.StrType) and kind.pattern == SAYS:
            yield field.encode_name


TOLD = {step.do: step.fields for step in LIFE}
"""Every command that writes, with the fields it needs."""

FIELDS = [(do, field) for do in TOLD for field in texts(WRITES[do])]


def test_there_are_many_in_every_command_there_is():
    assert set(TOLD) == set(WRITES) - {"init"}
    assert len(FIELDS) > 30
    assert ("import_decision", "title") in FIELDS


@pytest.mark.parametrize(("do", "field"), FIELDS)
def test_a_blank_of_japanese_is_refused_in_every_field(do, field):
    fields = {**TOLD[do], **({"event": 1} if "event" in TOLD[do] else {})}
    decode(do, {**fields, field: "あ"})
    with pytest.raises(BadInput) as refused:
        decode(do, {**fields, field: "\u3000"})
    assert refused.value.message.startswith(f"{field}: ")
    assert "a text that says something" in refused.value.message


@pytest.mark.parametrize("blank", ["\u3000", "\u200b"], ids=ascii)
def test_the_titles_and_names_of_an_application_are_texts_too(office, blank):
    document = open_document("application.toml")
    assert office("submit", "-", "--by", "kato", "--on", "2025-05-01", "--dry-run", stdin=document).exit == 0
    for said in (b'title = "', b'name = "'):
        start = document.index(said) + len(said)
        end = document.index(b'"', start)
        changed = document[:start] + blank.encode() + document[end:]
        answer = office("submit", "-", "--by", "kato", "--on", "2025-05-01", stdin=changed)
        assert answer.exit == 2
        assert "says something" in answer.err
        assert answer.out == ""


def open_document(name: str) -> bytes:
    """A file of the transcripts."""
    return Path(__file__).with_name("files").joinpath(name).read_bytes()


@pytest.mark.parametrize("blank", ["\u3000", "\u200b"], ids=ascii)
def test_a_blank_reason_is_none(office, blank):
    """Where a reason is asked for it is refused, and where none is asked for none is kept."""
    words = ["register-officer", "abe", "--name", "阿部", "--roles", "officer", "--by", "sato"]
    assert office(*words, "--on", "2025-04-02", "--reason", blank, "--json").exit == 0
    (event,) = [e for e in office("log", "--json").json if e["stream"] == "officer/abe"]
    assert event["reason"] == ""
    correct = ["correct", "--event", str(event["n"]), "--replacement", "name=安部", "--by", "suzuki"]
    refused = office(*correct, "--on", "2025-04-02", "--reason", blank)
    assert (refused.exit, refused.out) == (1, "")
    assert "refused: reason_missing" in refused.err
