"""The words the shell speaks: sentences, labels and states, English beside the term of the notices."""

from __future__ import annotations

SENTENCES = {
    "init": "the store is ready: {store} (台帳の開設)",
    "register_officer": "registered {officer} (担当者の登録)",
    "open_round": "opened round {round} (募集の開始)",
    "confirm_programme": "confirmed the caps of {programme} (上限額の確認)",
    "import_decision": "took in a decision made elsewhere as {grant} (既決定の取込み)",
    "record_participation": "recorded that {body} took part in {project} (参画の記録)",
    "submit": "submitted {grant} (交付申請)",
    "return_for_correction": "returned {grant} for correction (差戻し)",
    "resubmit": "submitted {grant} again (再提出)",
    "withdraw": "withdrew {grant} (取下げ)",
    "score": "scored {criterion} of {grant}: {score} (審査)",
    "certify_plan": "certified the plan of {project} (地域再生計画の認定)",
    "adopt": "adopted {grant} (採択)",
    "not_adopt": "did not adopt {grant} (不採択)",
    "approve": "approved {grant} (交付決定)",
    "reject": "rejected {grant} (不交付決定)",
    "request_change": "requested change {change} (変更承認申請)",
    "approve_change": "approved change {change} (変更承認)",
    "refuse_change": "refused change {change} (変更不承認)",
    "disburse": "paid out to {grant} (概算払・精算払)",
    "report_completion": "reported completion of {grant} (実績報告)",
    "settle": "settled {grant} (額の確定)",
    "order_return": "ordered money back: {order} (返還命令)",
    "record_return": "recorded money paid back on {order} (納付)",
    "measure": "recorded {kpi} of {project}, fiscal year {fiscal_year}: {actual} (KPI実績値)",
    "verify_effect": "recorded the verification of {project}, fiscal year {fiscal_year} (効果検証)",
    "evaluate": "evaluated {project}, fiscal year {fiscal_year} (評価)",
    "plan_improvement": "set measures of improvement for {project}, fiscal year {fiscal_year} (改善方策)",
    "publish": "recorded the publication of the {part} of {project}, fiscal year {fiscal_year} (公表)",
    "close_year": "closed fiscal year {fiscal_year} of {project} (年度の終了)",
    "end_project": "ended {project} (事業の終了)",
}

MEASURE = "grants measure {project} --fiscal-year {fiscal_year} --kpi KPI --actual VALUE --by PREPARER"
SCORE = "grants score {grant} --criterion CRITERION --score 1..5 --reason TEXT --by OFFICER"
PUBLISH = (
    "grants publish {project} --fiscal-year {fiscal_year} --part PART --url URL --digest DIGEST --by HEAD"
)

NEXT: dict[str, dict[str, str]] = {
    "init": {"": "grants register-officer OFFICER --name NAME --roles ROLE --by {admin}"},
    "open_round": {"": "grants submit application.toml --by HEAD"},
    "import_decision": {"": "grants caps {authority} --fiscal-year {fiscal_year}"},
    "submit": {"": SCORE},
    "return_for_correction": {"": "grants resubmit {grant} application.toml --by HEAD"},
    "resubmit": {"": SCORE},
    "score": {"complete": "grants adopt {grant} --by APPROVER", "": SCORE},
    "adopt": {"": "grants approve {grant} --by APPROVER"},
    "approve": {"": "grants disburse {grant} --amount-yen YEN --payment advance --by DISBURSING_OFFICER"},
    "request_change": {"": "grants approve-change {change} --by APPROVER"},
    "disburse": {"": "grants report-completion {grant} --actuals COMPONENT=YEN --by HEAD"},
    "report_completion": {"": "grants settle {grant} --by APPROVER"},
    "settle": {
        "final_payment_yen": (
            "grants disburse {grant} --amount-yen {final_payment_yen} --payment final --by DISBURSING_OFFICER"
        ),
        "overpaid_yen": (
            "grants order-return {grant} --basis overpayment --amount-yen {overpaid_yen} --due-on DATE"
            " --by APPROVER"
        ),
    },
    "order_return": {"": "grants record-return {order} --amount-yen {amount_yen} --by REVENUE_OFFICER"},
    "record_return": {
        "principal_left_yen": "grants record-return {order} --amount-yen {principal_left_yen} --by REVENUE_OFFICER"
    },
    "measure": {
        "missing": MEASURE,
        "": (
            "grants verify-effect {project} --fiscal-year {fiscal_year} --body external --meeting NAME"
            " --held-on DATE --opinion TEXT --by VERIFIER"
        ),
    },
    "verify_effect": {"": "grants evaluate {project} --fiscal-year {fiscal_year} --cause TEXT --by HEAD"},
    "evaluate": {
        "": (
            "grants plan-improvement {project} --fiscal-year {fiscal_year} --measures TEXT --owner NAME"
            " --due-on DATE --future continue --by HEAD"
        )
    },
    "plan_improvement": {"": PUBLISH},
    "publish": {
        "unpublished": PUBLISH,
        "": "grants close-year {project} --fiscal-year {fiscal_year} --by APPROVER",
    },
}
"""The command likely wanted next: the first whose field of the result says something; "" always does."""

