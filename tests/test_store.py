"""The store: made on first use, only ever added to, and every failure of its database one line."""

import json
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from normalizers.changes import content_hash
from schemas.record import Issue, IssueCode, Record
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.settings import Settings
from scraper.store.database import Database, StoreError
from scraper.store.tables import METADATA, Utc
from tests.build import VEEVA, record, with_line
from tests.nights import FIRST, after_one_night, number, one_night, registry, veeva, veeva_page, with_tables
from tests.processes import PIPE, Process

ROOT = Path(__file__).parent.parent


def everything(nights):
    """Every row of every table but the lease, which alone is written over."""
    with nights.database.read_transaction() as connection:
        return {
            name: [repr(tuple(row)) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for name, table in METADATA.tables.items()
            if name != "lease"
        }


# Made on first use


def test_the_store_and_its_folder_are_made_on_first_use(tmp_path):
    force = Settings(home=tmp_path / "not" / "there" / "yet")
    with Database(force.store_url) as store, store.read_transaction() as connection:
        assert sorted(sa.inspect(connection).get_table_names()) == sorted([*METADATA.tables, "alembic_version"])
    assert (tmp_path / "not" / "there" / "yet" / "store.sqlite3").is_file()


def test_a_sqlite_store_has_a_write_ahead_log_and_checks_references(tmp_path):
    with Database(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store, store.read_transaction() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names] == ["wal", 1, 1]


A_ROW = sa.text("INSERT INTO watch (at, nct_id, wanted, priority) VALUES ('2026-11-01', 'NCT04000001', true, 0)")


@pytest.fixture
def made(databases):
    """The URL of a database with the store's tables."""
    return databases.copy_of(with_tables)


@pytest.fixture
def begun(databases):
    """A store in which one night is kept, before the next one."""
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        yield begun


def rows(store):
    with store.read_transaction() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM watch")).scalar_one()


def test_a_reader_does_not_wait_for_a_writer_and_sees_nothing_of_it(made):
    with Database(made) as store, Database(made) as other:
        with store.write_transaction() as writer:
            writer.execute(A_ROW)
            assert rows(other) == 0
        assert rows(other) == 1


def test_what_is_written_is_undone_as_a_whole_where_it_fails(made):
    def fail(connection):
        connection.execute(A_ROW)
        connection.execute(sa.text("INSERT INTO nowhere VALUES (1)"))

    with Database(made) as store:
        with pytest.raises(StoreError, match="nowhere"), store.write_transaction() as connection:
            fail(connection)
        assert rows(store) == 0


def test_two_processes_make_one_store(tmp_path):
    database = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    script = """
import sys, warnings
from scraper.store.database import Database
warnings.simplefilter("error")
input()
Database(sys.argv[1]).close()
"""
    with Process(database, code=script, stdin=PIPE) as one, Process(database, code=script, stdin=PIPE) as other:
        for process in (one, other):
            process.stdin.write(b"\n")
            process.stdin.flush()
        assert [(process.wait(), process.stderr.read()) for process in (one, other)] == [(0, b""), (0, b"")]
    with Database(database) as store, store.read_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM lease")).scalar_one() == 1


def test_moments_come_back_in_utc_whatever_the_server_s_time_zone(begun):
    with begun.database.read_transaction() as connection:
        (started,) = connection.execute(sa.select(METADATA.tables["runs"].c.started_at)).scalars()
    assert started.isoformat() == "2026-11-01T03:00:00+00:00"


def test_a_moment_that_is_not_there_stays_away():
    assert (Utc().process_bind_param(None, sa.dialects.sqlite.dialect()), Utc().process_result_value(None, None)) == (
        None,
        None,
    )


# One line for every failure

NO_ADDRESS = (
    "the setting store is no address of a database; it reads sqlite:////folder/store.sqlite3"
    " or postgresql+psycopg://user@host/name "
)


@pytest.mark.parametrize(
    ("url", "message", "code"),
    [
        (
            "postgresql+psycopg://u:secret@host:port/name",
            NO_ADDRESS + "(invalid literal for int() with base 10: 'port')",
            2,
        ),
        (
            "secret",
            NO_ADDRESS + "(Could not parse SQLAlchemy URL from given URL string)",
            2,
        ),
        ("sqlite:////tmp/x?timeout=abc", NO_ADDRESS + "(could not convert string to float: 'abc')", 2),
        ("mysql://u:secret@host/name", "the store is SQLite or PostgreSQL, not mysql", 2),
        *((url, "the setting store names no file", 2) for url in ("sqlite://", "sqlite:///", "sqlite:///:memory:")),
        (
            "postgresql+asyncpg://u:secret@host/name",
            NO_ADDRESS + "(No module named 'asyncpg')",
            2,
        ),
        (
            "postgresql+none://u:secret@host/name",
            NO_ADDRESS + "(Can't load plugin: sqlalchemy.dialects:postgresql.none)",
            2,
        ),
        (
            "postgresql+psycopg://u:secret@/name?host=/nowhere",
            "the store postgresql+psycopg://u:***@/name?host=%2Fnowhere cannot be used: connection is bad: ",
            1,
        ),
        ("sqlite:////proc/store.sqlite3", "the store /proc/store.sqlite3 cannot be made: ", 1),
        ("sqlite:////proc/none/store.sqlite3", "the store /proc/none/store.sqlite3 cannot be made: ", 1),
        ("sqlite:////tmp", "the store sqlite:////tmp cannot be used: unable to open database file", 1),
    ],
)
def test_a_store_that_cannot_be_opened_is_one_line_without_the_password(url, message, code):
    with pytest.raises(StoreError) as caught:
        Database(url)
    said = str(caught.value)
    assert said.startswith(message)
    assert ("\n" in said, "secret@" in said, caught.value.exit_code) == (False, False, code)


def test_what_is_no_database_is_told_with_the_remedy(tmp_path):
    path = tmp_path / "store.sqlite3"
    path.write_text("Dear diary," * 100)
    with pytest.raises(StoreError) as caught:
        Database(f"sqlite:///{path}")
    assert str(caught.value) == (
        f"the store sqlite:///{path} cannot be used: file is not a database;"
        " put a backup in its place, or delete it to begin anew"
    )


def test_a_damaged_store_is_told_with_the_remedy(tmp_path):
    path = tmp_path / "store.sqlite3"
    Database(f"sqlite:///{path}").close()
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(byte ^ 0x55 for byte in content[4096:])
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        Database(f"sqlite:///{path}")
    assert str(caught.value) == (
        f"the store sqlite:///{path} cannot be used: database disk image is malformed;"
        " put a backup in its place, or delete it to begin anew"
    )


def test_a_full_disk_is_one_line(tmp_path):
    path = tmp_path / "store.sqlite3"

    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000)")

    with Database(f"sqlite:///{path}") as store:
        with pytest.raises(StoreError) as caught, store.write_transaction() as connection:
            fill(connection)
        assert str(caught.value) == f"the store sqlite:///{path} cannot be used: database or disk is full"


