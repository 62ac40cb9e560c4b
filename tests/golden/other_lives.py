"""The other fates of a grant, and the records beside grants: what the first life has no place for."""

from __future__ import annotations

from store.office import HIROSHIMA, SAPPORO, YOKOHAMA, new, project_of

from .chronicle import Chronicle


def live_otherwise(office: Chronicle) -> None:
    """Everything that can still happen to a grant."""
    before_it_is_decided(office)
    worked(office)
    given_up(office)
    order = revoked(office)
    like = set_off(office)
    followed(office)
    beside_grants(office)
    put_right(office)
    office.on = "2033-04-01"
    office.do("dispose_evidence", project="340006-2025-01")
    charged(office, order, like)


def before_it_is_decided(office: Chronicle) -> None:
    """Consulted, lifted over a limit, declared, checked, told informally."""
    office.on = "2026-11-02"
    told = {
        "held_on": "2026-10-20",
        "topics": "自動運転バス",
        "advice": "KPIを年度別に",
        "attendees": ["企画課長"],
    }
    office.do("record_consultation", authority=SAPPORO, **told)
    limit = {"until": "2027-03-31", "document": "府地創第200号"}
    office.do("waive", rule="soft_fy_core_hub", authority=SAPPORO, **limit, limit_yen=2_000_000_000)
    application = new(SAPPORO, soft=1_600_000_000)
    items = [("i1", 40_000_000), ("i2", 30_000_000)]
    application["components"][0]["items"] = [
        {"id": name, "name": name, "fiscal_year": 2025, "cost_yen": yen} for name, yen in items
    ]
    grant = office.decidable(application)
    office.do("declare_conflict", grant=grant, interest="親族が受託者である")
    sums = {"own_grant_yen": 15_000_000, "passed_down_yen": 5_000_000, "eligible_cost_yen": 40_000_000}
    office.do("check_double_funding", grant=grant, **sums)
    office.do("adopt", grant=grant)
    office.do("notify_informally", grant=grant)
    office.do("approve", grant=grant)
    office.do("record_support", project=project_of(grant), held_on="2026-11-01", content="現地での助言")
    office.do("amend_plan", project=project_of(grant), certificate_no="第77回-1", content="区域の拡大")
    wish = {"kpi": "k1", "targets": {"2025": "95"}, "reason": "需要の増加"}
    office.do("revise_target", project=project_of(grant), **wish)
    office.do("tag_project", project=project_of(grant), tags=["strong_economy", "ai_digital"])
    office.do("link_target", project=project_of(grant), kpi="k1", target="young_flow")


def worked(office: Chronicle) -> None:
    """The same grant at work: contracts, items, needs, sub-grants, reports, orders, a pause, a carry-over."""
    grant = "011002-2025-01/2025"
    office.on = "2026-11-16"
    contract = {"party": "札幌交通", "amount_yen": 4_000_000, "signed_on": "2026-11-10"}
    office.do("record_contract", grant=grant, component="soft", **contract)
    move = {"component": "soft", "from_item": "i1", "to_item": "i2", "amount_yen": 6_000_000}
    office.do("notify_minor_change", grant=grant, **move)
    office.do("request_advance", grant=grant, needs={"委託費前払金": 3_000_000})
    sub_grant = {"sub_grant": "g1", "payee": "北海酒造", "amount_yen": 9_000_000}
    office.do("commit_sub_grant", grant=grant, **sub_grant)
    sums = {"spent_yen": 3_000_000, "forecast_yen": 3_200_000_000}
    office.do("report_progress", grant=grant, percent=40, **sums, risks="資材の高騰")
    office.do("report_delay", grant=grant, cause="豪雨災害", new_end_on="2027-08-31", amount_yen=5_000_000)
    office.do("report_year_end", grant=grant, **sums, content="設計を終えた")
    order = {"act": "仕様どおりの施工", "due_on": "2026-12-20", "reason": "仕様と相違する"}
    office.do("order_compliance", grant=grant, **order)
    office.on = "2026-11-24"
    office.do("suspend", grant=grant, reason="遂行命令に従わない")
    office.on = "2026-12-01"
    office.do("resume", grant=grant, reason="是正を確認した")
    office.do("pay_sub_grant", grant=grant, sub_grant="g1", evidence="領収書")
    office.do("inspect", grant=grant, findings="帳簿は適正である", amount_yen=0)
    office.do("record_finding", grant=grant, findings="二重交付の疑い", amount_yen=3_000_000)
    later = office.approved(new(YOKOHAMA, first=2026, soft=120_000_000))
    carried = {"amount_yen": 120_000_000, "basis": "planned", "cause": "用地交渉の遅れ"}
    office.do("request_carry_over", grant=later, **carried, new_end_on="2027-12-20")
    office.do("approve_carry_over", grant=later)


def given_up(office: Chronicle) -> None:
    """Abolished, with what was paid reported."""
    office.on = "2026-12-07"
    grant = office.approved(new(YOKOHAMA, soft=10_000_000))
    office.do("disburse", grant=grant, amount_yen=2_000_000, payment="advance")
    office.do("abolish", grant=grant, reason="事業者の撤退")


