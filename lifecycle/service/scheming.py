"""The other schemes: talent cases that live on as grants, donations, the telework registry, tags and targets."""

from __future__ import annotations

from typing import Any

from lifecycle.aggregates import Donation, Grant, Project, TalentHub, TeleworkRecord
from lifecycle.aggregates.base import Created
from lifecycle.aggregates.facts import Asked
from lifecycle.commands.schemes import (
    JoinHub,
    LinkTarget,
    RecordAward,
    RecordDonation,
    RecordHubEvent,
    RecordMatch,
    RegisterOffice,
    RegisterTalentHub,
    SubmitTalentCase,
    TagProject,
)
from lifecycle.errors import BadInput, Finding, NotFound, TooEarly
from lifecycle.programme.authorities import Authority, check_code
from lifecycle.rules import refuse_or_warn
from lifecycle.rules.schemes import (
    cost_kind_findings,
    donation_credits,
    donation_findings,
    talent_share,
)
from lifecycle.schemes import Scheme, scheme
from lifecycle.service.desk import Desk, Office, Outcome, command, rules_of
from lifecycle.service.numbering import next_project
from lifecycle.service.office import rules_digest
from lifecycle.values import Tier, fiscal_year_of, yen

TOKYO = "130001"
"""東京都: not among the 道府県 of seed P02."""


