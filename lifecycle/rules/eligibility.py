"""申請の要件: what an application must have, and what must be there before it is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

import msgspec

from lifecycle.errors import Finding
from lifecycle.programme import ProgrammeVersion
from lifecycle.values import Kind, said, yen


def combination_findings(version: ProgrammeVersion, amounts_yen: Mapping[str, int]) -> list[Finding]:
    """注4: infrastructure only together with a soft or facility project. `amounts_yen`: grant by kind."""
    if not amounts_yen.get(Kind.INFRASTRUCTURE) or any(
        amounts_yen.get(kind) for kind in (Kind.SOFT, Kind.FACILITY)
    ):
        return []
    return [
        Finding(
            rule="infrastructure_combination",
            strength="hard",
            source=version.source_of("infrastructure_combination"),
            message="infrastructure would stand alone: no soft and no facility component has money",
            remedy="put a soft or facility component into the same application, or leave infrastructure out",
        )
    ]


def decided_alone_findings(
    version: ProgrammeVersion, grant: str, amounts_yen: Mapping[str, int]
) -> list[Finding]:
    """注4 on a decision taken elsewhere: a fact, so it is told and not refused. A closed version has no such rule."""
    if version.is_closed:
        return []
    amount_yen = amounts_yen.get(Kind.INFRASTRUCTURE, 0)
    return [
        msgspec.structs.replace(
            finding,
            strength="warning",
            message=f"infrastructure of {yen(amount_yen)} was decided elsewhere with no soft and no facility "
            "component beside it",
            remedy="while it stands alone no change of it is accepted (combination_required); if the same decision has "
            f"another part, take this one back and import it whole: grants revoke {grant} --amount-yen all "
            "--fault circumstances --reason TEXT",
            asked=amount_yen,
        )
        for finding in combination_findings(version, amounts_yen)
    ]


def strategy_findings(version: ProgrammeVersion, strategy: str) -> list[Finding]:
    """地方版総合戦略: the application names the item it carries out (seed G46)."""
    if said(strategy):
        return []
    return [
        Finding(
            rule="strategy_reference",
            strength="hard",
            source=version.source_of("strategy_reference"),
            message="no item of the local comprehensive strategy is named",
            remedy="name it in `strategy`",
        )
    ]


def kpi_findings(
    version: ProgrammeVersion, targets: Mapping[str, Collection[str]], fiscal_years: Iterable[int]
) -> list[Finding]:
    """KPI: at least one, in practice at most four, and a target for every fiscal year of the plan."""
    source = version.source_of("kpi_count")
    fewest, most = version.setting_int("kpi_fewest"), version.setting_int("kpi_most")
    found = []
    if len(targets) < fewest:
        found.append(
            Finding(
                rule="kpi_count",
                strength="hard",
                source=source,
                message=f"{len(targets)} KPIs; at least {fewest} is needed",
                remedy="set a KPI with a start value and a target for every fiscal year",
                limit=fewest,
                asked=len(targets),
            )
        )
    if len(targets) > most:
        found.append(
            Finding(
                rule="kpi_count",
                strength="warning",
                source=version.setting_source("kpi_most"),
                message=f"{len(targets)} KPIs; projects have at most {most} as a rule",
                remedy="keep those that show the effect",
                limit=most,
                asked=len(targets),
                excess=len(targets) - most,
            )
        )
    years = [str(year) for year in fiscal_years]
    missing = {kpi: [year for year in years if year not in given] for kpi, given in targets.items()}
    found += [_target_missing(version, kpi, gaps, len(years)) for kpi, gaps in missing.items() if gaps]
    return found


def continuing_target_findings(
    version: ProgrammeVersion, targets: Mapping[str, Collection[str]], fiscal_year: int
) -> list[Finding]:
    """継続申請: a KPI without a target for the year applied for is told of, where a change has lengthened the plan.

    New targets follow by `revise_target`; without them the year has no class.
    """
    missing = [kpi for kpi, given in targets.items() if str(fiscal_year) not in given]
    found = [_target_missing(version, kpi, [str(fiscal_year)], 1) for kpi in missing]
    return [msgspec.structs.replace(finding, strength="warning") for finding in found]


def _target_missing(version: ProgrammeVersion, kpi: str, gaps: list[str], years: int) -> Finding:
    refuses = version.setting_word("kpi_target_each_year") == "refuse"
    return Finding(
        rule="kpi_target_each_year",
        strength="hard" if refuses else "warning",
        source=version.source_of("kpi_target_each_year"),
        message=f"KPI {kpi} has no target for fiscal year {', '.join(gaps)}",
        remedy="give a target for every fiscal year of the plan: each is verified",
        limit=years,
        asked=years - len(gaps),
    )


def rate_findings(
    version: ProgrammeVersion, component: str, kind: str, rate: Fraction, ministry: str
) -> list[Finding]:
    """補助率: at most the programme's; another one only for infrastructure, and by a named ministry."""
    allowed = version.rate(Kind(kind))
    if rate <= allowed.rate or (allowed.ministry_may_set and said(ministry) and rate <= 1):
        return []
    who = ", or name the ministry whose guidelines set it" if allowed.ministry_may_set else ""
    return [
        Finding(
            rule="rate",
            strength="hard",
            source=allowed.source,
            message=f"component {component}: rate {rate} exceeds {allowed.rate} for {kind}",
            remedy=f"ask for at most {allowed.rate}{who}",
        )
    ]


