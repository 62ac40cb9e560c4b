"""訂正: which recorded words may be put right by a later event, and what that changes in the state.

Only words that no sum, status or deadline hangs on, and KPI values before they are verified. Money is changed
by the command that made it: a change, a settlement, a revocation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lifecycle.aggregates.base import Act, Event

Put = Callable[[Any, str, str], None]
"""Puts a value in its place: aggregate, the key within it (a KPI, a part, a body; "" for none), value."""


def _attribute(name: str) -> Put:
    def put(aggregate: Any, key: str, value: str) -> None:
        del key
        setattr(aggregate, name, value)

    return put


def _record(collection: str, name: str) -> Put:
    def put(aggregate: Any, key: str, value: str) -> None:
        records = getattr(aggregate, collection)
        records[key] = replace(records[key], **{name: value})

    return put


def _entry(collection: str) -> Put:
    def put(aggregate: Any, key: str, value: str) -> None:
        getattr(aggregate, collection)[key] = value

    return put


def _improvement(name: str) -> Put:
    def put(aggregate: Any, key: str, value: str) -> None:
        del key
        aggregate.improvement = replace(aggregate.improvement, **{name: value})

    return put


CORRECTABLE: dict[str, tuple[str, dict[str, Put]]] = {
    "grant.submitted": ("", {"title": _attribute("title")}),
    "grant.resubmitted": ("", {"title": _attribute("title")}),
    "grant.decision_imported": ("", {"title": _attribute("title")}),
    "grant.approved": ("", {"decision_no": _attribute("decision_no")}),
    "project.planned": ("", {"title": _attribute("title"), "strategy": _attribute("strategy")}),
    "project.plan_revised": ("", {"title": _attribute("title"), "strategy": _attribute("strategy")}),
    "project.imported": ("", {"title": _attribute("title")}),
    "project.plan_certified": ("", {"certificate_no": _attribute("certificate_no")}),
    "project.plan_amended": ("", {"certificate_no": _attribute("certificate_no")}),
    "project_year.measured": ("kpi", {"actual": _entry("actuals")}),
    "project_year.effect_verified": (
        "body",
        {"meeting": _record("verifications", "meeting"), "opinion": _record("verifications", "opinion")},
    ),
    "project_year.evaluated": ("", {"cause": _attribute("cause")}),
    "project_year.improvement_planned": (
        "",
        {"measures": _improvement("measures"), "owner": _improvement("owner")},
    ),
    "project_year.published": (
        "part",
        {"url": _record("published", "url"), "digest": _record("published", "digest")},
    ),
}
"""By stored event name: the field that names the record within the aggregate, and the fields that may be corrected."""

REPLACED_BY = {
    "grant.submitted": "grant.resubmitted",
    "grant.resubmitted": "grant.resubmitted",
    "project.planned": "project.plan_revised",
    "project.plan_revised": "project.plan_revised",
    "project.plan_certified": "project.plan_amended",
    "project.plan_amended": "project.plan_amended",
    "project_year.measured": "project_year.measured",
    "project_year.evaluated": "project_year.evaluated",
    "project_year.improvement_planned": "project_year.improvement_planned",
}
"""A later event of this name (and key) says the words anew: then it is the one to be corrected."""


def put_right(aggregate: Any, event_type: str, key: str, replacement: dict[str, str]) -> None:
    """Apply a correction (called by events only)."""
    for field, value in replacement.items():
        CORRECTABLE[event_type][1][field](aggregate, key, value)


class Correctable:
    """An aggregate of which words can be put right; its `Corrected` says which event that is."""

    Corrected: type[Event]

    if TYPE_CHECKING:

        def trigger(self, event_class: type[Event], act: Act, **facts: Any) -> None:
            """See `Aggregate.trigger`."""

    def correct(
        self,
        act: Act,
        *,
        event: int,
        event_type: str,
        key: str,
        replacement: dict[str, str],
        was: dict[str, str],
    ) -> None:
        """訂正 of an event of this stream, judged by the service: it alone sees the event corrected."""
        self.trigger(
            self.Corrected,
            act,
            event=event,
            event_type=event_type,
            key=key,
            replacement=replacement,
            was=was,
        )
