"""The sentence of each command that writes, and the command likely wanted next."""

from __future__ import annotations

SENTENCES = {
    "init": "the store is ready: {store} (台帳の開設)",
    "register_officer": "registered {officer} (担当者の登録)",
    "open_round": "opened round {round} (募集の開始)",
    "confirm_programme": "confirmed the caps of {programme} (上限額の確認)",
    "import_decision": "took in a decision made elsewhere as {grant} (既決定の取込み)",
    # application
    "record_consultation": "recorded {record} (事前相談)",
    "record_participation": "recorded that {body} took part in {project} (参画の記録)",
    "record_support": "recorded support given to {project} (伴走支援)",
    "submit": "submitted {grant} (交付申請)",
    "return_for_correction": "returned {grant} for correction (差戻し)",
    "resubmit": "submitted {grant} again (再提出)",
    "withdraw": "withdrew {grant} (取下げ)",
    "declare_conflict": "{officer} declared an interest in {grant} (利益相反の申告)",
    "score": "scored {criterion} of {grant}: {score} (審査)",
    "certify_plan": "certified the plan of {project} (地域再生計画の認定)",
    "amend_plan": "recorded the amended plan of {project} (計画の変更認定)",
    "revise_target": "set new targets for {kpi} of {project} (目標値の変更)",
    "check_double_funding": "found no double funding in {grant} (重複・二重交付の確認)",
    # decision
    "adopt": "adopted {grant} (採択)",
    "notify_informally": "gave informal notice of {grant} (内示)",
    "not_adopt": "did not adopt {grant} (不採択)",
    "approve": "approved {grant} (交付決定)",
    "reject": "rejected {grant} (不交付決定)",
    "request_change": "requested change {change} (変更承認申請)",
    "approve_change": "approved change {change} (変更承認)",
    "refuse_change": "refused change {change} (変更不承認)",
    # work in progress
    "record_contract": "recorded a contract with {party} for {component} of {grant} (契約)",
    "notify_minor_change": "moved money of {component} from {from_item} to {to_item} in {grant} (軽微な変更)",
    "request_carry_over": "asked to carry over money of {grant} (繰越申請)",
    "approve_carry_over": "approved the carry-over of {grant} (繰越承認)",
    "commit_sub_grant": "recorded sub-grant {sub_grant} of {grant} to {payee} (間接補助金の決定)",
    "pay_sub_grant": "recorded that sub-grant {sub_grant} of {grant} is paid (間接補助金の交付)",
    "report_progress": "reported {grant} at {percent} % (状況報告)",
    "report_delay": "reported the delay of {grant} (事故報告)",
    "report_year_end": "reported the year of {grant} that ended (年度終了報告)",
    "order_compliance": "ordered on {grant}: {act} (遂行命令)",
    "suspend": "suspended {grant} (一時停止)",
    "resume": "resumed {grant} (再開)",
    "abolish": "abolished {grant} (廃止承認)",
    # money
    "request_advance": "asked for an advance on {grant} (概算払請求)",
    "disburse": "paid out to {grant} (概算払・精算払)",
    "report_completion": "reported completion of {grant} (実績報告)",
    "order_correction": "ordered a correction of {grant}: {act} (是正命令)",
    "settle": "settled {grant} (額の確定)",
    # money that comes back
    "revoke": "revoked the decision on {grant} (取消)",
    "order_return": "ordered money back: {order} (返還命令)",
    "extend_return": "extended {order} to {due_on} (返還期限の延長)",
    "record_return": "recorded money paid back on {order} (納付)",
    "assess_return": "assessed {order} (加算金・延滞金の決定)",
    "exempt": "exempted from charges on {order} (免除)",
    "hold_payment": "held back money of {grant} for {order} (支払の一時停止)",
    "set_off": "set {order} off against {grant} (相殺)",
    "collect_as_tax": "recorded money collected on {order} (強制徴収)",
    # after the money
    "report_input_tax": "reported the input tax of {grant} (消費税仕入控除税額報告)",
    "report_revenue": "reported revenue of {grant} (収益の報告)",
    "register_asset": "registered asset {asset} of {grant}: {name} (取得財産の登録)",
    "approve_disposal": "approved the disposal of asset {asset} of {grant} (財産処分の承認)",
    "dispose_asset": "recorded the disposal of asset {asset} of {grant} (財産処分)",
    "file_objection": "filed an objection on {grant} (不服の申出)",
    "answer_objection": "answered the objection on {grant} (不服の申出への通知)",
    "inspect": "recorded the inspection of {grant} (立入検査)",
    "record_finding": "recorded a finding on {grant} (会計検査院の指摘)",
    # effect
    "measure": "recorded {kpi} of {project}, fiscal year {fiscal_year}: {actual} (KPI実績値)",
    "verify_effect": "recorded the verification of {project}, fiscal year {fiscal_year} (効果検証)",
    "evaluate": "evaluated {project}, fiscal year {fiscal_year} (評価)",
    "plan_improvement": "set measures of improvement for {project}, fiscal year {fiscal_year} (改善方策)",
    "publish": "recorded the publication of the {part} of {project}, fiscal year {fiscal_year} (公表)",
    "close_year": "closed fiscal year {fiscal_year} of {project} (年度の終了)",
    "end_project": "ended {project} (事業の終了)",
    "dispose_evidence": "recorded that the papers of {project} were disposed of (証拠書類の廃棄)",
    # exceptions
    "waive": "waived {rule} for {authority} until {until} (特例)",
    "correct": "corrected event {event} (訂正)",
    # other schemes
    "register_talent_hub": "registered the hub of {prefecture} (プロ人材戦略拠点)",
    "submit_talent_case": "submitted {grant}, a match with {firm} (プロ人材)",
    "record_donation": "recorded {donation} for {project} (企業版ふるさと納税)",
    "register_office": "registered {name} as {record} (サテライトオフィス)",
    "join_hub": "took {member} into the hub as {record} (共創ハブへの参加)",
    "record_match": "recorded what {firm} and {authority} did as {record} (マッチングの成果)",
    "record_award": "recorded the award of {winner} as {record} (テレワークアワード)",
    "record_hub_event": "recorded {title} as {record} (イベント)",
    "tag_project": "tagged {project} (地方創生2.0のタグ)",
    "link_target": "linked {kpi} of {project} to a national target (国の目標)",
}