# Versions


def test_records_are_jsonb_on_postgresql(postgresql):
    postgresql.drop()
    with Database(postgresql.copy_of(with_tables)) as store, store.read_transaction() as connection:
        types = connection.execute(
            sa.text(
                "SELECT table_name || '.' || column_name, data_type FROM information_schema.columns"
                " JOIN information_schema.tables USING (table_schema, table_name)"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type LIKE 'json%' ORDER BY 1"
            )
        ).all()
    assert [tuple(row) for row in types] == [
        ("changes.new", "jsonb"),
        ("changes.old", "jsonb"),
        ("records.record", "jsonb"),
        ("reports.report", "jsonb"),
        ("verdicts.reasons", "jsonb"),
    ]


def test_what_an_address_asks_of_postgresql_is_heeded(postgresql):
    postgresql.drop()
    url = sa.make_url(postgresql.fresh())
    with Database(url.render_as_string(hide_password=False)) as store, store.write_transaction() as connection:
        connection.execute(sa.text("CREATE SCHEMA trials"))
    there = url.update_query_dict({"options": "-c search_path=trials"}).render_as_string(hide_password=False)
    with Database(there) as store, store.read_transaction() as connection:
        assert connection.execute(sa.text("SELECT to_regclass('trials.visits')::text")).scalar() == "visits"
        assert connection.execute(sa.text("SHOW timezone")).scalar() == "UTC"


def test_a_version_is_kept_as_it_was_read(begun):
    kept = begun.one("SELECT record FROM records WHERE site = 'veeva' AND nct_id = :nct_id", nct_id=number(1))
    kept = json.loads(kept) if isinstance(kept, str) else kept
    page = Page(veeva_page(1), veeva(1), FIRST)
    assert kept == read(page).model_dump(mode="json")


@pytest.mark.parametrize(
    "page",
    [
        VEEVA.replace("  • Knee pain.", "  1. Knee pain."),
        with_line(VEEVA, "Menu", "Another menu", "And another"),
        VEEVA.replace("Phase 2\nPhase 1", "Phase 1\nPhase 2"),
        VEEVA.replace("Find clinical trials", "Look for clinical trials"),
        VEEVA.replace("Army Medical", "  Army\u00a0 Medical"),
    ],
    ids=["marker", "block numbers", "order", "around the trial", "white space"],
)
def test_pages_that_say_the_same_are_one_version(page):
    assert page != VEEVA
    assert content_hash(record(page)) == content_hash(record(VEEVA))


def test_when_and_where_a_page_was_found_makes_no_version():
    one = record(VEEVA)
    other = one.model_copy(update={"source": one.source.model_copy(update={"url": "https://ctv.veeva.com/study/x"})})
    later = read(Page(VEEVA.encode(), None, FIRST))
    assert content_hash(one) == content_hash(other) == content_hash(later)


def test_a_new_issue_makes_a_version():
    one = record(VEEVA)
    issue = Issue(field="status", code=IssueCode.NOT_UNDERSTOOD, text="Perhaps", message="no status")
    assert content_hash(one) != content_hash(one.model_copy(update={"issues": (*one.issues, issue)}))


