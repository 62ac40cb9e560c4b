"""財産管理台帳: every asset acquired with a grant: cost, useful life, how long it is restricted, and its disposal."""

from __future__ import annotations

from collections.abc import Iterator

from lifecycle.aggregates import Grant
from lifecycle.aggregates.grant.afterwards import AssetRegistered
from lifecycle.projections.shape import History, Row, count, day, flag, money, text

NAME = "asset_register"
VERSION = 1
COLUMNS = (
    text("grant", "交付", "grant"),
    text("asset", "財産番号", "asset"),
    text("authority", "団体コード", "authority"),
    count("fiscal_year", "年度", "fiscal year"),
    text("name", "財産名", "name"),
    money("unit_cost_yen", "取得価格", "unit cost"),
    day("acquired_on", "取得日", "acquired on"),
    count("useful_life_years", "耐用年数", "useful life in years"),
    day("restricted_until", "処分制限期限", "restricted until"),
    day("registered_on", "登録日", "registered on"),
    text("approved_disposal", "承認された処分", "approved disposal"),
    money("repay_yen", "納付額", "to be paid back"),
    text("disposal", "処分", "disposal"),
    day("disposed_on", "処分日", "disposed on"),
    flag("breach", "無断処分", "breach"),
)


def rows(history: History) -> Iterator[Row]:
    """One row for each asset of a grant."""
    grant = history.aggregate
    if not isinstance(grant, Grant) or not grant.sheets.assets:
        return
    registered = [told.event for told in history.told if isinstance(told.event, AssetRegistered)]
    lives = {event.asset: event.useful_life_years for event in registered}
    for asset in grant.sheets.assets.values():
        yield {
            "grant": grant.id,
            "asset": asset.id,
            "authority": grant.authority,
            "fiscal_year": grant.fiscal_year,
            "name": asset.name,
            "unit_cost_yen": asset.unit_cost_yen,
            "acquired_on": asset.acquired_on,
            "useful_life_years": lives[asset.id],
            "restricted_until": asset.restricted_until,
            "registered_on": asset.registered_on,
            "approved_disposal": asset.approved_disposal,
            "repay_yen": asset.repay_yen,
            "disposal": asset.disposal,
            "disposed_on": asset.disposed_on,
            "breach": asset.breach,
        }
