"""大規模台帳: the export of a server's log has the night that the server has."""

from __future__ import annotations

from pathlib import Path

from reports.shell import Shell
from service.life import LIFE
from store.office import Clock, office_at

from lifecycle.large import night_over
from lifecycle.large.night import Means
from lifecycle.nightly import nightly


def test_the_night_over_a_servers_export_is_the_servers_night(tmp_path: Path) -> None:
    office = office_at(tmp_path / "grants.db")
    for step in LIFE:
        office.do(step.do, **step.told(office))
    own = nightly(office.grants.store, office.clock)
    shell = Shell(tmp_path / "no-store.db", tmp_path)
    store = ("--store", office.grants.store.url)
    done = shell("export", "parquet", "--only", "events", "-o", "pq", *store)
    assert done.exit == 0, done.err
    over = night_over(tmp_path / "pq", Clock(), Means(jobs=1, memory_mb=200))
    assert (over.digest, over.to_n) == (own.digest, own.to_n)
    words = ("report", "decisions", "--as-of-event", str(own.to_n), "--json")
    assert shell(*words, "--over", "pq").out == shell(*words, *store).out != ""
    office.close()