def revoked(office: Chronicle) -> str:
    """Revoked for the recipient's fault: ordered back, paid late, charged, exempted in part, charged the rest."""
    office.on = "2026-12-14"
    grant = office.approved(new(YOKOHAMA, soft=12_000_000))
    office.do("disburse", grant=grant, amount_yen=12_000_000, payment="advance")
    office.do("revoke", grant=grant, amount_yen=10_000_000, fault="recipient", reason="目的外使用")
    wish = {"basis": "revocation", "amount_yen": 10_000_000, "due_on": "2027-01-05"}
    order = office.do("order_return", grant=grant, **wish)["order"]
    office.on = "2027-02-01"
    office.do("collect_as_tax", order=order, amount_yen=4_000_000)
    office.on = "2027-02-10"
    office.do("record_return", order=order, amount_yen=6_000_000)
    office.do("assess_return", order=order)
    office.do("exempt", order=order, addon_yen=100_000, reason="災害のため")
    office.do("record_return", order=order, amount_yen=50_000)
    office.do("file_objection", grant=grant, notified_on="2027-02-05", grounds="事実誤認")
    office.do("register_officer", officer="second", name="別の決裁者", roles=["approver"])
    office.do("answer_objection", grant=grant, by="second", answer="申出は理由がない")
    return order


def set_off(office: Chronicle) -> str:
    """A sub-grantee's fault: the date extended, payment of a like grant held, and set off."""
    office.on = "2027-02-15"
    grant = office.approved(new(YOKOHAMA, soft=6_000_000))
    office.do("disburse", grant=grant, amount_yen=6_000_000, payment="advance")
    office.do("revoke", grant=grant, amount_yen=3_000_000, fault="sub_grantee", reason="間接補助事業者の不正")
    wish = {"basis": "sub_grantee", "amount_yen": 3_000_000, "due_on": "2027-03-08"}
    order = office.do("order_return", grant=grant, **wish)["order"]
    steps = {"due_on": "2028-03-31", "steps_taken": "訴訟の提起", "why_hard": "資力がない"}
    office.do("extend_return", order=order, **steps)
    like = office.approved(new(YOKOHAMA, soft=10_000_000))
    office.do("hold_payment", order=order, grant=like, amount_yen=3_000_000)
    office.do("set_off", order=order, grant=like, amount_yen=3_000_000)
    return like


def charged(office: Chronicle, order: str, like: str) -> None:
    """What is left of the charges: collected in part, and set off in part."""
    office.on = "2027-05-10"
    office.do("collect_as_tax", order=order, amount_yen=20_000)
    office.do("set_off", order=order, grant=like, amount_yen=30_000)


def followed(office: Chronicle) -> None:
    """A report sent back to be put right; then tax, revenue and assets after the settlement."""
    office.on = "2027-02-22"
    grant = office.approved(new(YOKOHAMA, soft=20_000_000))
    asset = {"name": "自動運転バス", "unit_cost_yen": 8_000_000, "useful_life_years": 5}
    for name in ("a1", "a2"):
        office.do("register_asset", grant=grant, asset=name, **asset, acquired_on="2027-02-22")
    actuals = {"actuals": {"soft": 40_000_000}}
    office.do("report_completion", grant=grant, **actuals)
    demand = {"act": "舗装のやり直し", "due_on": "2027-03-15", "reason": "実績と相違する"}
    office.do("order_correction", grant=grant, **demand)
    office.on = "2027-03-10"
    office.do("report_completion", grant=grant, **actuals)
    office.do("settle", grant=grant)
    office.do("report_input_tax", grant=grant, deductible_tax_yen=1_000_000)
    office.do("report_revenue", grant=grant, revenue_yen=800_000, payback_yen=400_000)
    office.do("approve_disposal", grant=grant, asset="a1", disposal="sale", repay_yen=200_000)
    office.do("dispose_asset", grant=grant, asset="a1", disposal="sale")
    office.do("dispose_asset", grant=grant, asset="a2", disposal="lending")


def beside_grants(office: Chronicle) -> None:
    """Talent, donations, telework."""
    office.on = "2027-03-20"
    office.do("register_talent_hub", prefecture=HIROSHIMA, operator="ひろしま産業振興機構")
    costs = {"referral_fee": 250_000, "pay": 380_000, "travel": 20_000}
    case = {"prefecture": HIROSHIMA, "firm": "西条酒造", "match": "side_job", "costs": costs}
    office.do("submit_talent_case", **case, cost_on="2026-06-01")
    donated = {"firm": "7000012050002", "head_office": "131016", "authority": SAPPORO}
    taxes = {
        "corporate_tax_yen": 300_000_000,
        "inhabitant_levy_yen": 21_000_000,
        "enterprise_tax_yen": 80_000_000,
    }
    given = {
        "project": "011002-2025-01",
        "amount_yen": 10_000_000,
        "donated_on": "2027-01-15",
        "use": "dispatch",
    }
    office.do("record_donation", **donated, **taxes, **given)
    office.do("register_office", authority=SAPPORO, name="札幌テレワークセンター", seats=20)
    office.do("join_hub", member="西条酒造", kind="firm")
    office.do(
        "record_match",
        firm="西条酒造",
        authority=SAPPORO,
        offices_opened=1,
        relocated=3,
        related_population=40,
    )
    prize = {"category": "regional_problem_solving", "winner": "西条酒造", "partners": [SAPPORO]}
    office.do("record_award", fiscal_year=2026, **prize)
    office.do("record_hub_event", title="マッチング会", held_on="2026-11-10", participants=40)


def put_right(office: Chronicle) -> None:
    """Words of earlier events corrected, where they were said last."""
    last = {line["type"]: line["n"] for line in office.tell("log")}
    words = {
        "grant.submitted": {"title": "観光周遊の仕組みづくり（訂正）"},
        "project.planned": {"strategy": "基本目標３"},
        "project_year.effect_verified": {"opinion": "順調である"},
    }
    for name, replacement in words.items():
        office.do("correct", event=last[name], replacement=replacement, reason="誤記")
