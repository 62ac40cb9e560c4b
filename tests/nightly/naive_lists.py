"""The second derivation, of the lists that are no money: assets, waivers; and of the caps, by the checks' own."""

from __future__ import annotations

from typing import Any

from lifecycle.checks.naive import NaiveCaps

from .naive import Log


def asset_register(log: Log) -> list[tuple[Any, ...]]:
    """Assets with what became of them."""
    assets: dict[tuple[str, str], list[Any]] = {}
    for grant, told in log.grants().items():
        for event in told:
            data = event["data"]
            if event["type"] == "grant.asset_registered":
                facts = [data["unit_cost_yen"], data["useful_life_years"], data["restricted_until"]]
                assets[grant, data["asset"]] = [*facts, "", 0, "", None]
            elif event["type"] == "grant.disposal_approved":
                assets[grant, data["asset"]][3:5] = [data["disposal"], data["repay_yen"]]
            elif event["type"] == "grant.asset_disposed":
                assets[grant, data["asset"]][5:7] = [data["disposal"], event["effective_on"]]
    return sorted((*key, *facts) for key, facts in assets.items())


ASSET_REGISTER = (
    *("grant", "asset", "unit_cost_yen", "useful_life_years", "restricted_until", "approved_disposal"),
    *("repay_yen", "disposal", "disposed_on"),
)


def payment_book(log: Log) -> list[tuple[Any, ...]]:
    """Payments out and returns in, by grant and day; the month is counted from April of the fiscal year."""
    found = []
    for grant, told in log.grants().items():
        year, bases = told[0]["data"]["fiscal_year"], {}
        for event in told:
            kind, data, on = event["type"].removeprefix("grant."), event["data"], event["effective_on"]
            month = (int(on[:4]) - year) * 12 + int(on[5:7]) - 3
            if kind == "return_ordered":
                bases[data["order"]] = data["basis"]
            if kind in ("disbursed", "payment_set_off"):
                found.append((grant, on, month, data["amount_yen"], 0))
            is_return = kind in ("return_recorded", "return_set_off", "collected_as_tax")
            if is_return and bases[data["order"]] != "revenue":
                found.append((grant, on, month, 0, data["amount_yen"]))
    return sorted(found)


PAYMENT_BOOK = ("grant", "on", "month", "out_yen", "in_yen")


def waiver_register(log: Log) -> list[tuple[Any, ...]]:
    """Waivers as they were recorded."""
    told = [events[0] for events in log.of("waiver.").values()]
    return sorted(
        (e["stream"], e["data"]["rule"], e["effective_on"], e["data"]["until"], e["data"]["limit_yen"])
        for e in told
    )


WAIVER_REGISTER = ("waiver", "rule", "since", "until", "limit_yen")


def cap_board(log: Log) -> list[tuple[Any, ...]]:
    """Windows in which anything stands, by the derivation of `grants check caps`."""
    caps = NaiveCaps()
    authorities = {authority for entry in log.entries if (authority := caps.take(entry))}
    return sorted((w, *sums) for authority in authorities for w, sums in caps.totals(authority).items())


CAP_BOARD = ("window", "requested_yen", "reserved_yen", "used_yen")
