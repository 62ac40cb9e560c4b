"""An event is a fact: it holds exactly its own fields, by name, and nothing changes it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import FrozenInstanceError, fields
from datetime import date
from typing import Any

import pytest

from lifecycle.aggregates import EVENTS, UNRECORDED, Act, Event


class Measured(Event):
    """One field from the start, and one that came later with what it was before."""

    TOPIC = "test.measured"

    value: int
    unit: str = "yen"


def measured(**facts: Any) -> Measured:
    act = Act("officer", date(2025, 5, 1))
    base = {"originator_id": "s", "originator_version": 2, "timestamp": UNRECORDED, "act": act}
    return Measured(**{**base, **facts})


def test_an_event_holds_the_facts_it_was_given() -> None:
    event = measured(value=7, unit="ha")
    assert (event.value, event.unit, event.originator_id, event.originator_version) == (7, "ha", "s", 2)


def test_a_fact_that_came_later_has_its_default() -> None:
    assert measured(value=7) == measured(value=7, unit="yen")


def test_a_fact_that_is_missing_is_named() -> None:
    with pytest.raises(TypeError, match=r"Measured: .*value"):
        measured(unit="ha")


def test_what_is_none_of_its_facts_is_named() -> None:
    with pytest.raises(TypeError, match=r"Measured: .*valeu"):
        measured(value=7, valeu=8)


@pytest.mark.parametrize("name", ["value", "originator_version", "unheard_of"])
def test_an_event_can_not_be_changed(name: str) -> None:
    event = measured(value=7)
    with pytest.raises(FrozenInstanceError, match=name):
        setattr(event, name, 8)
    with pytest.raises(FrozenInstanceError, match=name):
        delattr(event, name)
    assert event == measured(value=7)


def test_events_are_equal_by_class_and_facts() -> None:
    class Weighed(Measured):
        """The same facts under another name."""

        TOPIC = "test.weighed"

    assert measured(value=7) == measured(value=7) != measured(value=8)
    assert measured(value=7) != Weighed(**vars(measured(value=7)))
    assert measured(value=7) == deepcopy(measured(value=7))


def test_an_event_says_what_it_holds() -> None:
    assert repr(measured(value=7)).startswith("Measured(")
    assert "value=7" in repr(measured(value=7))


@pytest.mark.parametrize("topic", sorted(EVENTS))
def test_every_stored_event_knows_its_fields(topic: str) -> None:
    """The entries are written and read by them."""
    _, event_class = EVENTS[topic]
    names: list[str] = [field.name for field in fields(event_class)]  # type: ignore[arg-type]
    assert {"originator_id", "originator_version", "timestamp", "act"} <= set(names)
    with pytest.raises(TypeError, match=event_class.__qualname__):
        event_class()
