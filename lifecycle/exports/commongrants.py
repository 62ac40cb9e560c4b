"""CommonGrants: rounds as opportunities, decided grants as awards. Amounts are decimal strings there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

import msgspec

from lifecycle.aggregates import Round
from lifecycle.exports.awards import FUNDER, NEEDS, Award, awards
from lifecycle.nightly.folding import history_of
from lifecycle.programme import version
from lifecycle.projections.shape import History
from lifecycle.reports.view import View
from lifecycle.store import histories

__all__ = ["NEEDS", "pieces"]

LEDGER = UUID("6f1d2a34-6a0e-5d1c-9d0c-9a4b5b1f2c77")
"""Namespace of the ids: the same record has the same id in every export."""

STATUSES = {"closed": "completed", "settled": "completed", "revoked": "cancelled", "abolished": "cancelled"}


def pieces(view: View, publisher: str) -> Iterator[bytes]:
    """The document: opportunities, then awards one by one."""
    rounds = [_opportunity(history, view, publisher) for history in _rounds(view)]
    yield b'{"opportunities":' + msgspec.json.encode(rounds) + b',"awards":['
    beginning = b"\n"
    for award in awards(view):
        yield beginning + msgspec.json.encode(_award(award, view, publisher))
        beginning = b",\n"
    yield b"\n]}\n"


def _rounds(view: View) -> Iterator[History]:
    stored = histories.by_stream(view.log, view.n, effective_on=view.point.effective_on, beginning="round/")
    for stream, events in groupby(stored, lambda one: one.stream):
        yield history_of(stream, events)


def _id(publisher: str, name: str) -> str:
    return str(uuid5(LEDGER, f"{publisher} {name}"))


def _opportunity(history: History, view: View, publisher: str) -> dict[str, Any]:
    found = history.aggregate
    assert isinstance(found, Round)  # noqa: S101 - the stream begins with `round/`
    rules = version(found.programme)
    return {
        "id": _id(publisher, history.stream),
        "title": f"{rules.name_ja} {found.round}",
        "description": f"{rules.name_ja}の募集（{found.round}）",
        "status": {"value": _standing(found, view.on)},
        "keyDates": {
            "postDate": _date("受付開始", found.opens_on.isoformat()),
            "closeDate": _date("締切", found.closes_on.isoformat()),
        },
        "acceptedApplicantTypes": [{"value": "government_state"}, {"value": "government_municipal"}],
        "createdAt": history.told[0].recorded_at,
        "lastModifiedAt": history.told[-1].recorded_at,
    }


def _standing(found: Round, on: date) -> str:
    if on < found.opens_on:
        return "forecasted"
    return "open" if on <= found.closes_on else "closed"


def _award(award: Award, view: View, publisher: str) -> dict[str, Any]:
    stored = list(histories.of_streams(view.log, [award.grant], view.n))
    status = STATUSES.get(award.status, "awarded")
    body: dict[str, Any] = {
        "id": _id(publisher, award.grant),
        "title": award.title,
        "description": award.description,
        "status": {"value": status, "description": award.status},
        "funding": {
            "requestedAmount": _money(award.requested_yen),
            "awardedAmount": _money(award.awarded_yen),
            "disbursedAmount": _money(award.disbursed_yen),
        },
        "keyDates": {
            "awardDate": _date("交付決定", award.decided_on),
            "periodOfPerformance": {
                "name": f"{award.fiscal_year}年度",
                "eventType": "dateRange",
                "startDate": award.starts_on,
                "endDate": award.ends_on,
            },
        },
        "funders": {"primary": {"id": _id(publisher, "CAO"), "name": FUNDER}},
        "recipientOrganizations": {
            "primary": {
                "id": _id(publisher, award.authority),
                "name": award.authority_name or award.authority,
            }
        },
        "createdAt": stored[0].recorded_at,
        "lastModifiedAt": stored[-1].recorded_at,
    }
    if award.round:
        title = f"{award.programme_name} {award.round}"
        body["opportunity"] = {"id": _id(publisher, f"round/{award.round}"), "title": title}
    return body


def _money(amount_yen: int) -> dict[str, str]:
    return {"amount": str(amount_yen), "currency": "JPY"}


def _date(name: str, on: str) -> dict[str, str]:
    return {"name": name, "eventType": "singleDate", "date": on}
