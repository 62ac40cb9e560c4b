"""The other schemes: talent hubs, donations, and the telework registry. Each record is one stream."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecycle.aggregates.base import Aggregate, Created, Event


class TalentHubRegistered(Created):
    """プロフェッショナル人材戦略拠点 of a prefecture (seed P02)."""

    TOPIC = "talent_hub.registered"

    prefecture: str
    operator: str

    def apply(self, aggregate: Any) -> None:
        aggregate.prefecture, aggregate.operator = self.prefecture, self.operator


class TalentHub(Aggregate):
    """プロ人材戦略拠点. Stream `PREFECTURE-talent_hub`."""

    TOPIC = "talent_hub"
    Event = Event
    Registered = TalentHubRegistered

    def __init__(self) -> None:
        self.prefecture = self.operator = ""


class DonationRecorded(Created):
    """企業版ふるさと納税の寄附, with credits by the formula as it stood (seed T03-T08)."""

    TOPIC = "donation.recorded"

    firm: str
    head_office: str
    authority: str
    project: str
    amount_yen: int
    donated_on: date
    corporate_tax_yen: int
    inhabitant_levy_yen: int
    enterprise_tax_yen: int
    use: str
    inhabitant_credit_yen: int
    corporate_credit_yen: int
    enterprise_credit_yen: int

    def apply(self, aggregate: Any) -> None:
        aggregate.firm, aggregate.head_office = self.firm, self.head_office
        aggregate.authority, aggregate.project, aggregate.use = self.authority, self.project, self.use
        aggregate.amount_yen, aggregate.donated_on = self.amount_yen, self.donated_on
        aggregate.inhabitant_credit_yen = self.inhabitant_credit_yen
        aggregate.corporate_credit_yen = self.corporate_credit_yen
        aggregate.enterprise_credit_yen = self.enterprise_credit_yen
        aggregate.total_credit_yen = (
            self.inhabitant_credit_yen + self.corporate_credit_yen + self.enterprise_credit_yen
        )


class Donation(Aggregate):
    """企業版ふるさと納税の寄附. Stream `AUTHORITY-donation/N`."""

    TOPIC = "donation"
    Event = Event
    Recorded = DonationRecorded

    def __init__(self) -> None:
        self.firm = self.head_office = self.authority = self.project = self.use = ""
        self.amount_yen = 0
        self.donated_on = date.min
        self.inhabitant_credit_yen = self.corporate_credit_yen = self.enterprise_credit_yen = 0
        self.total_credit_yen = 0


class OfficeRegistered(Created):
    """サテライトオフィスの登録 (seed W02)."""

    TOPIC = "telework.office_registered"

    authority: str
    name: str
    seats: int | None

    def apply(self, aggregate: Any) -> None:
        aggregate.take("office", {"authority": self.authority, "name": self.name, "seats": self.seats})


class HubJoined(Created):
    """地テレ共創ハブへの参加 (seed W04)."""

    TOPIC = "telework.hub_joined"

    member: str
    kind: str

    def apply(self, aggregate: Any) -> None:
        aggregate.take("member", {"member": self.member, "kind": self.kind})


class MatchRecorded(Created):
    """マッチングの成果 (seed W04): offices opened, people relocated, related population."""

    TOPIC = "telework.match_recorded"

    firm: str
    authority: str
    offices_opened: int
    relocated: int
    related_population: int

    def apply(self, aggregate: Any) -> None:
        counts = {
            "offices_opened": self.offices_opened,
            "relocated": self.relocated,
            "related_population": self.related_population,
        }
        aggregate.take("match", {"firm": self.firm, "authority": self.authority, **counts})


class AwardRecorded(Created):
    """地方創生テレワークアワードの受賞 (seed W03)."""

    TOPIC = "telework.award_recorded"

    fiscal_year: int
    category: str
    winner: str
    partners: list[str]

    def apply(self, aggregate: Any) -> None:
        prize = {"fiscal_year": self.fiscal_year, "category": self.category}
        aggregate.take("award", {**prize, "winner": self.winner, "partners": self.partners})


class HubEventRecorded(Created):
    """共創ハブのイベント (seed W04)."""

    TOPIC = "telework.event_recorded"

    title: str
    held_on: date
    participants: int

    def apply(self, aggregate: Any) -> None:
        facts = {"title": self.title, "held_on": self.held_on.isoformat()}
        aggregate.take("event", {**facts, "participants": self.participants})


class TeleworkRecord(Aggregate):
    """テレワークの登録. Stream `telework/KIND/N`."""

    TOPIC = "telework"
    Event = Event
    OfficeRegistered = OfficeRegistered
    HubJoined = HubJoined
    MatchRecorded = MatchRecorded
    AwardRecorded = AwardRecorded
    EventRecorded = HubEventRecorded

    def __init__(self) -> None:
        self.kind = ""
        self.facts: dict[str, Any] = {}

    def take(self, kind: str, facts: dict[str, Any]) -> None:
        """Take over what was recorded (called by events only)."""
        self.kind, self.facts = kind, facts