def share_findings(
    source: str, component: str, cost_yen: int, rate: Fraction, asked_yen: int
) -> list[Finding]:
    """国費: at most cost times rate."""
    most_yen = cost_yen * rate.numerator // rate.denominator
    if asked_yen <= most_yen:
        return []
    return [
        Finding(
            rule="rate",
            strength="hard",
            source=source,
            message=f"component {component}: {yen(asked_yen)} exceed {rate} of {yen(cost_yen)}",
            remedy=f"ask for at most {yen(most_yen)}",
            limit=most_yen,
            asked=asked_yen,
            excess=asked_yen - most_yen,
            room=most_yen,
        )
    ]


def slot_findings(
    version: ProgrammeVersion, round_: str, *, ordinary: int, outside: int, evidence: str
) -> list[Finding]:
    """申請上限件数: 10 new applications of an authority in a round, and 2 more with evidence (seed G40, G41)."""
    rule = "new_applications_outside" if evidence else "new_applications"
    figure, used = version.figure(rule), outside if evidence else ordinary
    if used < figure.value:
        return []
    more = "" if evidence else "; two more are possible with evidence in `outside_limit`"
    return [
        Finding(
            rule=rule,
            strength="hard",
            source=figure.source,
            message=f"round {round_} has {used} new applications {'outside the limit ' if evidence else ''}"
            f"of this authority; the limit is {figure.value}",
            remedy=f"withdraw one of them, or apply in another round{more}",
            limit=figure.value,
            used=used,
            asked=1,
            excess=used + 1 - figure.value,
            room=0,
        )
    ]


def criteria_findings(version: ProgrammeVersion, grant: str, scored: Collection[str]) -> list[Finding]:
    """評価基準: all four are scored, each with a reason (seed G47)."""
    criteria = [member.id for member in version.members("four_criteria")]
    missing = [criterion for criterion in criteria if criterion not in scored]
    if not missing:
        return []
    return [
        Finding(
            rule="four_criteria",
            strength="hard",
            source=version.source_of("four_criteria"),
            message=f"not scored: {', '.join(missing)}",
            remedy=f"an officer scores them: grants score {grant} --criterion {missing[0]} --score 1..5 --reason TEXT",
            limit=len(criteria),
            used=len(criteria) - len(missing),
        )
    ]


def corrected_findings(
    version: ProgrammeVersion, grant: str, scored_before: Collection[str], certified_before: str | None
) -> list[Finding]:
    """What was scored or certified before the application was put right is told of: it was another application.

    `certified_before`: the project whose certificate is of the plan before.
    """
    found = []
    if scored_before:
        found.append(
            Finding(
                rule="four_criteria",
                strength="warning",
                source=version.source_of("four_criteria"),
                message=f"{', '.join(scored_before)}: scored before {grant} was put right",
                remedy=f"score what stands now: grants score {grant} --criterion CRITERION --score 1..5 --reason TEXT",
            )
        )
    if certified_before:
        found.append(
            Finding(
                rule="certified_plan",
                strength="warning",
                source=version.source_of("certified_plan"),
                message=f"the plan of {certified_before} was put right after it was certified",
                remedy=f"certify the amendment: grants amend-plan {certified_before} --certificate-no NO "
                "--content TEXT",
            )
        )
    return found


def certificate_findings(version: ProgrammeVersion, project: str, certificate_no: str) -> list[Finding]:
    """地域再生計画の認定: no money without a certified plan (地域再生法 13条1項)."""
    if certificate_no:
        return []
    return [
        Finding(
            rule="certified_plan",
            strength="hard",
            source=version.source_of("certified_plan"),
            message=f"the plan of {project} is not certified",
            remedy=f"an approver certifies it: grants certify-plan {project} --certificate-no NO",
        )
    ]


def earlier_year_findings(
    version: ProgrammeVersion, project: str, unpublished: Mapping[int, list[str]]
) -> list[Finding]:
    """継続申請: the years up to two before are verified and published. `unpublished`: parts by fiscal year."""
    return [
        Finding(
            rule="earlier_year_published",
            strength="hard",
            source=version.source_of("earlier_year_published"),
            message=f"fiscal year {year} is not published: {', '.join(parts)}",
            remedy=f"publish them: grants publish {project} --fiscal-year {year} --part {parts[0]} --url URL "
            "--digest DIGEST",
            limit=3,
            used=3 - len(parts),
        )
        for year, parts in sorted(unpublished.items())
        if parts
    ]
