"""`grants nightly --over FOLDER` and `grants report NAME --over FOLDER`: a log that has outgrown its store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.nightly import progress, told
from cli.options import WHOLE_ID
from cli.say import put, put_json
from cli.session import Session, now
from lifecycle.errors import BadInput
from lifecycle.values import business_date

if TYPE_CHECKING:
    from lifecycle.commands.reading import Report

MOST_JOBS = 256


def night(session: Session, over: str, means: dict[str, str | None]) -> int:
    """Make the night over an export, or one share of it."""
    from lifecycle.large import fold_share, night_over
    from lifecycle.large.engine import USUAL_MB, megabytes
    from lifecycle.large.manifest import read_manifest
    from lifecycle.large.night import Means
    from lifecycle.large.parts import Share

    folder, share = Path(over), means["share"]
    jobs = _jobs(means["jobs"])
    given = Means(jobs, megabytes(means["memory"]) if means["memory"] else USUAL_MB * jobs)
    with progress(session, "nightly") as tell:
        if share is None:
            run = night_over(folder, now, given, means["sha256"], tell)
            return told(session, run, over=over, log_sha256=read_manifest(folder).log_sha256)
        folded = fold_share(folder, Share.told(share), given, means["sha256"], tell)
    if session.json:
        put_json({"over": over, "share": share, "parts": folded.parts, "events": folded.events})
    else:
        told_of = f"share {share}: {folded.parts:,} parts with {folded.events:,} events are folded"
        put([f"{told_of}; join all shares in one folder: grants nightly --over {over}"])
    return 0


def _jobs(text: str | None) -> int:
    if text is None:
        return min(
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            MOST_JOBS,
        )
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_JOBS):
        raise BadInput(f"--jobs: {text!r} is no number from 1 to {MOST_JOBS}")
    return int(text)


def refuse_short_ids(given: dict[str, Any]) -> None:
    """Without a store nobody knows what an id was shortened from.

    Raises:
        BadInput: a grant is not named by its whole id.
    """
    for grant in given["grant"] or ():
        if not WHOLE_ID.fullmatch(grant):
            raise BadInput(f"--grant: with --over give the whole id of a grant or project, not {grant!r}")


def open_report_over(over: str, wanted: Report) -> Any:
    """A report over an export, told today; no store is opened."""
    from lifecycle.large import open_report

    return open_report(Path(over), wanted, lambda: business_date(now()))
