"""Ids that the store gives: projects are numbered per authority and first year."""

from __future__ import annotations

import re

from lifecycle.store.transaction import Transaction

PROJECT = re.compile(r"([0-9]{6})-([0-9]{4})-([0-9]{2}|[1-9][0-9]{2,})\Z")
GRANT = re.compile(r"[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}\Z")
EFFECT_YEAR = re.compile(r"[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/effect-[0-9]{4}\Z")
CHANGE = re.compile(r"[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/c[0-9]+\Z")
ORDER = re.compile(r"[0-9]{6}-[0-9]{4}-(?:[0-9]{2}|[1-9][0-9]{2,})/[0-9]{4}/r[0-9]+\Z")


def next_project(transaction: Transaction, authority: str, first_year: int) -> str:
    """The next free project id `AUTHORITY-FIRSTYEAR-NN`."""
    beginning = f"{authority}-{first_year}-"
    numbers = [
        int(match.group(3)) for stream in transaction.streams(beginning) if (match := PROJECT.match(stream))
    ]
    return f"{beginning}{max(numbers, default=0) + 1:02d}"


def grants_of(transaction: Transaction, project: str) -> list[str]:
    """The grants of a project, by fiscal year."""
    return [stream for stream in transaction.streams(f"{project}/") if GRANT.match(stream)]
