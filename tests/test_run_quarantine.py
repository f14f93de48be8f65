"""A site that was rebuilt: put aside by a run, until it is in order again or a person accepts it."""

from pathlib import Path

import pytest

from scraper.store.tables import VERDICTS, Ruling
from tests.build import without
from tests.nights import DAY, FIRST, Nights, number, veeva, veeva_page
from tests.runs import BOTH, adds_up, counted, current, reported, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)


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
