"""証拠書類一覧: every paper that an event names, with its digest as given and the digest of the event itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from hashlib import sha256

from lifecycle.aggregates.grant import decision, payment, works
from lifecycle.aggregates.office import ProgrammeConfirmed
from lifecycle.aggregates.project_events import PlanAmended, PlanCertified
from lifecycle.aggregates.project_year import Published
from lifecycle.aggregates.waiver import Waived
from lifecycle.projections.shape import History, Row, count, day, text
from lifecycle.values import authority_of, has_code_form

NAME = "evidence_list"
VERSION = 1
COLUMNS = (
    text("stream", "記録", "stream"),
    count("n", "記録番号", "event"),
    count("line", "行", "line"),
    text("authority", "団体コード", "authority"),
    text("type", "種別", "type"),
    day("effective_on", "処理日", "effective on"),
    text("recorded_at", "記録日時", "recorded at"),
    text("by", "担当者", "by"),
    text("reference", "書類", "paper"),
    text("digest", "書類の要約値", "digest of the paper"),
    text("entry_sha256", "記録の要約値", "digest of the event"),
)

Paper = tuple[str, str]
"""What a paper is called, and its digest as it was given ("" for none)."""


def rows(history: History) -> Iterator[Row]:
    """One row for each paper that an event of the stream names."""
    code = authority_of(history.stream)
    for told in history.told:
        for line, (reference, digest) in enumerate(papers(told.event), 1):
            yield {
                "stream": history.stream,
                "n": told.n,
                "line": line,
                "authority": code if has_code_form(code) else "",
                "type": told.event.TOPIC,
                "effective_on": told.on,
                "recorded_at": told.recorded_at,
                "by": told.event.act.by,
                "reference": reference,
                "digest": digest,
                "entry_sha256": sha256(told.entry).hexdigest(),
            }


@singledispatch
def papers(event: object) -> list[Paper]:
    """The papers an event names; most name none."""
    del event
    return []


@papers.register
def _(event: payment.CompletionReported) -> list[Paper]:
    """実績報告の添付書類."""
    return [(paper, "") for paper in event.evidence]


@papers.register
def _(event: works.SubGrantPaid) -> list[Paper]:
    """間接補助金の支払の証拠."""
    return [(event.evidence, "")] if event.evidence else []


@papers.register
def _(event: decision.DecisionImported) -> list[Paper]:
    """取り込んだ決定の出典と行."""
    return [(f"{event.source}, {event.row}" if event.row else event.source, "")]


@papers.register
def _(event: Published) -> list[Paper]:
    """公表先."""
    return [(event.url, event.digest)]


@papers.register
def _(event: Waived) -> list[Paper]:
    """特例の文書."""
    return [(event.document, "")]


@papers.register
def _(event: ProgrammeConfirmed) -> list[Paper]:
    """上限額の確認の文書, and the rules it was checked against."""
    return [(event.document, event.rules_sha256)]


@papers.register(PlanCertified)
@papers.register(PlanAmended)
def _(event: PlanCertified | PlanAmended) -> list[Paper]:
    """認定書."""
    return [(event.certificate_no, "")] if event.certificate_no else []
