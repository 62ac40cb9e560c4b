"""360Giving: awards in the 360Giving JSON form, one object for each grant.

The publisher's prefix comes from whoever registers it; authorities have no registered identifiers in that scheme, so
theirs are the publisher's prefix and the local-government code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from lifecycle.exports.awards import FUNDER, NEEDS, Award, awards
from lifecycle.reports.view import View

__all__ = ["NEEDS", "pieces"]


def pieces(view: View, publisher: str) -> Iterator[bytes]:
    """The document, grant by grant. Amounts are whole yen, as JSON numbers."""
    beginning = b'{"grants":[\n'
    for award in awards(view):
        yield beginning + msgspec.json.encode(_grant(award, publisher))
        beginning = b",\n"
    yield (beginning if beginning.startswith(b"{") else b"") + b"\n]}\n"


def _grant(award: Award, publisher: str) -> dict[str, Any]:
    return {
        "id": f"{publisher}-{award.grant}",
        "title": award.title,
        "description": award.description,
        "currency": "JPY",
        "amountAppliedFor": award.requested_yen,
        "amountAwarded": award.awarded_yen,
        "amountDisbursed": award.disbursed_yen,
        "awardDate": award.decided_on,
        "plannedDates": [{"startDate": award.starts_on, "endDate": award.ends_on}],
        "recipientOrganization": [
            {"id": f"{publisher}-LG-{award.authority}", "name": award.authority_name or award.authority}
        ],
        "fundingOrganization": [{"id": f"{publisher}-CAO", "name": FUNDER}],
        "grantProgramme": [{"code": award.programme, "title": award.programme_name}],
        "beneficiaryLocation": [{"name": award.authority_name, "countryCode": "JP"}],
    }
