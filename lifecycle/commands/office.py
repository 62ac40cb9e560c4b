"""Commands of the office itself: who may act, which rounds are open, which programme's caps may be used."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from lifecycle.commands.fields import (
    Authority,
    Command,
    FiscalYear,
    KindName,
    Officer,
    ProgrammeId,
    RoleName,
    Round,
    Text,
    Yen,
)


class Init(Command, tag="init", tag_field="do", kw_only=True):
    """Create the store, or migrate an older one; the first officer holds `admin` (台帳の開設).

    Example:
        grants init --admin sato
    """

    admin: Annotated[Officer | None, Meta(description="the first officer; needed for a new store")] = None


class RegisterOfficer(Command, tag="register_officer", tag_field="do", kw_only=True):
    """Register an officer with roles; registering again replaces them (担当者の登録). [admin]

    Example:
        grants register-officer tanaka --name 田中 --roles officer --by sato
        grants register-officer kato --name 加藤 --roles preparer,head --authority 340006 --by sato
    """

    officer: Officer
    name: Annotated[Text, Meta(description="name shown to people (氏名)")]
    roles: Annotated[list[RoleName], Meta(min_length=1, description="what the officer may do (権限)")]
    authority: Annotated[
        Authority | None, Meta(description="the authority a preparer or head acts for; default any")
    ] = None


class OpenRound(Command, tag="open_round", tag_field="do", kw_only=True):
    """Open a round of applications (募集). [officer]

    Example:
        grants open-round 2025-1 --programme R7-dai2sedai --opens-on 2025-04-01 --closes-on 2025-06-30 --by tanaka
    """

    round: Round
    programme: ProgrammeId
    opens_on: Annotated[date, Meta(description="first day (受付開始日)")]
    closes_on: Annotated[date, Meta(description="last day, included (締切日)")]


class ConfirmProgramme(Command, tag="confirm_programme", tag_field="do", kw_only=True):
    """Make the caps of an undetermined programme version usable, on a named person's word (上限額の確認). [approver]

    Example:
        grants confirm-programme R8-mirai-suishin --basis inherited --document "事務連絡 2026-04-10" --by suzuki
    """

    programme: ProgrammeId
    basis: Annotated[
        Literal["inherited", "document"],
        Meta(description="the caps of the version before it, or figures checked against a document"),
    ]
    document: Annotated[Text, Meta(description="the paper that says so: title, date, digest (根拠文書)")]


class ImportDecision(Command, tag="import_decision", tag_field="do", kw_only=True):
    """Record a decision taken before this system or elsewhere: it counts in the caps (既決定の取込み). [officer]

    Example:
        grants import-decision 341002 --title 公共交通の充実強化 --fiscal-year 2026 --programme R8-mirai-suishin
            --amounts soft=76041000 --decided-on 2026-04-01 --source r8_suishin_1.pdf --row 1 --by tanaka
    """

    authority: Authority
    title: Annotated[Text, Meta(description="title of the project (事業名)")]
    fiscal_year: FiscalYear
    programme: ProgrammeId
    amounts: Annotated[dict[KindName, Yen], Meta(min_length=1, description="national share by kind (国費)")]
    decided_on: Annotated[date, Meta(description="date of the decision (交付決定日)")]
    source: Annotated[Text, Meta(description="the published list or paper (出典)")]
    row: Annotated[int | str, Meta(description="row in the source (行)")] = ""
