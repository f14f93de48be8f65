"""The run, night after night: what it keeps, what it reports."""

import json
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from scraper.jobs.metrics import metrics
from scraper.jobs.report import LayoutPages, Report, SiteVisits, Trials
from scraper.jobs.run import RunListener
from scraper.store.lease import Lease, LeaseHeld
from scraper.store.tables import Ruling
from tests.nights import FIRST, aggregator, number, registry, veeva, veeva_page
from tests.replica_sites import study
from tests.runs import BOTH, adds_up, after_the_first, counted, reported, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)
begun = pytest.fixture(after_the_first)


def test_the_first_night_keeps_what_the_sites_show(begun):
    report = adds_up(reported(begun, 1))
    assert counted(report) == (2, 2, 0, 0)
    lines = {site: line.model_dump(exclude_defaults=True) for site, line in report.sites.items()}
    assert lines == {
        "ctgov": {"visits": 2, "kept": 2},
        "inclinicaltrials": {"visits": 2, "kept": 2},
        "trialx": {"visits": 2, "absent": 2},
        "veeva": {"visits": 2, "kept": 2},
    }
    assert (report.versions, report.changes, report.failures, report.exit_code) == (6, 0, 0, 0)
    assert [(layout.site, layout.layout, layout.pages, layout.ruling) for layout in report.layouts] == [
        ("ctgov", "study", 2, "good"),
        ("inclinicaltrials", "summary", 2, "good"),
        ("veeva", "study", 2, "good"),
    ]


def test_a_night_in_which_nothing_changed_keeps_no_version_and_no_reading(begun):
    before = begun.rows()
    report = adds_up(begun.night(everything=True))
    assert (counted(report), report.versions, report.exit_code) == ((2, 0, 2, 0), 0, 0)
    after = begun.rows()
    assert {name: after[name] - before[name] for name in ("records", "readings", "changes")} == {
        "records": 0,
        "readings": 0,
        "changes": 0,
    }
    # Also without an archive pages are asked for on the condition that they changed.
    assert {status for _, status in begun.web.asked} == {304}
    assert begun.one("SELECT count(*) FROM pages WHERE file IS NOT NULL") == 0


def test_pages_that_are_known_are_asked_for_on_the_condition_that_they_changed(nights):
    begun = nights(1, archive=True)
    begun.night()
    begun.night(everything=True)
    assert sorted(begun.web.asked) == sorted((url, 304) for url in (registry(1), veeva(1), aggregator(1)))
    statuses = begun.ask("SELECT status, count(*) FROM pages WHERE run_id = 2 AND site <> 'trialx' GROUP BY status")
    assert statuses == [(304, 3)]


def test_a_page_that_changed_is_a_new_version_with_its_changes_of_which_the_improbable_are_flagged(begun):
    begun.web.pages[veeva(1)] = veeva_page(
        1, Unknown="Completed", **{"50 estimated patients": "5,000 patients", "50 participants": "5,000 participants"}
    )
    report = adds_up(begun.night(everything=True))
    assert (counted(report), report.versions, report.changes, report.anomalies) == ((2, 1, 1, 0), 1, 3, 1)
    assert [
        (field, json.loads(old), json.loads(new), doubt)
        for field, old, new, doubt in begun.ask(
            "SELECT field, CAST(old AS text), CAST(new AS text), doubt FROM changes ORDER BY id"
        )
    ] == [
        ("status", "UNKNOWN", "COMPLETED", None),
        ("enrollment.count", 50, 5000, "100 times as many"),
        ("enrollment.type", "ESTIMATED", "ACTUAL", None),
    ]
    assert report.exit_code == 0


def test_the_report_is_kept_as_it_was_given(nights):
    begun = nights(1)
    begun.web.pages[veeva(1)] = 500
    report = begun.night(sites=BOTH)
    kept = begun.one("SELECT CAST(report AS text) FROM reports")
    assert json.loads(str(kept)) == report.as_json()
    assert Report.from_json(json.loads(str(kept))) == report
    assert begun.ask("SELECT run_id, exit_code FROM reports") == [(1, 1)]