STATUSES = {
    "submitted": "申請中",
    "returned": "差戻し中",
    "adopted": "採択",
    "not_adopted": "不採択",
    "approved": "交付決定",
    "rejected": "不交付",
    "withdrawn": "取下げ",
    "suspended": "一時停止",
    "reported": "実績報告済",
    "settled": "額確定",
    "abolished": "廃止",
    "revoked": "取消",
    "closed": "終了",
    "requested": "申請中",
    "refused": "不承認",
}

STRENGTHS = {"hard": "hard", "guideline": "guideline (目安)", "warning": "warning (注意)"}
CAP_STRENGTHS = {"hard": "hard (上限)", "guideline": "guideline (目安)"}

KINDS = {"soft": "ソフト", "facility": "拠点整備", "infrastructure": "インフラ整備"}

TIERS = {"prefecture": "都道府県", "core_hub": "中枢中核都市", "municipality": "市区町村"}

LABELS = {
    "grant": "grant (交付)",
    "project": "project (実施計画)",
    "authority": "authority (団体)",
    "authority_name": "name (団体名)",
    "tier": "tier (団体区分)",
    "fiscal_year": "fiscal year (年度)",
    "first_year": "first year (開始年度)",
    "last_year": "last year (終了年度)",
    "title": "title (事業名)",
    "status": "status (状態)",
    "grant_status": "grant (交付)",
    "programme": "programme (制度)",
    "round": "round (募集回)",
    "application": "application (申請)",
    "imported_from": "decided elsewhere (取込み元)",
    "asked_yen": "asked for (申請額)",
    "requested_yen": "requested (申請中)",
    "reserved_yen": "reserved (採択額)",
    "granted_yen": "granted (決定額)",
    "committed_yen": "committed (交付決定額)",
    "local_yen": "local share (地方負担)",
    "settled_yen": "settled (確定額)",
    "disbursed_yen": "disbursed (支払済額)",
    "undisbursed_yen": "left to disburse (未払額)",
    "returned_yen": "returned (返納済額)",
    "decommitted_yen": "decommitted (不用額)",
    "carried_over_yen": "carried over (繰越額)",
    "final_payment_yen": "final payment (精算払額)",
    "overpaid_yen": "overpaid (過払額)",
    "actual_cost_yen": "actual cost (実績額)",
    "eligible_cost_yen": "eligible cost (対象経費)",
    "delta_yen": "change (増減額)",
    "amount_yen": "amount (金額)",
    "paid_yen": "paid back (納付額)",
    "principal_left_yen": "principal left (未納額)",
    "submitted_on": "submitted on (申請日)",
    "decided_on": "decided on (決定日)",
    "decided_by": "decided by (決定者)",
    "decision_no": "decision no. (決定番号)",
    "conditions": "conditions (交付の条件)",
    "withdrawable_until": "withdrawable until (取下げ期限)",
    "reported_on": "reported on (報告日)",
    "settled_on": "settled on (確定日)",
    "ordered_on": "ordered on (命令日)",
    "due_on": "due on (期限)",
    "closed_on": "closed on (終了日)",
    "ended_on": "ended on (事業終了日)",
    "opens_on": "opens on (受付開始日)",
    "closes_on": "closes on (締切日)",
    "scores": "scores (審査)",
    "justifications": "justifications (理由書)",
    "components": "components (構成事業)",
    "payments": "payments (支払・納付)",
    "orders": "return orders (返還命令)",
    "changes": "changes (変更申請)",
    "grants": "grants (年度ごとの交付)",
    "years": "years (年度)",
    "kpis": "KPIs (重要業績評価指標)",
    "participations": "participation (参画)",
    "strategy": "strategy (総合戦略)",
    "certificate_no": "certificate no. (認定番号)",
    "kind": "kind (区分)",
    "rate": "rate (補助率)",
    "basis": "basis (根拠)",
    "roles": "roles (権限)",
    "name": "name (名称)",
    "sectors": "sectors (産官学金労言)",
    "missing": "still missing (未済)",
    "unpublished": "unpublished (未公表)",
    "classes": "classes (効果の区分)",
    "by_rule": "by rule (機械判定)",
    "limits_yen": "limits (上限額)",
    "scored": "scored (審査済)",
    "limit": "limit (上限)",
    "used": "used (使用済)",
    "asked": "asked (今回)",
    "excess": "excess (超過)",
    "room": "room (残額)",
}

COUNTED = {
    "kpi_count": "",
    "kpi_target_each_year": "years",
    "new_applications": "",
    "new_applications_outside": "",
    "four_criteria": "",
    "earlier_year_published": "",
    "participation_sectors": "",
}
"""Rules whose figures are a count. Those of `…_years_…` are years; all others are yen."""


def label(field: str) -> str:
    """A field in words."""
    return LABELS.get(field) or field.removesuffix("_yen").replace("_", " ")


def status(word: str) -> str:
    """A status in words: `approved (交付決定)`."""
    return f"{word} ({STATUSES[word]})" if word in STATUSES else word


def unit_of(rule: str) -> str:
    """What a rule's figures count: `yen`, `years`, or nothing."""
    return "years" if "_years_" in rule else COUNTED.get(rule, "yen")


def heading(field: str) -> str:
    """A field at the head of a column: short, the term of the notices stands where there is room."""
    return label(field).partition(" (")[0]
