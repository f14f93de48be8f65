"""The run, night after night: what it asks for, what it keeps, what it reports."""

import asyncio
import json
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from scraper.errors import (
    Blocked,
    ExtractError,
    FetchError,
    NotATrialPage,
    NotFound,
    RecordError,
    TrialPagesError,
    Truncated,
    UnknownLayout,
    UnsafeUrl,
)
from scraper.jobs.advice import advice
from scraper.jobs.metrics import metrics
from scraper.jobs.report import LayoutPages, Report, SiteVisits, Trials
from scraper.jobs.run import RunListener
from scraper.pipeline import ReadPage, package_version, read_page
from scraper.store.history import versions
from scraper.store.lease import Lease, LeaseHeld
from scraper.store.tables import REPORTS, VERDICTS, Ruling
from tests.build import without
from tests.nights import (
    DAY,
    FIRST,
    Nights,
    after_one_night,
    aggregator,
    details_page,
    number,
    one_night,
    registry,
    veeva,
    veeva_page,
)
from tests.replica_sites import study

pytestmark = pytest.mark.one_database

BOTH = ("ctgov", "veeva")


@pytest.fixture
def nights(nights):
    """Nights without an archive, except where a test asks for one."""
    return partial(nights, archive=False)


@pytest.fixture
def begun(databases):
    """A store in which one night is kept, before the next one."""
    with closing(after_one_night(databases.copy_of(one_night))) as begun:
        yield begun


def adds_up(report):
    """Trials in = kept + unchanged + failed; visits = kept + unchanged + absent + gone + failed."""
    trials = report.trials
    assert trials.visited == trials.kept + trials.unchanged + trials.failed
    for line in report.sites.values():
        assert line.visits == line.kept + line.unchanged + line.absent + line.gone + line.failed
    return report


def reported(nights, run):
    """The report of a run as it was kept."""
    with nights.database.read_transaction() as connection:
        kept = connection.execute(sa.select(REPORTS.c.report).where(REPORTS.c.run_id == run)).scalar_one()
    return Report.from_json(kept)


def counted(report):
    return report.trials.visited, report.trials.kept, report.trials.unchanged, report.trials.failed


def current(nights, place, site):
    """The status that a trial has at a site, by what counts."""
    return nights.ask(
        "SELECT readings.status FROM readings WHERE nct_id = :nct_id AND site = :site AND ("
        " EXISTS (SELECT 1 FROM verdicts WHERE verdicts.run_id = readings.run_id"
        "  AND verdicts.site = readings.site AND verdicts.layout = readings.layout AND ruling <> 'quarantined')"
        " OR EXISTS (SELECT 1 FROM pages JOIN verdicts ON verdicts.run_id = pages.run_id"
        "  WHERE pages.reading_id = readings.id AND verdicts.site = readings.site"
        "  AND verdicts.layout = readings.layout AND ruling <> 'quarantined'))"
        " ORDER BY readings.id DESC LIMIT 1",
        nct_id=number(place),
        site=site,
    )[0][0]


# What a night comes to


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


# What is asked for


def of_the_registry(nights):
    return [url for url, _ in nights.web.asked if url.startswith("https://clinicaltrials.gov")]


OTHERS = ("veeva", "inclinicaltrials", "trialx")


@pytest.mark.parametrize(
    ("archive", "sites", "shown", "times"),
    [
        (True, ("ctgov", *OTHERS), True, 1),
        (False, ("ctgov", *OTHERS), False, 2),  # its own visit keeps nothing that the others could look up
        (True, OTHERS, False, 1),
        (False, OTHERS, True, 1),
    ],
)
def test_the_registry_is_asked_once_for_all_sites_that_need_hints(nights, archive, sites, shown, times):
    begun = nights(1, archive=archive)
    if not shown:
        begun.web.pages[registry(1)] = 404
    begun.night(sites=sites)
    assert of_the_registry(begun) == [registry(1)] * times


def test_hints_that_are_kept_need_no_registry(nights):
    begun = nights(1)
    begun.night(sites=["ctgov"])
    begun.night(sites=["veeva"])
    assert begun.web.asked == [(veeva(1), 200)]


