"""IATI 2.03: one activity for each project, with its commitments and payments as transactions.

A return is a payment of a negative value on its day. The publisher's identifier is given by who holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from lifecycle.exports.awards import FUNDER, NEEDS, Award, awards
from lifecycle.reports.view import View
from lifecycle.values import fiscal_year_ends

__all__ = ["NEEDS", "pieces"]

COMMITMENT, DISBURSEMENT = "2", "3"
FUNDING, IMPLEMENTING = "1", "4"
GOVERNMENT, LOCAL_GOVERNMENT = "10", "11"
IMPLEMENTATION, FINALISATION, CLOSED, CANCELLED = "2", "3", "4", "5"
MULTISECTOR = "43010"


def pieces(view: View, publisher: str) -> Iterator[bytes]:
    """The document, project by project; elements in the order that the schema gives them."""
    for line in _lines(view, publisher):
        yield line.encode() + b"\n"


def _lines(view: View, publisher: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<iati-activities version="2.03" generated-datetime="{view.on}T00:00:00+09:00">'
    for project, grants in groupby(awards(view), lambda award: award.project):
        yield from _activity(project, list(grants), publisher)
    yield "</iati-activities>"


def _activity(project: str, grants: list[Award], publisher: str) -> Iterator[str]:
    head = grants[-1]
    yield '<iati-activity default-currency="JPY" xml:lang="ja">'
    yield f"<iati-identifier>{escape(publisher)}-{project}</iati-identifier>"
    yield f'<reporting-org ref={quoteattr(publisher)} type="{GOVERNMENT}">{_narrative(FUNDER)}</reporting-org>'
    yield f"<title>{_narrative(head.title)}</title>"
    yield f'<description type="1">{_narrative(head.description)}</description>'
    yield (
        f'<participating-org role="{FUNDING}" type="{GOVERNMENT}" ref={quoteattr(publisher)}>'
        f"{_narrative(FUNDER)}</participating-org>"
    )
    yield (
        f'<participating-org role="{IMPLEMENTING}" type="{LOCAL_GOVERNMENT}">'
        f"{_narrative(head.authority_name or head.authority)}</participating-org>"
    )
    yield f'<activity-status code="{_status(grants)}"/>'
    yield f'<activity-date type="1" iso-date="{head.first_year}-04-01"/>'
    yield f'<activity-date type="3" iso-date="{fiscal_year_ends(head.last_year)}"/>'
    yield '<recipient-country code="JP" percentage="100"/>'
    yield f'<sector vocabulary="1" code="{MULTISECTOR}" percentage="100"/>'
    for grant in grants:
        yield _transaction(COMMITMENT, grant.decided_on, grant.awarded_yen, f"交付決定 {grant.grant}")
        for paid in grant.payments:
            what = "返納" if paid["in_yen"] else "支払"
            yield _transaction(
                DISBURSEMENT, paid["on"], paid["out_yen"] - paid["in_yen"], f"{what} {grant.grant}"
            )
    yield "</iati-activity>"


def _status(grants: list[Award]) -> str:
    statuses = {grant.status for grant in grants}
    if statuses == {"closed"}:
        return CLOSED
    if statuses <= {"revoked", "abolished"}:
        return CANCELLED
    return FINALISATION if statuses <= {"closed", "settled", "reported"} else IMPLEMENTATION


def _transaction(code: str, on: str, value_yen: int, text: str) -> str:
    return (
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="{on}"/>'
        f'<value currency="JPY" value-date="{on}">{value_yen}</value>'
        f"<description>{_narrative(text)}</description></transaction>"
    )


def _narrative(text: str) -> str:
    return f"<narrative>{escape(text)}</narrative>"
