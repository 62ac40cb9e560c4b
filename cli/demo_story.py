"""The story of `grants demo`: real decisions, one invented application, and every command of its life.

A command stands here as it is typed, without `grants --store URL`; `{list}` is the published list of this
package and `{n}` the number of the last event when the list had been taken in.
"""

from __future__ import annotations

from typing import NamedTuple

LIST = "adopted_projects_hiroshima_2026.csv"
AUTHORITY, YEAR = "342076", 2026
PROJECT = f"{AUTHORITY}-{YEAR}-12"
GRANT = f"{PROJECT}/{YEAR}"

AUTHORITIES = (
    *("341002", "342025", "342033", "342041", "342050", "342076", "342106"),
    *("342122", "342149", "343048", "343072", "343684", "343692", "344621"),
)
"""The 14 authorities of the list."""


class Step(NamedTuple):
    """One command: how it is typed, the document it reads from standard input, and how it ends."""

    command: str
    document: str = ""
    exit: int = 0
    each: tuple[str, ...] = ()
    """Codes for which the command is run in turn, in the place of `$code`."""


class Scene(NamedTuple):
    """Steps that belong together, and what to know before them."""

    title: str
    before: str
    steps: tuple[Step, ...]


APPLICATION = """\
kind = "new"
round = "2026-1"
authority = "342076"
title = "内海の港と島の仕事づくりプロジェクト"
strategy = "福山市総合戦略 基本目標1"
first_year = 2026
last_year = 2028
programme = "R8-mirai-suishin"

[[components]]
id = "s1"
kind = "soft"
title = "島で働く拠点の運営と体験の仕組みづくり"
years = [
  { fiscal_year = 2026, eligible_cost_yen = 500_000_000 },
  { fiscal_year = 2027, eligible_cost_yen = 300_000_000 },
  { fiscal_year = 2028, eligible_cost_yen = 200_000_000 },
]

[[components]]
id = "n1"
kind = "infrastructure"
title = "漁港の浮桟橋と臨港道路"
ministry = "農林水産省"
years = [
  { fiscal_year = 2026, eligible_cost_yen = 840_000_000 },
  { fiscal_year = 2027, eligible_cost_yen = 700_000_000 },
]

[[kpis]]
id = "k1"
name = "内海への移住者"
unit = "人"
baseline = "12"
targets = { 2026 = "20", 2027 = "30", 2028 = "40" }

[[kpis]]
id = "k2"
name = "港の年間利用者"
unit = "人"
baseline = "8200"
targets = { 2026 = "9000", 2027 = "10000", 2028 = "12000" }

[justifications]
infrastructure_fy_core_hub = "浮桟橋は分割して発注できず、初年度に集中する"
"""

ONE_TOO_MANY = """\
kind = "new"
round = "2026-1"
authority = "342076"
title = "備後圏域デジタル人材の育成"
strategy = "福山市総合戦略 基本目標2"
first_year = 2026
last_year = 2026
programme = "R8-mirai-suishin"

[[components]]
id = "s1"
kind = "soft"
title = "実習と就業のあっせん"
years = [{ fiscal_year = 2026, eligible_cost_yen = 800_000_000 }]

[[kpis]]
id = "k1"
name = "修了後の域内就業者"
unit = "人"
baseline = "0"
targets = { 2026 = "150" }
"""