def test_without_the_registry_what_cannot_be_looked_for_has_failed(nights):
    begun = nights(1)
    begun.web.pages[registry(1)] = 500
    report = adds_up(begun.night())
    assert [(site, line.failed) for site, line in report.sites.items()] == [
        ("ctgov", 1),
        ("inclinicaltrials", 1),
        ("trialx", 0),
        ("veeva", 1),
    ]
    assert begun.ask("SELECT message FROM failures WHERE site = 'veeva'") == [
        ("its addresses are made of the trial's title, which only the registry tells",)
    ]


def test_a_slow_site_does_not_hold_the_others(nights):
    begun = nights(1, 2)

    class Listener(RunListener):
        left = 6

        def visited(self, visit, _kept):
            self.left -= visit.site != "veeva"
            if not self.left:
                begun.web.slow["ctv.veeva.com"].set()

    async def run():
        begun.web.slow["ctv.veeva.com"] = asyncio.Event()
        async with asyncio.timeout(120):  # or Veeva, which waits for the others, would never answer
            return await begun.run(listener=Listener())

    assert asyncio.run(run()).sites["veeva"].kept == 2


def test_a_failure_at_one_site_touches_no_other_and_no_other_trial(nights):
    begun = nights(1, 2, 3, 4, 5)
    begun.web.pages |= {veeva(1): 500, veeva(2): 403, veeva(3): b"Nothing", veeva(4): b""}
    report = adds_up(begun.night(sites=["ctgov", "veeva"]))
    assert (counted(report), report.exit_code) == ((5, 1, 0, 4), 1)
    assert begun.ask("SELECT nct_id, site FROM failures ORDER BY nct_id") == [
        (number(place), "veeva") for place in (1, 2, 3, 4)
    ]
    assert (report.sites["veeva"].kept, report.sites["veeva"].failed, report.sites["ctgov"].kept) == (1, 4, 5)


def test_a_dead_letter_names_page_error_and_advice_and_is_tried_again(nights):
    begun = nights(1)
    begun.web.pages[veeva(1)] = 403
    begun.night(sites=BOTH)
    assert begun.ask("SELECT nct_id, site, layout, url, error, message, advice, refused FROM failures") == [
        (
            number(1),
            "veeva",
            "veeva/study",
            veeva(1),
            "Blocked",
            f"{veeva(1)} is refused by the site (403 Forbidden)",
            "leave the site alone for a while, ask it for permission, or visit more slowly: --pace, --contact",
            False,
        )
    ]
    begun.web.pages[veeva(1)] = veeva_page(1)
    assert begun.night(sites=BOTH).sites["veeva"].kept == 1


def test_a_page_that_is_not_understood_is_a_refused_one(nights):
    begun = nights(1)
    begun.web.pages[veeva(1)] = b"Something else altogether"
    report = begun.night(sites=BOTH)
    assert begun.ask("SELECT error, refused FROM failures") == [("NotATrialPage", True)]
    assert [(layout.refused, layout.ruling) for layout in report.layouts if layout.site == "veeva"] == [
        (1, "quarantined")
    ]


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (NotFound, "open the address: the page has moved"),
        (Blocked, "leave the site alone"),
        (UnsafeUrl, "see where the address leads"),
        (FetchError, "nothing, if it passes: it is tried again; else see whether"),
        (Truncated, "nothing, if it passes: it is tried again; if the site's other pages end so"),
        (NotATrialPage, "open the address: the site shows something else"),
        (UnknownLayout, "the site may have been rebuilt"),
        (ExtractError, "the site may have been rebuilt"),
        (RecordError, "see what the page says"),
        (TrialPagesError, "report it with the page"),
    ],
)
def test_every_kind_of_failure_has_its_advice(error, begins):
    assert advice(error("")).startswith(begins)


# Pages that move, vanish, or are somebody else's


def test_another_trial_s_page_at_a_known_address_is_a_page_that_is_missing(begun):
    before = begun.rows()["readings"]
    begun.web.pages[veeva(1)] = veeva_page(2)
    report = adds_up(begun.night(only=[number(1)], sites=["veeva"]))
    assert (report.sites["veeva"].failed, begun.rows()["readings"]) == (1, before)
    assert begun.ask("SELECT message FROM failures") == [
        (f"{veeva(1)} showed the trial and is not there any more (1 of 3)",)
    ]
    assert begun.ask("SELECT nct_id FROM records WHERE site = 'veeva' ORDER BY nct_id") == [(number(1),), (number(2),)]


