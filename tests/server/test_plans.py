"""What a command and the triggers look up is found by key, however small the tables were when it was planned."""

from __future__ import annotations

import psycopg
from store.office import Office, elsewhere, new

TABLES = ("events", "commands", "seals", "turns", "cap_usage")
SCANS = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY (%s)"


def scans(office: Office) -> dict[str, int]:
    """How often each table was read from one end to the other, by whom ever."""
    office.connection.execute("SELECT pg_stat_force_next_flush()")
    office.connection.execute("SELECT 1")
    with psycopg.connect(office.path, autocommit=True) as connection:
        return dict(connection.execute(SCANS, (list(TABLES),)).fetchall())


def test_no_command_reads_a_table_from_end_to_end(office: Office) -> None:
    office.connection.execute("ANALYZE")
    before = scans(office)
    for _ in range(8):
        office.do("import_decision", **elsewhere("340006", 2025, soft=1))
        office.approved(new(soft=1_000))
    assert scans(office) == before


def test_a_read_of_more_than_keys_has_the_servers_own_plans(office: Office) -> None:
    settings = "SELECT current_setting('enable_seqscan'), current_setting('plan_cache_mode')"
    for _ in range(3):
        with office.grants.store.reading() as connection:
            assert connection.execute(settings).fetchone() == ("on", "auto")
        assert office.connection.execute(settings).fetchone() == ("off", "force_generic_plan")
    with office.grants.store.snapshot() as database:
        assert database.exec_driver_sql(settings).fetchone() == ("on", "auto")


def test_no_statement_of_the_store_is_compiled_and_reports_may_be(office: Office) -> None:
    """A server before PostgreSQL 18 takes a scan that was advised against for a very long one."""
    assert office.connection.execute("SELECT current_setting('jit')").fetchone() == ("off",)
    with psycopg.connect(office.path) as other, office.grants.store.snapshot() as database:
        (own,) = other.execute("SELECT current_setting('jit')").fetchone() or ()
        assert database.exec_driver_sql("SELECT current_setting('jit')").scalar() == own
