"""The application itself (contract section 5) and the commands that bring it to a decision."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from lifecycle.commands.fields import (
    Authority,
    Command,
    ComponentId,
    CriterionName,
    Decimal,
    FiscalYear,
    Grant,
    Justifications,
    KindName,
    Points,
    ProgrammeId,
    Project,
    RateText,
    Round,
    SectorName,
    Text,
    YenOrNone,
)


class YearCost(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One fiscal year of a component: cost, and the share asked for when it is not cost times rate."""

    fiscal_year: FiscalYear
    eligible_cost_yen: YenOrNone
    grant_yen: YenOrNone | None = None


class Item(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """経費の内訳: one line of a component's cost."""

    id: ComponentId
    name: Text
    fiscal_year: FiscalYear
    cost_yen: YenOrNone


class Component(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """構成事業: one soft, facility or infrastructure part of a project."""

    id: ComponentId
    kind: KindName
    title: Text
    rate: RateText | None = None
    ministry: Annotated[str, Meta(max_length=400)] = ""
    years: Annotated[list[YearCost], Meta(min_length=1)]
    items: list[Item] = []


class ComponentYear(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A component of a continuing application whose amounts differ from the plan."""

    id: ComponentId
    years: Annotated[list[YearCost], Meta(min_length=1)]
    items: list[Item] = []


class Kpi(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """重要業績評価指標: name, unit, direction, start value, and a target for every fiscal year."""

    id: ComponentId
    name: Text
    unit: Annotated[str, Meta(max_length=40)] = ""
    direction: Literal["up", "down"] = "up"
    baseline: Decimal | int
    targets: dict[Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")], Decimal | int] = {}


class NewApplication(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag="new",
    tag_field="kind",
):
    """新規の交付申請: a plan over fiscal years and the money of its first one."""

    round: Round
    authority: Authority
    title: Text
    strategy: Annotated[str, Meta(max_length=4000)] = ""
    first_year: FiscalYear
    last_year: FiscalYear
    fiscal_year: FiscalYear | None = None
    programme: ProgrammeId | None = None
    project: Project | None = None
    outside_limit: Annotated[str, Meta(max_length=4000)] = ""
    components: Annotated[list[Component], Meta(min_length=1)]
    kpis: list[Kpi] = []
    justifications: Justifications = {}


class ContinuingApplication(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag="continuing",
    tag_field="kind",
):
    """継続の交付申請: a later year of a plan; amounts only where they differ from it."""

    round: Round
    project: Project
    fiscal_year: FiscalYear
    authority: Authority | None = None
    title: Text | None = None
    strategy: Annotated[str, Meta(max_length=4000)] = ""
    programme: ProgrammeId | None = None
    components: list[ComponentYear] = []
    justifications: Justifications = {}


Application = NewApplication | ContinuingApplication


class RecordParticipation(Command, tag="record_participation", tag_field="do", kw_only=True):
    """Record that a body of one of the six sectors took part in a stage (産官学金労言の参画). [preparer]

    Example:
        grants record-participation 340006-2025-01 --stage consideration --sector academia --body 広島大学 --by kato
    """

    project: Project
    stage: Annotated[
        Literal["consideration", "implementation", "verification"], Meta(description="検討・実施・検証")
    ]
    sector: Annotated[SectorName, Meta(description="産官学金労言")]
    body: Annotated[Text, Meta(description="who took part (団体名)")]


class Submit(Command, tag="submit", tag_field="do", kw_only=True):
    """Submit an application, new or continuing, for one fiscal year (交付申請). [head]

    The application is a TOML or JSON file; `grants schema submit` gives its form, README an example.

    Example:
        grants submit application.toml --by kato
    """

    application: Annotated[Application, Meta(description="the application (contract section 5)")]


class ReturnForCorrection(Command, tag="return_for_correction", tag_field="do", kw_only=True):
    """Send an application back to be corrected; its slot is kept (差戻し). [officer]

    Example:
        grants return-for-correction 340006-2025-01/2025 --message "積算の内訳が不足" --by tanaka
    """

    grant: Grant
    message: Annotated[Text, Meta(description="what is to be corrected (補正事項)")]


class Resubmit(Command, tag="resubmit", tag_field="do", kw_only=True):
    """Submit the corrected application again (再提出). [head]

    Example:
        grants resubmit 340006-2025-01/2025 application.toml --by kato
    """

    grant: Grant
    application: Annotated[Application, Meta(description="the whole corrected application")]


class Withdraw(Command, tag="withdraw", tag_field="do", kw_only=True):
    """Withdraw an application, before or within the days after the decision (取下げ, 適正化法 9条). [head]

    Example:
        grants withdraw 340006-2025-01/2025 --reason "事業計画の見直し" --by kato
    """

    grant: Grant


class Score(Command, tag="score", tag_field="do", kw_only=True):
    """Score one of the four criteria, with a reason (審査). [officer]

    Example:
        grants score 340006-2025-01/2025 --criterion vision --score 4 --reason "課題が明確" --by tanaka
    """

    grant: Grant
    criterion: Annotated[CriterionName, Meta(description="評価基準")]
    score: Points


class CertifyPlan(Command, tag="certify_plan", tag_field="do", kw_only=True):
    """Certify the regional revitalisation plan behind a project (地域再生計画の認定). [approver]

    Example:
        grants certify-plan 340006-2025-01 --certificate-no 第76回-123 --by suzuki
    """

    project: Project
    certificate_no: Annotated[Text, Meta(description="number of the certificate (認定番号)")]