def test_a_page_that_is_built_like_another_site_s_is_not_understood(nights):
    begun = nights(1)
    begun.web.pages[veeva(1)] = begun.web.pages[aggregator(1)]
    report = adds_up(begun.night())
    assert (report.sites["veeva"].failed, report.sites["inclinicaltrials"].kept) == (1, 1)
    assert begun.ask("SELECT error, message, refused FROM failures") == [
        ("UnknownLayout", f"{veeva(1)} shows {number(1)} as inclinicaltrials does, not as veeva", True)
    ]
    assert begun.ask("SELECT site, count(*) FROM readings GROUP BY site ORDER BY site") == [
        ("ctgov", 1),
        ("inclinicaltrials", 1),
    ]


def test_a_page_that_moved_is_followed_and_is_no_new_version(nights):
    begun = nights(1, archive=True)
    begun.night(sites=BOTH)
    moved = "https://ctv.veeva.com/study/moved"
    begun.web.pages |= {veeva(1): moved, moved: veeva_page(1)}
    report = adds_up(begun.night(everything=True, sites=["veeva"]))
    assert (report.sites["veeva"].unchanged, report.versions, report.exit_code) == (1, 0, 0)
    begun.night(everything=True, sites=["veeva"])
    assert begun.web.asked == [(veeva(1), 301), (moved, 304)]


def test_a_page_that_moved_and_changed_is_read_at_its_new_address(begun):
    moved = "https://ctv.veeva.com/study/moved"
    begun.web.pages |= {veeva(1): moved, moved: veeva_page(1, Unknown="Completed")}
    report = begun.night(only=[number(1)], sites=["veeva"])
    assert (report.sites["veeva"].kept, report.changes) == (1, 1)
    begun.night(only=[number(1)], sites=["veeva"])
    assert begun.web.asked == [(moved, 304)]


def test_a_page_that_is_gone_and_leads_to_the_other_one_is_missing(nights):
    begun = nights(1)
    details = f"{aggregator(1)}/details"
    begun.web.pages[details] = details_page(1)
    begun.night(sites=["ctgov", "inclinicaltrials"])
    begun.web.pages[aggregator(1)] = details
    report = begun.night(everything=True, sites=["inclinicaltrials"])
    assert report.sites["inclinicaltrials"].failed == 1
    assert begun.ask("SELECT layout, message FROM failures") == [
        (
            "inclinicaltrials/summary",
            f"{aggregator(1)} showed the trial and is not there any more (1 of 3)",
        )
    ]


@pytest.mark.parametrize("archive", [True, False])
def test_addresses_that_lead_to_one_page_are_no_reason_to_fail(nights, archive):
    """Both conditions' addresses of both trials lead to the home page, which is asked for once."""
    begun = nights(1, 2, archive=archive)
    for place in (1, 2):
        for condition in ("knee-pain", "other"):
            for ending in ("", "/details"):
                begun.web.pages[f"{aggregator(place, condition)}{ending}"] = "https://inclinicaltrials.com/"
    begun.web.pages["https://inclinicaltrials.com/"] = 404
    report = adds_up(begun.night(sites=["ctgov", "inclinicaltrials"]))
    assert (report.sites["inclinicaltrials"].absent, report.exit_code) == (2, 0)
    places = begun.ask("SELECT file, start, nct_id FROM pages WHERE file IS NOT NULL")
    assert len(places) == len(set(places))


def test_a_page_that_two_trials_meet_is_linked_to_the_one_that_it_shows(nights):
    """Both have the same title, of which Veeva makes its addresses; the page there is asked for once."""
    begun = nights(1, 2, archive=True)
    begun.web.pages[registry(2)] = study(number(2), "Knee trial 1", "Knee Pain")[0]
    begun.web.pages[veeva(1)] = veeva_page(2)
    del begun.web.pages[veeva(2)]
    adds_up(begun.night(sites=BOTH))
    assert [url for url, _ in begun.web.asked].count(veeva(1)) == 1
    rows = begun.ask("SELECT nct_id, file, start, reading_id FROM pages WHERE url = :url ORDER BY nct_id", url=veeva(1))
    (first, *place, nothing), (second, *same, reading) = rows
    assert (first, second, same, nothing) == (number(1), number(2), place, None)
    (version,) = versions(begun.database, number(2), ["veeva"])
    assert [version.words.file, version.words.start] == place
    assert begun.one("SELECT id FROM readings WHERE site = 'veeva'") == reading


