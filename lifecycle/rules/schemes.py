"""Rules of the other schemes: talent cases and donation credits, by formula (lifecycle.md 2.5, 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lifecycle.errors import Finding
from lifecycle.schemes import Scheme
from lifecycle.values import is_prefecture, yen


@dataclass(frozen=True, slots=True)
class TalentShare:
    """プロ人材 1件: eligible cost, grant, and what the firm bears."""

    eligible_yen: int
    grant_yen: int

    @property
    def own_yen(self) -> int:
        """企業負担."""
        return self.eligible_yen - self.grant_yen


def talent_share(scheme: Scheme, costs_yen: Mapping[str, int]) -> TalentShare:
    """min(floor(cost x 8/10), 500,000) (seed P05, P06)."""
    eligible_yen = sum(costs_yen.values())
    rate = scheme.fraction("rate")
    exact_yen = eligible_yen * rate.numerator // rate.denominator
    return TalentShare(eligible_yen, min(exact_yen, scheme.yen("most_per_case_yen")))


def talent_change_findings(scheme: Scheme, committed_yen: int, after_yen: int) -> list[Finding]:
    """A case that is raised stays within what a case is given at most; one that is lowered asks nothing (seed P06)."""
    limit_yen = scheme.yen("most_per_case_yen")
    if after_yen <= max(limit_yen, committed_yen):
        return []
    room_yen = max(0, limit_yen - committed_yen)
    return [
        Finding(
            rule="talent_case",
            strength="hard",
            source=scheme.source("most_per_case_yen"),
            message=f"{yen(after_yen)} exceed the most of a case, {yen(limit_yen)}, by {yen(after_yen - limit_yen)}",
            remedy=f"raise it by at most {yen(room_yen)}; another match of the firm is a case of its own",
            limit=limit_yen,
            used=committed_yen,
            asked=after_yen - committed_yen,
            excess=after_yen - limit_yen,
            room=room_yen,
        )
    ]


def cost_kind_findings(scheme: Scheme, match: str, costs_yen: Mapping[str, int]) -> list[Finding]:
    """Side job: pay, travel, referral fee; full time: the referral fee alone (seed P07, P08)."""
    allowed = scheme.words[match].values
    return [
        Finding(
            rule="cost_kind",
            strength="hard",
            source=scheme.source(match),
            message=f"{kind} ({yen(cost_yen)}) is no eligible cost of a {match} match; eligible: {', '.join(allowed)}",
            remedy="leave it out",
            asked=cost_yen,
        )
        for kind, cost_yen in costs_yen.items()
        if kind not in allowed
    ]


@dataclass(frozen=True, slots=True)
class Credits:
    """税額控除 of a donation, and the burden that is left (approximate, never guaranteed)."""

    inhabitant_yen: int
    corporate_yen: int
    enterprise_yen: int
    deduction_yen: int
    donation_yen: int

    @property
    def total_yen(self) -> int:
        """税額控除の合計."""
        return self.inhabitant_yen + self.corporate_yen + self.enterprise_yen

    @property
    def burden_yen(self) -> int:
        """企業負担 (approx.)."""
        return self.donation_yen - self.total_yen - self.deduction_yen


def donation_credits(
    scheme: Scheme,
    *,
    donation_yen: int,
    corporate_tax_yen: int,
    inhabitant_levy_yen: int,
    enterprise_tax_yen: int,
) -> Credits:
    """法人住民税 first, 法人税 for the rest of the 40 %, 法人事業税 20 %; each floored to a yen (seed T03-T08)."""

    def part(amount_yen: int, name: str) -> Fraction:
        return amount_yen * scheme.fraction(name)

    inhabitant_yen = int(
        min(part(donation_yen, "inhabitant_share"), part(inhabitant_levy_yen, "inhabitant_levy_share"))
    )
    rest = part(donation_yen, "inhabitant_share") - inhabitant_yen
    corporate_yen = int(
        min(rest, part(donation_yen, "corporate_share"), part(corporate_tax_yen, "corporate_tax_share"))
    )
    enterprise_yen = int(
        min(part(donation_yen, "enterprise_share"), part(enterprise_tax_yen, "enterprise_tax_share"))
    )
    deduction_yen = int(part(donation_yen, "deduction_share"))
    return Credits(inhabitant_yen, corporate_yen, enterprise_yen, deduction_yen, donation_yen)


def donation_findings(
    scheme: Scheme, *, donation_yen: int, donated_on: date, head_office: str, authority: str
) -> list[Finding]:
    """The smallest donation, the last day, and never to the authority of the head office (lifecycle.md 2.6)."""
    found = []
    smallest_yen, last_day = scheme.yen("smallest_yen"), scheme.day("last_day")
    if donation_yen < smallest_yen:
        found.append(
            Finding(
                rule="donation_smallest",
                strength="hard",
                source=scheme.source("smallest_yen"),
                message=f"{yen(donation_yen)} are below the smallest donation of {yen(smallest_yen)}",
                remedy=f"give at least {yen(smallest_yen)}",
                limit=smallest_yen,
                asked=donation_yen,
            )
        )
    if head_office == authority or (is_prefecture(authority) and head_office[:2] == authority[:2]):
        found.append(
            Finding(
                rule="donation_head_office",
                strength="hard",
                source=scheme.source("smallest_yen"),
                message=f"the firm's head office lies in {authority} itself",
                remedy="donate to another authority",
            )
        )
    if donated_on > last_day:
        found.append(
            Finding(
                rule="donation_last_day",
                strength="hard",
                source=scheme.source("last_day"),
                message=f"donated on {donated_on}; the scheme ends on {last_day}",
                remedy="no credit is given after it, unless the law is extended",
            )
        )
    return found
