"""`from scraper import Store`: what the store knows, for Python programs."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

import scraper
from scraper import Store
from scraper.errors import NotFound
from scraper.store.database import Database, StoreError
from tests.build import SUMMARY, VEEVA
from tests.commands import set_home
from tests.versions import OPEN, TRIAL, at, captured, imported, night, shows

OTHER = SUMMARY.replace("NCT04953572", TRIAL)
"""What another site says of the trial: its status is another."""


def two_sites(url):
    """Prepare a store: two sites show a trial, one of them first said something else, and one shows another trial."""
    with Database(url) as database:
        night(database, 1, shows(1, VEEVA), shows(1, OTHER))
        night(database, 2, shows(2, OPEN))
        imported(database, 3, captured(2, VEEVA.replace(TRIAL, "NCT00000011")))


@pytest.fixture
def store(databases):
    with Store(databases.copy_of(two_sites)) as store:
        yield store


def test_trials_are_those_that_all_pages_together_show(store):
    trials = [*store.trials()]
    assert [(one.trial.nct_id, [source.site for source in one.sources]) for one in trials] == [
        ("NCT00000011", ["veeva"]),
        (TRIAL, ["inclinicaltrials", "veeva"]),
    ]
    assert store.trial(TRIAL) == trials[1]
    assert [len(one.sources) for one in store.trials([TRIAL], ["veeva"])] == [1]


def test_a_trial_of_which_nothing_is_known_is_told_with_what_to_do(store):
    with pytest.raises(NotFound, match="nothing is kept of NCT99999999: trialpages watch add NCT99999999"):
        store.trial("NCT99999999")


def test_each_value_says_when_its_page_was_last_seen(store):
    opinions = store.trial(TRIAL).decisions["status"].opinions
    assert {one.page: one.seen_at for one in opinions} == {
        "inclinicaltrials/summary": at(1),
        "veeva/study": at(2),
    }


def test_records_versions_changes_and_conflicts_can_be_iterated(store):
    assert [record.source.site for record in store.records([TRIAL])] == ["inclinicaltrials", "veeva"]
    assert [record.source.site for record in store.records(sites=["inclinicaltrials"])] == ["inclinicaltrials"]
    assert [version.record.trial.status for version in store.versions(TRIAL, ["veeva"])] == ["UNKNOWN", "RECRUITING"]
    conflicts = [*store.conflicts()]
    assert {one.nct_id for one in conflicts} == {TRIAL}
    assert [*store.conflicts(fields=[conflicts[0].decision.field])] == conflicts[:1]
    assert [*store.conflicts(["NCT00000011"])] == []


def test_changes_can_be_chosen_by_time_trial_and_site(store):
    (change,) = store.changes(sites=["veeva"])
    assert (change.nct_id, change.field, change.new, change.seen_at) == (TRIAL, "status", "RECRUITING", at(2))
    assert [*store.changes(since=at(3), sites=["veeva"])] == []
    assert [*store.changes(until=at(2), sites=["veeva"])] == []
    assert [*store.changes(nct_ids=["NCT00000011"], sites=["veeva"])] == []


def test_the_history_and_the_changes_of_a_trial_are_those_of_all_its_pages_together(store):
    first, *later = store.history(TRIAL)
    assert first.is_first
    told = [(change.field, change.new) for one in later for change, *_ in one.changes]
    assert [(change.field, change.new) for change in store.changes()] == told


def test_a_store_is_the_one_of_the_settings_or_a_path(sqlite, tmp_path, monkeypatch):
    sqlite.drop()
    path = str(sa.make_url(sqlite.copy_of(two_sites)).database)
    set_home(monkeypatch, tmp_path)
    with Store() as empty:
        assert [*empty.trials()] == []
    assert list(tmp_path.iterdir()) == []  # nothing is made to be read
    with Store(path) as store:
        assert store.trial(TRIAL).trial.nct_id == TRIAL


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StoreError, match=f"there is no store {tmp_path}/typo.sqlite3"):
        Store(tmp_path / "typo.sqlite3")


def test_who_extracts_a_page_loads_no_database():
    code = "import sys; from scraper import extract_page; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


def test_what_the_package_has_not_is_told_as_python_does():
    with pytest.raises(AttributeError, match="has no attribute 'Shop'"):
        scraper.Shop  # noqa: B018 - to look is what is tried