STORY = (
    Scene(
        "Open the ledger (台帳の開設)",
        "The first officer holds `admin` and registers the others. Whoever prepares a matter may never decide on "
        "it (職務分離), so a grant's life needs several people.",
        (
            Step("init --admin sato --on 2026-04-01"),
            Step("register-officer tanaka --name 田中 --roles officer --by sato --on 2026-04-01"),
            Step("register-officer suzuki --name 鈴木 --roles approver --by sato --on 2026-04-01"),
            Step("register-officer mori --name 森 --roles disbursing_officer --by sato --on 2026-04-01"),
            Step("register-officer ito --name 伊藤 --roles revenue_officer --by sato --on 2026-04-01"),
            Step("register-officer hara --name 原 --roles verifier --by sato --on 2026-04-01"),
            Step(
                "register-officer ono --name 小野 --roles preparer --authority 342076 --by sato --on 2026-04-01"
            ),
            Step(
                "register-officer kato --name 加藤 --roles head --authority 342076 --by sato --on 2026-04-01"
            ),
        ),
    ),
    Scene(
        "Make the caps of fiscal year 2026 usable (上限額の確認)",
        "The caps of the FY2026 programme, 地域未来交付金（地域未来推進型）, were found in no published text. Until a "
        "named person answers for them, every cap is undetermined and nothing can be approved. ASSUMPTION OF THIS "
        "DEMO: they are those of 第２世代交付金 (FY2025), inherited unchanged.",
        (
            Step(
                "confirm-programme R8-mirai-suishin --basis inherited --document '実演の仮定: R7の上限額を継承'"
                " --by suzuki --on 2026-04-01"
            ),
        ),
    ),
    Scene(
        "Take in the 46 published decisions (既決定の取込み)",
        "Real figures: the decisions of FY2026 for the authorities in Hiroshima Prefecture (広島県), 2,183,197,000 "
        "yen in all. The list does not say the kind of project, so it is assumed to be soft (ソフト); see what the "
        "command says it assumed. Given again, the same file would write nothing again.",
        (Step("import decisions {list} --by tanaka --on 2026-04-02"),),
    ),
    Scene(
        "See what room each authority has left (交付上限額と残額)",
        "The cap follows the tier (団体区分): 中枢中核都市 1,500,000,000 yen a year for soft projects, other 市区町村 "
        "1,000,000,000. Money decided elsewhere uses it up like any other.",
        (
            Step("caps $code --fiscal-year 2026", each=AUTHORITIES),
            Step("caps 342076 --fiscal-year 2026"),
        ),
    ),
    Scene(
        "Fukuyama City (福山市) applies for a new project (交付申請)",
        "Invented from here on: a project on the islands of 内海, soft with infrastructure, as 注4 wants it. Its "
        "first year asks for half of the cost: 250,000,000 yen soft and 420,000,000 yen infrastructure.",
        (
            Step(
                "open-round 2026-1 --programme R8-mirai-suishin --opens-on 2026-04-01 --closes-on 2026-06-30"
                " --by tanaka --on 2026-04-02"
            ),
            Step("submit - --by kato --on 2026-04-20", document=APPLICATION),
        ),
    ),
    Scene(
        "Score and certify (審査・地域再生計画の認定)",
        "No decision without all four criteria (評価基準), each with a reason, and a certified plan.",
        (
            Step(
                f"score {GRANT} --criterion vision --score 4 --reason '人口減少の要因と港の役割が明確'"
                " --by tanaka --on 2026-05-11"
            ),
            Step(
                f"score {GRANT} --criterion kpi --score 4 --reason '成果指標で毎年測れる' --by tanaka --on 2026-05-11"
            ),
            Step(
                f"score {GRANT} --criterion self_reliance --score 3 --reason '4年目から使用料で運営'"
                " --by tanaka --on 2026-05-12"
            ),
            Step(
                f"score {GRANT} --criterion participation --score 5 --reason '漁協・大学・信金が検討から参画'"
                " --by tanaka --on 2026-05-12"
            ),
            Step(f"certify-plan {PROJECT} --certificate-no 第77回-18 --by suzuki --on 2026-05-29"),
        ),
    ),
    Scene(
        "Approve (交付決定)",
        "The infrastructure of one year passes its guideline (目安) of 400,000,000 yen. A guideline may be passed "
        "with a written reason, and the application has one; it stays visible as a warning. A hard cap never may.",
        (Step(f"approve {GRANT} --decision-no 府地未第58号 --by suzuki --on 2026-06-01"),),
    ),
    Scene(
        "A second application would break the cap (上限超過)",
        "Soft so far: 878,876,000 yen from the list and 250,000,000 yen just approved. Another 400,000,000 yen do "
        "not fit under 1,500,000,000. The refusal is exit code 1, with the rule, its source, the figures, and "
        "the room that is left; nothing is written.",
        (Step("submit - --by kato --on 2026-06-05", document=ONE_TOO_MANY, exit=1),),
    ),
    Scene(
        "Pay an advance, change the decision, pay the rest (概算払・変更承認)",
        "The port costs more than planned, the soft part less: 20,000,000 yen move from one to the other. That "
        "needs approval (適正化法 7条), and the caps are judged again.",
        (
            Step(f"disburse {GRANT} --amount-yen 400000000 --payment advance --by mori --on 2026-07-10"),
            Step(
                f"request-change {GRANT} --deltas s1=-20000000 --deltas n1=20000000 --content '資材費の高騰'"
                " --by kato --on 2026-10-05"
            ),
            Step(f"approve-change {GRANT}/c1 --by suzuki --on 2026-10-20"),
            Step(f"disburse {GRANT} --amount-yen 270000000 --payment advance --by mori --on 2027-02-15"),
        ),
    ),
    Scene(
        "The year is over: measure the KPIs (KPI実績値)",
        "Whoever reports a value may not verify it later. 23 people moved in, where 20 were aimed at; the port falls "
        "short of its 9,000 users.",
        (
            Step(f"measure {PROJECT} --fiscal-year 2026 --kpi k1 --actual 23 --by ono --on 2027-04-02"),
            Step(f"measure {PROJECT} --fiscal-year 2026 --kpi k2 --actual 8700 --by ono --on 2027-04-02"),
        ),
    ),
    Scene(
        "Report, settle, order the over-payment back (実績報告・額の確定・返還)",
        "The soft work cost 441,234,567 yen. Half of it, cut to the yen, is less than was paid: the difference is "
        "ordered back (適正化法 18条2項) with a date, and paid. An over-payment bears no add-on money (加算金).",
        (
            Step(
                f"report-completion {GRANT} --actuals s1=441234567 --actuals n1=880000000 --evidence 支払調書"
                " --by kato --on 2027-04-09"
            ),
            Step(f"settle {GRANT} --by suzuki --on 2027-05-20"),
            Step(
                f"order-return {GRANT} --basis overpayment --amount-yen 9382717 --due-on 2027-06-09"
                " --by suzuki --on 2027-05-20"
            ),
            Step(f"record-return {GRANT}/r1 --amount-yen 9382717 --by ito --on 2027-06-07"),
        ),
    ),
    Scene(
        "Verify the effect and publish it (効果検証・公表)",
        "An outside body verifies (産官学金労言), the city classes the effect and says what it will do better. The "
        "year closes only when all three parts are published; the grant, paid and square, closes with it.",
        (
            Step(
                f"verify-effect {PROJECT} --fiscal-year 2026 --body external --meeting 福山市総合戦略推進会議"
                " --held-on 2027-08-20 --sectors industry,government,academia,finance,labour,media"
                " --opinion '移住は目標を上回る。港は周知が要る' --by hara --on 2027-08-23"
            ),
            Step(
                f"evaluate {PROJECT} --fiscal-year 2026 --cause '移住相談の窓口を島に置いた' --by kato --on 2027-09-06"
            ),
            Step(
                f"plan-improvement {PROJECT} --fiscal-year 2026 --measures '船便に合わせた案内の改善'"
                " --owner 企画政策課 --due-on 2028-03-31 --future continue --by kato --on 2027-09-06"
            ),
            *(
                Step(
                    f"publish {PROJECT} --fiscal-year 2026 --part {part}"
                    f" --url https://www.example.lg.jp/koka-2026.html#{part} --digest sha256:{digest}"
                    " --by kato --on 2027-09-30"
                )
                for part, digest in (("verification", "3f9a"), ("evaluation", "b07c"), ("measures", "e51d"))
            ),
            Step(f"close-year {PROJECT} --fiscal-year 2026 --by suzuki --on 2027-10-15"),
        ),
    ),
    Scene(
        "Look back: the same caps at earlier points (過去の時点)",
        "Nothing was overwritten. The caps of 福山市 just after the list had been taken in, by the number of an event "
        "in the log; in the summer of 2026, by business date (処理日); and now. Soft: 878,876,000 yen from the list, "
        "250,000,000 more with the approval, 220,617,283 of these left after the settlement.",
        (
            Step("caps 342076 --fiscal-year 2026 --as-of-event {n}"),
            Step("caps 342076 --fiscal-year 2026 --as-of 2026-06-30 --clock effective"),
            Step("caps 342076 --fiscal-year 2026"),
        ),
    ),
    Scene(
        "Check (点検)",
        "A second, independent derivation must give the same yen. Silence means that it does:",
        (Step("check"),),
    ),
)

NEXT = (
    ("Everything that happened, in order; then the grant on the day after its approval:", "log"),
    ("", f"show {GRANT} --as-of 2026-06-02 --clock effective"),
    ("All 47 grants; the 46 say that they were decided elsewhere:", "list --fiscal-year 2026"),
    ("The published list once more: nothing is written twice:", "import decisions {list} --by tanaka"),
    ("A decision by an officer who may not take it, exit 7:", f"approve {GRANT} --by kato"),
    (
        "An application of your own: save one of those above as application.toml, change it:",
        "submit application.toml --by kato --on 2026-06-15",
    ),
)
"""What to try next, each with its command."""