def test_a_page_that_changes_and_changes_back_has_two_versions_three_readings_and_both_changes(begun):
    for status in ("Completed", "Unknown"):
        begun.web.pages[veeva(1)] = veeva_page(1, Unknown=status)
        begun.night(only=[number(1)], sites=["veeva"])
    first, second = begun.ask(
        "SELECT id FROM records WHERE site = 'veeva' AND nct_id = :nct_id ORDER BY id", nct_id=number(1)
    )
    assert begun.ask(
        "SELECT run_id, status, record_id FROM readings WHERE site = 'veeva' AND nct_id = :nct_id ORDER BY id",
        nct_id=number(1),
    ) == [
        (1, "UNKNOWN", *first),
        (2, "COMPLETED", *second),
        (3, "UNKNOWN", *first),
    ]
    assert begun.ask("SELECT run_id, field, cause, doubt FROM changes ORDER BY id") == [
        (2, "status", "page", None),
        (3, "status", "page", None),
    ]
    changed = [json.loads(text) for (text,) in begun.ask("SELECT CAST(new AS text) FROM changes ORDER BY id")]
    assert changed == ["COMPLETED", "UNKNOWN"]


def test_other_bytes_that_say_the_same_are_another_reading_of_the_same_version(begun):
    begun.web.pages[veeva(1)] = veeva_page(1, **{"Find clinical trials": "Look for trials"})
    report = begun.night(only=[number(1)], sites=["veeva"])
    assert report.sites["veeva"].unchanged == 1
    record = begun.one("SELECT id FROM records WHERE site = 'veeva' AND nct_id = :nct_id", nct_id=number(1))
    readings = begun.ask(
        "SELECT run_id, record_id FROM readings WHERE site = 'veeva' AND nct_id = :nct_id ORDER BY id",
        nct_id=number(1),
    )
    assert readings == [(1, record), (2, record)]
    assert begun.ask("SELECT * FROM changes") == []


def test_a_version_that_was_kept_in_another_normal_form_is_the_same_version(begun):
    begun.web.pages[veeva(1)] = veeva_page(1, **{"Army Medical University": "Université"})
    begun.night(only=[number(1)], sites=["veeva"])
    ((record, words),) = begun.ask("SELECT id, CAST(record AS text) FROM records ORDER BY id DESC LIMIT 1")
    old = Record.model_validate_json(words)
    trial = old.trial.model_copy(update={"sponsor": unicodedata.normalize("NFD", "Université")})
    with begun.database.write_transaction() as connection:  # as a program wrote it that compared the signs themselves
        kept = old.model_copy(update={"trial": trial}).model_dump(mode="json")
        records = METADATA.tables["records"]
        connection.execute(records.update().where(records.c.id == record).values(record=kept, content_hash="0" * 64))
    before = begun.one("SELECT COUNT(*) FROM changes")
    begun.web.pages[veeva(1)] = veeva_page(
        1, **{"Army Medical University": "Université", "Find clinical trials": "Look"}
    )
    report = begun.night(only=[number(1)], sites=["veeva"])
    assert report.sites["veeva"].unchanged == 1
    assert begun.one("SELECT record_id FROM readings ORDER BY id DESC LIMIT 1") == record
    assert begun.one("SELECT COUNT(*) FROM changes") == before


def test_through_many_nights_nothing_is_written_over_or_removed(nights):
    begun = nights(1, 2, 3, drift_pages=1, archive=False)
    before = everything(begun)

    def night(**options):
        nonlocal before
        begun.night(sites=["ctgov", "veeva"], **options)
        after = everything(begun)
        lost = {name: [row for row in rows if row not in after[name]] for name, rows in before.items()}
        assert lost == {name: [] for name in after}
        before = after

    night()
    night()
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    begun.web.pages[veeva(2)] = 404
    begun.web.pages[registry(3)] = 500
    night(everything=True)
    for place in (1, 2, 3):  # Veeva is rebuilt, and put aside
        begun.web.pages[veeva(place)] = veeva_page(place, Conditions="Illnesses", Unknown="Recruiting")
    night(everything=True)
    for place in (1, 2, 3):
        begun.web.pages[veeva(place)] = veeva_page(place)
    night(everything=True)
    night(everything=True)
    assert [name for name, rows in before.items() if not rows] == []
    rulings = begun.ask("SELECT run_id, ruling FROM verdicts WHERE site = 'veeva' ORDER BY id")
    assert rulings == [(1, "good"), (3, "good"), (4, "quarantined"), (5, "good"), (6, "good")]


def test_what_no_text_can_hold_harms_no_run(nights):
    """JSON can write NUL, which PostgreSQL does not keep, and half characters, which UTF-8 cannot write."""
    begun = nights(1)
    study = begun.web.pages[registry(1)]
    assert isinstance(study, bytes)
    begun.web.pages[registry(1)] = study.replace(b"Knee trial 1", b"Knee\\u0000trial\\ud8001")
    report = begun.night(sites=["ctgov"])
    kept = begun.one("SELECT CAST(record AS text) FROM records WHERE site = 'ctgov'")
    assert (report.trials.kept, "Knee\ufffdtrial\ufffd1" in str(kept)) == (1, True)
