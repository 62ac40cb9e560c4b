"""Commands of the other schemes: professional talent, corporate hometown tax, telework, the 2.0 concept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import (
    MOST_COUNT,
    Authority,
    Command,
    ComponentId,
    Count,
    FiscalYear,
    Project,
    Text,
    Yen,
    YenOrNone,
)


class RegisterTalentHub(Command, tag="register_talent_hub", tag_field="do", kw_only=True):
    """Register a prefecture's strategy hub for professional talent (プロ人材戦略拠点). [officer]

    Example:
        grants register-talent-hub 340006 --operator ひろしま産業振興機構 --by tanaka
    """

    prefecture: Authority
    operator: Annotated[Text, Meta(description="who runs it (運営者)")]


class SubmitTalentCase(Command, tag="submit_talent_case", tag_field="do", kw_only=True):
    """Submit a match of a professional with a firm; it goes on as a grant (プロ人材). [preparer]

    Example:
        grants submit-talent-case 340006 --firm 西条酒造 --match side_job --costs referral_fee=250000 --costs pay=380000
            --costs travel=20000 --cost-on 2025-06-01 --by kato
    """

    prefecture: Authority
    firm: Annotated[Text, Meta(description="the firm (地域企業)")]
    match: Annotated[Literal["full_time", "side_job"], Meta(description="雇用 or 副業・兼業")]
    costs: Annotated[
        dict[ComponentId, Yen], Meta(min_length=1, description="cost by kind: referral_fee, pay, travel")
    ]
    cost_on: Annotated[date, Meta(description="day of the first cost (費用発生日)")]


class RecordDonation(Command, tag="record_donation", tag_field="do", kw_only=True):
    """Record a firm's donation to an authority's project, with its tax credits (企業版ふるさと納税). [officer]

    Example:
        grants record-donation --firm 7000012050002 --head-office 131016 --authority 342122
            --project 342122-2025-01 --amount-yen 10000000 --donated-on 2026-01-15 --corporate-tax-yen 300000000
            --inhabitant-levy-yen 21000000 --enterprise-tax-yen 80000000 --by tanaka
    """

    firm: Annotated[
        Annotated[str, Meta(pattern=r"^[0-9]{13}\Z")], Meta(description="corporate number (法人番号)")
    ]
    head_office: Annotated[Authority, Meta(description="authority of the head office (本社所在地)")]
    authority: Annotated[Authority, Meta(description="authority it is given to (寄附先)")]
    project: Annotated[Project, Meta(description="the project it is given for")]
    amount_yen: Yen
    donated_on: Annotated[date, Meta(description="day of the donation (寄附日)")]
    corporate_tax_yen: Annotated[YenOrNone, Meta(description="法人税額")]
    inhabitant_levy_yen: Annotated[YenOrNone, Meta(description="法人住民税法人税割額")]
    enterprise_tax_yen: Annotated[YenOrNone, Meta(description="法人事業税額")]
    use: Annotated[
        Literal["satellite_office", "dispatch", "casebook", "other"], Meta(description="使途 (seed T09, T10)")
    ] = "other"


class RegisterOffice(Command, tag="register_office", tag_field="do", kw_only=True):
    """Register a satellite office in the telework registry (サテライトオフィス). [officer]

    Example:
        grants register-office --authority 342122 --name 西条テレワークセンター --seats 20 --by tanaka
    """

    authority: Authority
    name: Annotated[Text, Meta(description="name of the office")]
    seats: Annotated[Annotated[int, Meta(ge=1, le=MOST_COUNT)] | None, Meta(description="席数")] = None


class JoinHub(Command, tag="join_hub", tag_field="do", kw_only=True):
    """Take a firm or an authority into the co-creation hub (地テレ共創ハブ). [officer]

    Example:
        grants join-hub --member 西条酒造 --kind firm --by tanaka
    """

    member: Annotated[Text, Meta(description="who joins (会員)")]
    kind: Annotated[Literal["firm", "authority"], Meta(description="企業 or 地方公共団体")]


class RecordMatch(Command, tag="record_match", tag_field="do", kw_only=True):
    """Record what a matching of the hub led to (マッチングの成果). [officer]

    Example:
        grants record-match --firm 西条酒造 --authority 342122 --offices-opened 1 --relocated 3 --by tanaka
    """

    firm: Annotated[Text, Meta(description="the firm")]
    authority: Authority
    offices_opened: Annotated[Count, Meta(description="サテライトオフィス開設数")] = 0
    relocated: Annotated[Count, Meta(description="移住した従業員")] = 0
    related_population: Annotated[Count, Meta(description="関係人口")] = 0


class RecordAward(Command, tag="record_award", tag_field="do", kw_only=True):
    """Record a prize of the telework award (地方創生テレワークアワード). [officer]

    Example:
        grants record-award --fiscal-year 2025 --category regional_problem_solving --winner 西条酒造
            --partners 342122 --by tanaka
    """

    fiscal_year: FiscalYear
    category: Annotated[
        Literal["regional_problem_solving", "retention_training_workation", "support_for_telework"],
        Meta(description="部門 (seed W03)"),
    ]
    winner: Annotated[Text, Meta(description="firm or organisation (受賞者)")]
    partners: Annotated[list[Authority], Meta(description="authorities closely cooperating")] = []


class RecordHubEvent(Command, tag="record_hub_event", tag_field="do", kw_only=True):
    """Record a matching event or seminar of the hub (イベント). [officer]

    Example:
        grants record-hub-event --title マッチング会 --held-on 2025-11-10 --participants 40 --by tanaka
    """

    title: Annotated[Text, Meta(description="what it was")]
    held_on: Annotated[date, Meta(description="開催日")]
    participants: Annotated[Count, Meta(description="参加者数")] = 0


class TagProject(Command, tag="tag_project", tag_field="do", kw_only=True):
    """Tag a project by the visions, stances and pillars of the 2.0 concept (地方創生2.0). [preparer]

    Example:
        grants tag-project 342122-2025-01 --tags strong_economy --tags ai_digital --by kato
    """

    project: Project
    tags: Annotated[
        list[Text], Meta(min_length=1, description="visions, stances, pillars (seed B02, B08, B09)")
    ]


class LinkTarget(Command, tag="link_target", tag_field="do", kw_only=True):
    """Link a project's KPI to a national target of the 2.0 concept (国の目標). [preparer]

    Example:
        grants link-target 342122-2025-01 --kpi k1 --target young_flow --by kato
    """

    project: Project
    kpi: ComponentId
    target: Annotated[Text, Meta(description="national target (seed B03-B07)")]
