"""The closed words of the ledger beside the terms of the notices, by the field they stand in."""

from __future__ import annotations

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

STAGES = {"consideration": "検討", "implementation": "実施", "verification": "検証"}

SECTORS = {
    "industry": "産",
    "government": "官",
    "academia": "学",
    "finance": "金",
    "labour": "労",
    "media": "言",
}

AIMS = {
    "awareness": "普及啓発・機運醸成",
    "personnel_support": "人的支援",
    "facility_development": "施設整備",
}

BASES = {
    "inherited": "継承",
    "document": "文書",
    "planned": "明許繰越",
    "accident": "事故繰越",
    "overpayment": "過払",
    "revocation": "取消",
    "sub_grantee": "間接補助",
    "input_tax": "消費税",
    "revenue": "収益",
}

DISPOSALS = {
    "other_use": "目的外使用",
    "sale": "譲渡",
    "exchange": "交換",
    "lending": "貸付",
    "pledge": "担保",
    "scrapping": "取壊し",
}

TARGETS = {
    "productivity": "労働生産性",
    "shopping_share": "買物環境",
    "young_flow": "若者の流れ",
    "related_population": "関係人口",
    "digital_share": "AI・デジタル",
}

TERMS: dict[str, dict[str, str]] = {
    "status": STATUSES,
    "grant_status": STATUSES,
    "tier": TIERS,
    "stage": STAGES,
    "sector": SECTORS,
    "sectors": SECTORS,
    "target": TARGETS,
    "basis": BASES,
    "disposal": DISPOSALS,
    "approved_disposal": DISPOSALS,
    "kind": {
        **KINDS,
        "talent": "プロ人材",
        "firm": "企業",
        "authority": "地方公共団体",
        "office": "拠点",
        "member": "会員",
        "match": "マッチング",
        "award": "受賞",
        "event": "イベント",
    },
    "application": {
        "new": "新規",
        "continuing": "継続",
        "imported": "取込み",
        "talent": "プロ人材",
    },
    "payment": {"advance": "概算払", "final": "精算払"},
    "body": {"external": "外部組織", "assembly": "議会"},
    "future": {"expand": "発展", "revise": "見直し", "continue": "継続", "stop": "中止", "end": "終了"},
    "fault": {"recipient": "補助事業者", "sub_grantee": "間接補助事業者", "circumstances": "事情変更"},
    "charge": {"addon": "加算金", "late": "延滞金"},
    "match": {"full_time": "雇用", "side_job": "副業・兼業"},
    "use": {
        "satellite_office": "サテライトオフィス",
        "dispatch": "人材派遣型",
        "casebook": "事例集",
        "other": "その他",
    },
    "category": {
        "regional_problem_solving": "地域課題解決プロジェクト参画",
        "retention_training_workation": "離職防止・採用育成・ワーケーション",
        "support_for_telework": "テレワーク促進支援",
    },
    "what": {
        "progress": "状況報告",
        "delay": "事故報告",
        "year_end": "年度終了報告",
        "inspection": "立入検査",
        "finding": "検査院の指摘",
        "compliance": "遂行命令",
        "correction": "是正命令",
        "waiver": "特例",
        "consultation": "事前相談",
        "donation": "企業版ふるさと納税",
        "talent_hub": "プロ人材戦略拠点",
        "telework": "テレワーク",
    },
    "role": {
        "preparer": "起案者",
        "head": "首長",
        "officer": "担当官",
        "approver": "決裁者",
        "disbursing_officer": "支出官",
        "revenue_officer": "歳入徴収官",
        "verifier": "検証者",
    },
    "tags": {
        "strong_economy": "「強い」経済",
        "rich_living_environment": "「豊かな」生活環境",
        "new_enjoyable_japan": "「新しい日本・楽しい日本」",
        "population_view": "人口減少への認識の変化",
        "chosen_by_young_and_women": "若者や女性にも選ばれる地域",
        "earning_regions": "「稼げる」地方",
        "ai_digital": "AI・デジタルの徹底活用",
        "cities_and_regions": "都市と地方の支え合い",
        "spreading_good_practice": "好事例の普遍化",
        "living_environment": "生活環境の創生",
        "earning_power": "稼ぐ力",
        "dispersion": "人や企業の地方分散",
        "infrastructure_ai_digital": "新時代のインフラとAI・デジタル",
        "wide_area": "広域リージョン連携",
    },
}
"""By field: a word that stands in it, and its term. A word that is not here is shown as it is."""

WAITS = {
    "review": "審査",
    "correct the application": "補正",
    "decide the change": "変更の承認",
    "decide the carry-over": "繰越の承認",
    "decide": "交付決定",
    "report completion": "実績報告",
    "report progress": "状況報告",
    "report the year's end": "年度終了報告",
    "pay sub-grant": "間接補助金の交付",
    "settle": "額の確定",
    "final payment": "精算払",
    "report input tax": "消費税仕入控除税額報告",
    "order the return": "返還命令",
    "pay back": "返還金の納付",
    "assess add-on and late money": "加算金・延滞金の決定",
    "pay add-on and late money": "加算金・延滞金の納付",
    "compliance": "遂行命令",
    "correction": "是正命令",
    "answer the objection": "不服の申出への通知",
    "may still be withdrawn": "取下げができる期限",
    "may still be objected to": "不服の申出ができる期限",
    "measure the KPIs": "KPI実績値",
    "verify the effect": "効果検証",
    "evaluate": "評価",
    "plan the improvement": "改善方策",
    "publish": "公表",
    "close the year": "年度の終了",
}
"""How what waits begins, the longer beginnings first, and its term."""


def in_words(field: str, word: str) -> str:
    """A closed word with its term: `approved (交付決定)`."""
    term = TERMS.get(field, {}).get(word)
    return f"{word} ({term})" if term else word


def wait_term(what: str) -> str:
    """The term of what waits, or "" for what has none."""
    return next((term for beginning, term in WAITS.items() if what.startswith(beginning)), "")


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


def unit_of(rule: str) -> str:
    """What a rule's figures count: `yen`, `years`, or nothing."""
    return "years" if "_years_" in rule else COUNTED.get(rule, "yen")
