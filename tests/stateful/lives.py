"""What officers may do up to the decision and with what was decided: near the limits, in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from store.office import CRITERIA, R7, R8, REASONS, continuing, elsewhere, new

from .book import Matter
from .drawing import AUTHORITIES, NAMES, OFTEN, RARELY, Drawing


class EarlyActions(Drawing):
    """One method per action; each may be several commands."""

    # ------------------------------------------------------------------ applications

    def submit(self, authority: str | None = None) -> str | None:
        """A new application."""
        authority = authority or self.draw(AUTHORITIES, "authority")
        first = self.draw(st.sampled_from([2025, 2025, 2026, 2027]), "first year")
        evidence = {"outside_limit": "議会の議決"} if self.draw(RARELY, "outside the limit") else {}
        before = set(self.book.matters)
        self.do("submit", application=self.application(authority, first, **evidence))
        return next(iter(set(self.book.matters) - before), None)

    def submit_many(self) -> None:
        """So many little ones that the slots run out."""
        authority = self.draw(AUTHORITIES, "authority")
        for _ in range(self.draw(st.sampled_from([3, 9]), "how many")):
            self.surely("submit", application=new(authority, soft=1_000))

    def submit_continuing(self) -> None:
        """A later year of a project, as planned or with other amounts."""
        plan = self.plan()
        year = plan.first + self.draw(st.sampled_from([1, 1, 1, 2, 0]), "which year")
        given = []
        for name, (kind, _) in plan.parts.items():
            if self.draw(st.booleans(), f"other amount of {name}"):
                yen = self.yen(kind, plan.authority, year, plan.last)
                share = {"fiscal_year": year, "eligible_cost_yen": 2 * yen + 10, "grant_yen": yen}
                given.append({"id": name, "years": [share]})
        self.do("submit", application=continuing(plan.id, year, components=given))

    def send_back(self) -> None:
        """Sent back, and as a rule submitted again."""
        matter = self.matter("submitted")
        self.do("return_for_correction", grant=matter.id, message="積算")
        if self.draw(OFTEN, "again"):
            self.submit_again(matter)

    def submit_again(self, matter: Matter | None = None) -> None:
        """The corrected application."""
        matter = matter or self.matter("returned")
        application = continuing(matter.project, matter.year)
        if matter.application == "new" or self.draw(RARELY, "the wrong kind"):
            application = self.application(matter.authority, self.book.plans[matter.project].first)
        self.do("resubmit", grant=matter.id, application=application)

    def withdraw(self) -> None:
        """Given up."""
        self.do("withdraw", grant=self.matter("submitted", "returned", "adopted", "approved").id)

    def examine(self) -> None:
        """Scored and certified."""
        matter = self.matter("submitted", "adopted")
        for criterion in CRITERIA[: self.draw(st.sampled_from([1, 4, 4]), "criteria")]:
            self.do("score", grant=matter.id, criterion=criterion, score=3, reason="課題が明確")
        self.do("certify_plan", project=matter.project, certificate_no="第76回-1")

    def take_part(self) -> None:
        """Somebody took part."""
        sector = self.draw(st.sampled_from(["academia", "media"]))
        told = {"stage": "verification", "sector": sector, "body": "大学"}
        self.do("record_participation", project=self.plan().id, **told)

    # ------------------------------------------------------------------ decisions

    def amounts(self, matter: Matter) -> dict[str, Any]:
        """What is granted where it is not what was asked for, and reasons for passing a guideline."""
        fields: dict[str, Any] = {"justifications": REASONS} if self.draw(st.booleans(), "reasons") else {}
        if self.draw(RARELY, "other amounts"):
            name = self.draw(st.sampled_from(list(matter.lines)))
            asked = matter.lines[name].asked
            amount = self.draw(st.sampled_from([0, 1, asked // 2, asked + 1, asked + 6]))
            fields["amounts"] = {name: amount}
        return fields

    def decided(self) -> str | None:
        """A grant runs through to its decision."""
        grant = self.submit()
        if grant is None:
            return None
        matter = self.book.matters[grant]
        for criterion in CRITERIA:
            self.surely("score", grant=grant, criterion=criterion, score=3, reason="課題が明確")
        self.surely("certify_plan", project=matter.project, certificate_no="第76回-1")
        if self.draw(st.booleans(), "adopted before"):
            self.do("adopt", grant=grant, **self.amounts(matter))
        self.do("approve", grant=grant, **self.amounts(matter))
        return grant

    def decide(self) -> None:
        """Adopted or approved."""
        matter = self.matter("submitted", "adopted")
        command = self.draw(st.sampled_from(["approve", "approve", "adopt"]), "command")
        self.do(command, grant=matter.id, **self.amounts(matter))

    def turn_down(self) -> None:
        """Not adopted, or rejected."""
        command = self.draw(st.sampled_from(["not_adopt", "reject"]), "command")
        self.do(command, grant=self.matter("submitted", "adopted").id, reason="自立性が認められない")

    def import_decision(self) -> None:
        """A decision taken elsewhere."""
        authority, programme = self.draw(AUTHORITIES), self.draw(st.sampled_from([R7, R7, R8]))
        year = self.draw(st.sampled_from([2025, 2026, 2026]) if programme == R7 else st.just(2026))
        kinds = [NAMES[letter] for letter in self.draw(st.sampled_from(["s", "i", "i", "si", "f"]))]
        amounts = {kind: self.yen(kind, authority, year, year) for kind in kinds}
        fields = {**elsewhere(authority, year, programme, **amounts), "decided_on": self.today.isoformat()}
        self.do("import_decision", **fields)

    def confirm_programme(self) -> None:
        """The successor's caps."""
        self.do("confirm_programme", programme=R8, basis="document", document="事務連絡")

    # ------------------------------------------------------------------ changes

    def change(self) -> None:
        """A change asked for, and as a rule decided."""
        matter = self.matter("approved")
        self.do("request_change", grant=matter.id, content="見直し", **self.what_changes(matter))
        if matter.changes and self.draw(OFTEN, "decided"):
            self.decide_change(matter)

    def what_changes(self, matter: Matter) -> dict[str, Any]:
        """More, less, a component dropped, a plan that ends at another time; or several of these."""
        name = self.draw(st.sampled_from(list(matter.lines)), "component")
        line, plan = matter.lines[name], self.book.plans[matter.project]
        more = {"deltas": {name: self.yen(line.kind, matter.authority, matter.year, plan.last)}}
        less = {
            "deltas": {name: -self.draw(st.sampled_from([1, line.given // 2, line.given, line.given + 1]))}
        }
        longer = {"last_year": plan.last + self.draw(st.sampled_from([1, 2, 4]))}
        shorter = {"last_year": plan.last - 1}
        choices: list[dict[str, Any]] = [more, more, less, less, longer, longer, shorter, {"drop": [name]}]
        choices += [{**less, **longer}, {**more, **longer}, {**more, **shorter}, {**more, "drop": [name]}]
        return self.draw(st.sampled_from(choices), "change")

    def decide_change(self, matter: Matter | None = None) -> None:
        """A change approved or refused."""
        changed = [m for m in self.book.matters.values() if m.changes]
        if not changed:
            return
        matter = matter or self.draw(st.sampled_from(changed))
        change = self.draw(st.sampled_from(list(matter.changes)[-2:]))
        command = self.draw(
            st.sampled_from(["approve_change", "approve_change", "approve_change", "refuse_change"])
        )
        reasons = {"justifications": REASONS} if command == "approve_change" and self.draw(OFTEN) else {}
        self.do(command, change=change, reason="必要がない", **reasons)