def test_the_figures_for_prometheus_are_those_of_the_report():
    layouts = [("ctgov", "study", 2), ("inclinicaltrials", "summary", 2), ("veeva", "study", 1)]
    report = Report(
        run=1,
        resumed=(),
        first_started_at=FIRST,
        started_at=FIRST,
        ended_at=FIRST + timedelta(minutes=5),
        trials=Trials(visited=2, kept=1, unchanged=0, failed=1),
        sites={
            "ctgov": SiteVisits(visits=2, kept=2),
            "inclinicaltrials": SiteVisits(visits=2, kept=2),
            "trialx": SiteVisits(visits=2, absent=2),
            "veeva": SiteVisits(visits=2, kept=1, failed=1),
        },
        layouts=tuple(
            LayoutPages(site=site, layout=layout, pages=pages, refused=0, ruling=Ruling.GOOD, reasons=())
            for site, layout, pages in layouts
        ),
        versions=5,
        changes=0,
        anomalies=0,
        failures=1,
    )
    figures = {
        (sample.name, *map(sample.labels.get, sorted(sample.labels, reverse=True))): sample.value
        for family in text_string_to_metric_families(metrics(report))
        for sample in family.samples
    }
    assert {key: value for key, value in figures.items() if value} == {
        ("trialpages_run",): 1,
        ("trialpages_run_end_timestamp_seconds",): FIRST.timestamp() + 300,
        ("trialpages_run_duration_seconds",): 300,
        ("trialpages_run_exit_code",): 1,
        ("trialpages_trials", "kept"): 1,
        ("trialpages_trials", "failed"): 1,
        ("trialpages_visits", "ctgov", "kept"): 2,
        ("trialpages_visits", "inclinicaltrials", "kept"): 2,
        ("trialpages_visits", "trialx", "absent"): 2,
        ("trialpages_visits", "veeva", "kept"): 1,
        ("trialpages_visits", "veeva", "failed"): 1,
        ("trialpages_pages", "ctgov", "study"): 2,
        ("trialpages_pages", "inclinicaltrials", "summary"): 2,
        ("trialpages_pages", "veeva", "study"): 1,
        ("trialpages_versions",): 5,
        ("trialpages_failures",): 1,
    }


def test_a_trial_that_no_site_shows_has_failed(nights):
    begun = nights(1)
    report = adds_up(begun.night(only=[number(1), number(9)]))
    assert (counted(report), report.failures, report.exit_code) == ((2, 1, 0, 1), 1, 1)
    assert begun.ask("SELECT nct_id, site, error, message, advice FROM failures") == [
        (
            number(9),
            None,
            "NotFound",
            f"no site shows {number(9)}",
            f"see whether the number is right; if not: trialpages watch remove {number(9)}",
        )
    ]


def test_trials_that_are_asked_for_need_not_be_watched_nor_due(begun):
    begun.web.pages[registry(3)] = study(number(3), "Knee trial 3", "Knee Pain")[0]
    report = begun.night(only=[number(1), number(3)], sites=["ctgov"])
    assert (counted(report), list(report.sites)) == ((2, 1, 1, 0), ["ctgov"])


def test_a_listener_is_told_of_what_is_planned_and_what_was_kept(nights):
    class Listener(RunListener):
        def __init__(self):
            self.planned = {}
            self.kept = []

        def begun(self, _run, planned):
            self.planned = dict(planned)

        def visited(self, visit, kept):
            self.kept.append((visit.nct_id, visit.site, kept.result, kept.versions, kept.changes))

    listener = Listener()
    nights(1).night(listener=listener, sites=["ctgov", "trialx"])
    assert listener.planned == {"ctgov": 1, "trialx": 1}
    assert sorted(listener.kept) == [
        (number(1), "ctgov", "kept", 1, 0),
        (number(1), "trialx", "absent", 0, 0),
    ]


def test_a_second_run_is_told_who_holds_the_lease(nights):
    begun = nights(1)
    with Lease(begun.database, begun.time, 60).held(), pytest.raises(LeaseHeld, match="another run is under way, by "):
        begun.night()
    assert begun.ask("SELECT count(*) FROM runs") == [(0,)]
    assert begun.night(sites=["ctgov"]).trials.kept == 1