class SchemingRoom(Office):
    """プロ人材・企業版ふるさと納税・テレワーク・地方創生2.0."""

    @command("officer")
    def register_talent_hub(self, command: RegisterTalentHub, desk: Desk) -> Outcome:
        """プロ人材戦略拠点の登録.

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput, AlreadyRecorded.
        """
        prefecture = _prefecture(desk, command.prefecture)
        facts = {"prefecture": prefecture.code, "operator": command.operator}
        stream = f"{prefecture.code}-talent_hub"
        desk.transaction.add(TalentHub.begin(TalentHub.Registered, desk.act, stream, **facts))
        return Outcome(warnings=_tokyo(prefecture), result=facts)

    @command("preparer")
    def submit_talent_case(self, command: SubmitTalentCase, desk: Desk) -> Outcome:
        """プロ人材の 1件: it becomes a grant without caps, scores or certificate (seed P04-P08).

        Raises:
            UnknownAuthority, BadCheckDigit, BadInput, CostKind, TooEarly, RoleMissing.
        """
        prefecture = _prefecture(desk, command.prefecture)
        desk.refuse_other_authority(prefecture.code)
        talent = scheme("protalent")
        if command.cost_on < talent.day("first_day"):
            raise TooEarly(
                f"the scheme began on {talent.day('first_day')}; the cost is of {command.cost_on}",
                Finding(
                    rule="talent_first_day",
                    strength="hard",
                    source=talent.source("first_day"),
                    message=f"cost of {command.cost_on}, before {talent.day('first_day')}",
                    remedy="costs from that day on are eligible",
                ),
            )
        refuse_or_warn(cost_kind_findings(talent, command.match, command.costs), {})
        share = talent_share(talent, command.costs)
        if not share.grant_yen:
            raise BadInput(
                f"the case asks for nothing: {talent.fraction('rate')} of {yen(share.eligible_yen)} is less than a yen"
            )
        grant = _talent_grant(desk, command, prefecture, talent)
        result = {
            "grant": grant.id,
            "eligible_yen": share.eligible_yen,
            "grant_yen": share.grant_yen,
            "own_yen": share.own_yen,
        }
        return Outcome({"grant": grant.id, "project": grant.project}, _tokyo(prefecture), result)

    @command("officer")
    def record_donation(self, command: RecordDonation, desk: Desk) -> Outcome:
        """企業版ふるさと納税: credits by formula; the burden is approximate, never guaranteed.

        Raises:
            UnknownAuthority, BadCheckDigit, DonationTooSmall, HeadOffice, TooLate.
        """
        check_code(command.head_office, desk.act.on)
        authority = check_code(command.authority, desk.act.on)
        tax = scheme("hometown_tax")
        refuse_or_warn(
            donation_findings(
                tax,
                donation_yen=command.amount_yen,
                donated_on=command.donated_on,
                head_office=command.head_office,
                authority=command.authority,
            ),
            {},
        )
        given = {
            "corporate_tax_yen": command.corporate_tax_yen,
            "inhabitant_levy_yen": command.inhabitant_levy_yen,
            "enterprise_tax_yen": command.enterprise_tax_yen,
        }
        earned = donation_credits(tax, donation_yen=command.amount_yen, **given)
        by_tax = {
            "inhabitant_credit_yen": earned.inhabitant_yen,
            "corporate_credit_yen": earned.corporate_yen,
            "enterprise_credit_yen": earned.enterprise_yen,
        }
        number = len(desk.transaction.streams(f"{authority.code}-donation/")) + 1
        stream = f"{authority.code}-donation/{number}"
        donation: Donation = Donation.begin(
            Donation.Recorded,
            desk.act,
            stream,
            firm=command.firm,
            head_office=command.head_office,
            authority=authority.code,
            project=command.project,
            amount_yen=command.amount_yen,
            donated_on=command.donated_on,
            use=command.use,
            **given,
            **by_tax,
        )
        desk.transaction.add(donation)
        result = {**by_tax, "total_credit_yen": earned.total_yen, "burden_yen": earned.burden_yen}
        warnings = [*_ahead(desk, command), *_donation_warnings(desk, command)]
        return Outcome({"donation": stream, "project": command.project}, warnings, result)

    @command("officer")
    def register_office(self, command: RegisterOffice, desk: Desk) -> Outcome:
        """サテライトオフィスの登録.

        Raises:
            UnknownAuthority, BadCheckDigit.
        """
        check_code(command.authority, desk.act.on)
        facts = {"authority": command.authority, "name": command.name, "seats": command.seats}
        return _registered(desk, TeleworkRecord.OfficeRegistered, "office", facts)

    @command("officer")
    def join_hub(self, command: JoinHub, desk: Desk) -> Outcome:
        """地テレ共創ハブへの参加."""
        facts = {"member": command.member, "kind": command.kind}
        return _registered(desk, TeleworkRecord.HubJoined, "member", facts)

    @command("officer")
    def record_match(self, command: RecordMatch, desk: Desk) -> Outcome:
        """マッチングの成果.

        Raises:
            UnknownAuthority, BadCheckDigit.
        """
        check_code(command.authority, desk.act.on)
        facts = {
            "firm": command.firm,
            "authority": command.authority,
            "offices_opened": command.offices_opened,
            "relocated": command.relocated,
            "related_population": command.related_population,
        }
        return _registered(desk, TeleworkRecord.MatchRecorded, "match", facts)

    @command("officer")
    def record_award(self, command: RecordAward, desk: Desk) -> Outcome:
        """アワードの受賞.

        Raises:
            UnknownAuthority, BadCheckDigit.
        """
        for partner in command.partners:
            check_code(partner, desk.act.on)
        facts = {
            "fiscal_year": command.fiscal_year,
            "category": command.category,
            "winner": command.winner,
            "partners": list(command.partners),
        }
        return _registered(desk, TeleworkRecord.AwardRecorded, "award", facts)

    @command("officer")
    def record_hub_event(self, command: RecordHubEvent, desk: Desk) -> Outcome:
        """共創ハブのイベント.

        Raises:
            BadInput: held after the business date.
        """
        if command.held_on > desk.act.on:
            raise BadInput(f"held_on {command.held_on} lies after the business date {desk.act.on}")
        facts = {
            "title": command.title,
            "held_on": command.held_on,
            "participants": command.participants,
        }
        return _registered(desk, TeleworkRecord.EventRecorded, "event", facts)

    @command("preparer")
    def tag_project(self, command: TagProject, desk: Desk) -> Outcome:
        """地方創生2.0 のタグ.

        Raises:
            NotFound, BadInput, AlreadyRecorded, RoleMissing.
        """
        concept = scheme("concept")
        known = [w for name in ("visions", "stances", "pillars") for w in concept.words[name].values]
        if unknown := [tag for tag in command.tags if tag not in known]:
            raise BadInput(f"no tag {', '.join(unknown)}; tags: {', '.join(known)}")
        project = desk.project(command.project)
        project.tag_project(desk.act, tags=list(dict.fromkeys(command.tags)))
        return Outcome({"project": project.id}, result={"tags": project.tags})

    @command("preparer")
    def link_target(self, command: LinkTarget, desk: Desk) -> Outcome:
        """KPI と国の目標 の対応.

        Raises:
            NotFound, BadInput, AlreadyRecorded, RoleMissing.
        """
        targets = scheme("concept").words["targets"].values
        if command.target not in targets:
            raise BadInput(f"no national target {command.target}; targets: {', '.join(targets)}")
        project = desk.project(command.project)
        if command.kpi not in {kpi.id for kpi in project.kpis}:
            raise NotFound(f"project {project.id} has no KPI {command.kpi}")
        project.link_target(desk.act, kpi=command.kpi, target=command.target)
        return Outcome({"project": project.id}, result={"kpi": command.kpi, "target": command.target})


