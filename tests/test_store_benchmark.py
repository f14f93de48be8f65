"""What can be wrong in the benchmark of the store: trials that are not found, or pages that are read again."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks.store import trials
from benchmarks.store.__main__ import complete, in_a_process, measure
from benchmarks.store.run import run
from scraper.store import watch
from scraper.store.database import Database
from scraper.store.tables import PAGES
from tests.nights import FIRST

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")

NUMBERS = trials.nct_ids(3)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Three trials, written once."""
    folder = tmp_path_factory.mktemp("archive")
    trials.write(folder, NUMBERS)
    return folder


def test_every_page_is_kept_in_the_first_run_and_no_record_in_the_second(databases, archive):
    first, second = measure(databases, archive, NUMBERS, run)

    assert complete(first, second, 3)
    kept = {"records": 15, "readings": 15, "changes": 0, "failures": 0}
    assert first.stored.rows == {**kept, "pages": 18, "visits": 12}  # the portal's search is an exchange, too
    assert second.stored.rows == {**kept, "pages": 33, "visits": 24}
    assert 0 < first.stored.megabytes <= second.stored.megabytes


def test_the_second_run_is_told_that_every_page_is_as_it_was(sqlite, archive, tmp_path):
    url = sqlite.fresh()
    with Database(url) as store:
        watch.add(store, NUMBERS, FIRST)

    for _ in range(2):
        run(url, archive, tmp_path)

    with Database(url) as store, store.read_transaction() as connection:
        statuses = connection.execute(
            sa.select(PAGES.c.run_id, PAGES.c.status, sa.func.count())
            .group_by(PAGES.c.run_id, PAGES.c.status)
            .order_by(PAGES.c.run_id)
        ).all()
    assert [tuple(row) for row in statuses] == [(1, 200, 18), (2, 304, 15)]


def test_a_trial_that_is_not_there_is_seen(sqlite, archive):
    more = trials.nct_ids(4)

    assert not complete(*measure(sqlite, archive, more, run), 4)


def test_a_run_in_a_process_tells_how_it_went_on(sqlite, archive, tmp_path):
    url = sqlite.fresh()
    with Database(url) as store:
        watch.add(store, NUMBERS, FIRST)

    moments = in_a_process(url, archive, tmp_path)["moments"]

    assert len(moments) == 11  # a tenth of the visits each, and the whole
    assert [moments[-2]["pages"], moments[-1]["pages"]] == [15, 15]
    for figure in ("pages", "seconds", "processor", "megabytes"):
        told = [moment[figure] for moment in moments]
        assert told == sorted(told)
        assert told[0] > 0


def test_each_trial_has_addresses_of_its_own():
    urls = [url for url, _, _ in trials.answers(NUMBERS)]

    assert len(urls) == len(set(urls)) == 18