def test_a_page_that_shows_up_where_there_was_none_is_found_when_the_site_is_due(nights):
    begun = nights(1)
    page, begun.web.pages[veeva(1)] = begun.web.pages[veeva(1)], 404
    assert begun.night(sites=BOTH).sites["veeva"].absent == 1
    begun.web.pages[veeva(1)] = page
    begun.time.at = FIRST + 14 * DAY
    assert begun.night(sites=BOTH).sites["veeva"].kept == 1


# Another program


@pytest.fixture
def another_version(monkeypatch):
    def change(number):
        monkeypatch.setattr("scraper.pipeline.version", lambda _: number)
        package_version.cache_clear()

    yield change
    monkeypatch.undo()
    package_version.cache_clear()


def test_another_version_of_the_program_reads_every_page_anew(nights, another_version):
    begun = nights(1, archive=True)
    begun.night(sites=BOTH)
    another_version("9.9")
    report = adds_up(begun.night(everything=True, sites=BOTH))
    assert (counted(report), report.versions) == ((1, 0, 1, 0), 0)
    assert begun.ask("SELECT package_version, count(*) FROM readings WHERE run_id = 2 GROUP BY package_version") == [
        ("9.9", 2)
    ]
    assert begun.one("SELECT package_version FROM runs WHERE id = 2") == "9.9"
    assert {status for url, status in begun.web.asked} == {304}  # what the archive has is not sent again
    begun.night(everything=True, sites=BOTH)
    assert begun.rows()["readings"] == 4


def test_what_another_version_of_the_program_reads_otherwise_is_a_change_of_the_code(
    nights, another_version, monkeypatch
):
    def otherwise(page):
        made = read_page(page)
        trial = made.record.trial.model_copy(update={"acronym": "KNEE"})
        return ReadPage(made.record.model_copy(update={"trial": trial}), made.labels)

    begun = nights(1)
    begun.night(sites=["veeva"])
    another_version("9.9")
    monkeypatch.setattr("scraper.discovery.page_reading.read_page", otherwise)
    assert begun.night(sites=["veeva"], everything=True).changes == 1
    assert begun.ask("SELECT field, cause FROM changes") == [("acronym", "code")]


# Quarantine


def rebuild(url):
    """Three good nights, and one in which Veeva has renamed a label and its trials recruit."""
    begun = Nights(url, Path("nowhere"), range(1, 7), archive=False)
    for _ in range(3):
        begun.night(everything=True, sites=BOTH)
    for place in range(1, 7):
        begun.web.pages[veeva(place)] = veeva_page(place, Conditions="Illnesses", Unknown="Enrolling")
    begun.night(everything=True, sites=BOTH)
    begun.close()


@pytest.fixture
def rebuilt(databases):
    """What is after those nights, with the last one's report."""
    begun = Nights(databases.copy_of(rebuild), Path("nowhere"), range(1, 7), archive=False)
    begun.time.at += 4 * DAY
    for place in range(1, 7):
        begun.web.pages[veeva(place)] = veeva_page(place, Conditions="Illnesses", Unknown="Enrolling")
    begun.report = adds_up(reported(begun, 4))
    yield begun
    begun.close()


def test_a_site_that_was_rebuilt_is_put_aside_with_the_label_that_vanished(rebuilt):
    (layout,) = rebuilt.report.quarantined
    assert (layout.site, layout.layout, layout.pages) == ("veeva", "study", 6)
    assert layout.reasons[0] == (
        "the label 'Conditions' vanished: on 100\u0020% of pages in the last 3 good runs, on none of 6 now,"
        " and conditions with it; its new name may be 'Illnesses'"
    )
    assert (counted(rebuilt.report), rebuilt.report.exit_code) == ((6, 0, 0, 6), 1)


def test_what_was_put_aside_is_no_version_and_its_visits_failed(rebuilt):
    visits = rebuilt.report.sites["veeva"]
    assert (visits.visits, visits.kept, visits.failed, rebuilt.report.versions) == (6, 0, 6, 0)


def test_what_was_put_aside_is_kept_and_does_not_count(rebuilt):
    assert rebuilt.one("SELECT count(*) FROM records WHERE site = 'veeva'") == 12
    assert {current(rebuilt, place, "veeva") for place in range(1, 7)} == {"UNKNOWN"}
    assert rebuilt.report.changes == 0