def _prefecture(desk: Desk, code: str) -> Authority:
    authority = check_code(code, desk.act.on)
    if authority.tier is not Tier.PREFECTURE:
        raise BadInput(f"{code} {authority.name_ja} is no prefecture; the scheme runs through prefectures")
    return authority


def _tokyo(prefecture: Authority) -> list[Finding]:
    if prefecture.code != TOKYO:
        return []
    return [
        Finding(
            rule="talent_prefectures",
            strength="warning",
            source=scheme("protalent").source("hubs"),
            message="the scheme names 道府県; 東京都 is not among them",
            remedy="ask the Cabinet Office before deciding",
        )
    ]


def _talent_grant(desk: Desk, command: SubmitTalentCase, prefecture: Authority, talent: Scheme) -> Grant:
    share = talent_share(talent, command.costs)
    rules = rules_of(str(talent.figure["programme"].value))
    year = fiscal_year_of(command.cost_on)
    identifier = next_project(desk.transaction, prefecture.code, year)
    told = {"authority": prefecture.code, "title": f"{command.firm} ({command.match})", "programme": rules.id}
    rate = talent.fraction("rate")
    project = Project.begin(
        Project.Planned,
        desk.act,
        identifier,
        strategy="",
        first_year=year,
        last_year=year,
        components=[],
        kpis=[],
        **told,
    )
    desk.transaction.add(project)
    grant: Grant = Grant.begin(
        Grant.Submitted,
        desk.act,
        f"{identifier}/{year}",
        project=identifier,
        fiscal_year=year,
        application="talent",
        round="",
        slot="",
        slot_limits={},
        outside_limit="",
        rules_sha256=rules_digest(rules),
        tier=prefecture.tier.value,
        strategy="",
        components=[
            Asked(
                id=command.match,
                kind="talent",
                title=", ".join(f"{kind} {cost:,}" for kind, cost in command.costs.items()),
                rate=f"{rate.numerator}/{rate.denominator}",
                eligible_cost_yen=share.eligible_yen,
                requested_yen=share.grant_yen,
            )
        ],
        justifications={},
        windows=[],
        **told,
    )
    desk.transaction.add(grant)
    return grant


def _ahead(desk: Desk, command: RecordDonation) -> list[Finding]:
    """A donation is a fact once it was received; C59 names its day alone, so a later one is told, not refused."""
    if command.donated_on <= desk.act.on:
        return []
    return [
        Finding(
            rule="donation_ahead",
            strength="warning",
            source="lifecycle.md 2.6; contract section 1",
            message=f"donated_on {command.donated_on} lies after the business date {desk.act.on}",
            remedy="check the date; a donation is recorded once it is received",
        )
    ]


def _donation_warnings(desk: Desk, command: RecordDonation) -> list[Finding]:
    project = desk.transaction.find(Project, command.project)
    if project is not None and project.authority == command.authority:
        return []
    return [
        Finding(
            rule="donation_project",
            strength="warning",
            source="seed T01",
            message=f"{command.project} is no project of {command.authority} in this ledger; a credit needs an "
            "approved regional revitalisation project",
            remedy="check the project's approval",
        )
    ]


def _registered(desk: Desk, event: type[Created], kind: str, facts: dict[str, Any]) -> Outcome:
    number = len(desk.transaction.streams(f"telework/{kind}/")) + 1
    stream = f"telework/{kind}/{number}"
    desk.transaction.add(TeleworkRecord.begin(event, desk.act, stream, **facts))
    return Outcome({"record": stream}, result={"record": stream, **facts})