MEASURE = "grants measure {project} --fiscal-year {fiscal_year} --kpi KPI --actual VALUE --by PREPARER"
SCORE = "grants score {grant} --criterion CRITERION --score 1..5 --reason TEXT --by OFFICER"
PUBLISH = (
    "grants publish {project} --fiscal-year {fiscal_year} --part PART --url URL --digest DIGEST --by HEAD"
)
DISBURSE = "grants disburse {grant} --amount-yen YEN --payment advance --by DISBURSING_OFFICER"
REPORT = "grants report-completion {grant} --actuals COMPONENT=YEN --by HEAD"
PAY_BACK = "grants record-return {order} --amount-yen YEN --by REVENUE_OFFICER"
PAY_BACK_REST = "grants record-return {order} --amount-yen {principal_left_yen} --by REVENUE_OFFICER"
ASSESS = "grants assess-return {order} --by REVENUE_OFFICER"


def _order_back(basis: str, amount: str) -> str:
    return f"grants order-return {{grant}} --basis {basis} --amount-yen {amount} --due-on DATE --by APPROVER"


NEXT: dict[str, dict[str, str]] = {
    "init": {"": "grants register-officer OFFICER --name NAME --roles ROLE --by {admin}"},
    "open_round": {"": "grants submit application.toml --by HEAD"},
    "import_decision": {"": "grants caps {authority} --fiscal-year {fiscal_year}"},
    "submit": {"": SCORE},
    "return_for_correction": {"": "grants resubmit {grant} application.toml --by HEAD"},
    "resubmit": {"": SCORE},
    "score": {
        "certified": "grants approve {grant} --by APPROVER",
        "complete": "grants certify-plan {project} --certificate-no NUMBER --by APPROVER",
        "": SCORE,
    },
    "adopt": {"": "grants approve {grant} --by APPROVER"},
    "notify_informally": {"": "grants approve {grant} --by APPROVER"},
    "approve": {"": DISBURSE},
    "request_change": {"": "grants approve-change {change} --by APPROVER"},
    "request_carry_over": {"": "grants approve-carry-over {grant} --by APPROVER"},
    "commit_sub_grant": {
        "": "grants pay-sub-grant {grant} --sub-grant {sub_grant} --evidence TEXT --by PREPARER"
    },
    "suspend": {"": "grants resume {grant} --reason TEXT --by APPROVER"},
    "abolish": {"": REPORT},
    "request_advance": {"": DISBURSE},
    "disburse": {"payment=advance": REPORT},
    "report_completion": {"": "grants settle {grant} --by APPROVER"},
    "order_correction": {"": REPORT},
    "settle": {
        "final_payment_yen": (
            "grants disburse {grant} --amount-yen {final_payment_yen} --payment final --by DISBURSING_OFFICER"
        ),
        "overpaid_yen": _order_back("overpayment", "{overpaid_yen}"),
    },
    "revoke": {"returnable_yen": _order_back("{basis}", "{returnable_yen}")},
    "order_return": {"": "grants record-return {order} --amount-yen {amount_yen} --by REVENUE_OFFICER"},
    "record_return": {
        "principal_left_yen": PAY_BACK_REST,
        "addon_due_yen": PAY_BACK,
        "late_due_yen": PAY_BACK,
        "grant.return_recorded": ASSESS,
    },
    "assess_return": {"addon_yen": PAY_BACK, "late_yen": PAY_BACK},
    "exempt": {"due_yen": "grants record-return {order} --amount-yen {due_yen} --by REVENUE_OFFICER"},
    "hold_payment": {"": "grants set-off {order} --grant {grant} --amount-yen {held_yen} --by APPROVER"},
    "set_off": {"principal_left_yen": PAY_BACK_REST, "": ASSESS},
    "collect_as_tax": {"principal_left_yen": PAY_BACK_REST, "": ASSESS},
    "report_input_tax": {"return_yen": _order_back("input_tax", "{return_yen}")},
    "report_revenue": {"returnable_yen": _order_back("revenue", "{returnable_yen}")},
    "approve_disposal": {
        "": "grants dispose-asset {grant} --asset {asset} --disposal {disposal} --by PREPARER"
    },
    "file_objection": {"": "grants answer-objection {grant} --answer TEXT --by APPROVER"},
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
    "submit_talent_case": {"": "grants approve {grant} --by APPROVER"},
}
"""The first whose field says something in the result, or just this word, or whose event was recorded; "" always."""