def test_other_sites_count_in_a_night_in_which_one_is_put_aside(rebuilt):
    assert [layout.ruling for layout in rebuilt.report.layouts] == ["good", "quarantined"]


def test_what_was_put_aside_is_visited_in_the_next_night_and_the_same_again(rebuilt):
    report = adds_up(rebuilt.night(sites=BOTH))
    assert (report.sites["veeva"].failed, counted(report), report.exit_code) == (6, (6, 0, 0, 6), 1)
    assert report.versions == 0
    # What was put aside is no baseline.
    assert rebuilt.ask("SELECT run_id, ruling FROM verdicts WHERE site = 'veeva' ORDER BY id") == [
        (1, "good"),
        (2, "good"),
        (3, "good"),
        (4, "quarantined"),
        (5, "quarantined"),
    ]


def test_what_was_put_aside_is_a_change_of_the_night_in_which_it_counts(rebuilt):
    for place in range(2, 7):
        rebuilt.web.pages[veeva(place)] = veeva_page(place)
    report = adds_up(rebuilt.night(sites=BOTH))
    assert report.quarantined == ()
    changed = rebuilt.ask("SELECT DISTINCT run_id, nct_id FROM changes WHERE run_id = :run", run=report.run)
    assert (changed, report.changes > 0) == ([(report.run, number(1))], True)


def test_a_site_that_is_in_order_again_counts_again(rebuilt):
    for place in range(1, 7):
        rebuilt.web.pages[veeva(place)] = veeva_page(place, Unknown="Completed")
    report = adds_up(rebuilt.night(sites=BOTH))
    assert (report.sites["veeva"].kept, report.exit_code) == (6, 0)
    # What changed is told against what counted before.
    assert rebuilt.ask("SELECT DISTINCT field, CAST(old AS text) FROM changes WHERE run_id = 5") == [
        ("status", '"UNKNOWN"')
    ]
    assert {current(rebuilt, place, "veeva") for place in range(1, 7)} == {"COMPLETED"}


def test_a_person_accepts_what_was_put_aside_and_it_is_the_new_normal(rebuilt):
    stats = rebuilt.one("SELECT stats FROM verdicts WHERE ruling = 'quarantined'")
    with rebuilt.database.write_transaction() as connection:
        verdict = {"run_id": 4, "site": "veeva", "layout": "study", "at": FIRST, "reasons": [], "stats": stats}
        connection.execute(VERDICTS.insert(), {**verdict, "ruling": Ruling.ACCEPTED})
    assert {current(rebuilt, place, "veeva") for place in range(1, 7)} == {"RECRUITING"}
    report = adds_up(rebuilt.night(sites=BOTH))
    assert (report.quarantined, counted(report), report.exit_code) == ((), (6, 0, 6, 0), 0)


def test_a_night_of_trials_that_never_had_a_field_is_in_order(nights):
    begun = nights(*range(1, 17), archive=False)
    for place in range(9, 17):
        lacking = without(veeva_page(place).decode(), "Enrollment", "50 estimated patients")
        begun.web.pages[veeva(place)] = lacking.encode()
    begun.night(sites=["veeva"])
    for _ in range(4):
        begun.night(sites=["veeva"], only=[number(place) for place in range(1, 9)])
    assert begun.night(sites=["veeva"], only=[number(place) for place in range(9, 17)]).quarantined == ()


def test_a_run_over_some_trials_lifts_no_quarantine_and_the_next_night_does(rebuilt):
    for place in range(1, 7):
        rebuilt.web.pages[veeva(place)] = veeva_page(place, Unknown="Completed")
    report = adds_up(rebuilt.night(sites=BOTH, only=[number(1)]))
    assert [layout.reasons for layout in report.quarantined] == [
        ("it is quarantined: that is lifted by half of its 6 pages or more, not by 1 page",)
    ]
    assert current(rebuilt, 1, "veeva") == "UNKNOWN"
    assert rebuilt.night(sites=BOTH).quarantined == ()
    assert {current(rebuilt, place, "veeva") for place in range(1, 7)} == {"COMPLETED"}


# Two at once


def test_a_second_run_is_told_who_holds_the_lease(nights):
    begun = nights(1)
    with Lease(begun.database, begun.time, 60).held(), pytest.raises(LeaseHeld, match="another run is under way, by "):
        begun.night()
    assert begun.ask("SELECT count(*) FROM runs") == [(0,)]
    assert begun.night(sites=["ctgov"]).trials.kept == 1
