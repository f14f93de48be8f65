"""Pages that go missing while the site still shows others of the trial, and pages that a site adds."""

from functools import partial

import pytest

from scraper.jobs.health import accept, health
from scraper.jobs.report import TrialPage
from scraper.sites.veeva import STUDY
from scraper.store import current
from scraper.store.current import GonePage, StalePage
from scraper.store.history import Absence, absences
from scraper.store.tables import Result
from tests.kept import command_line
from tests.nights import DAY, FIRST, aggregator, details_page, number, veeva, veeva_page

pytestmark = pytest.mark.one_database


@pytest.fixture
def nights(nights):
    """Nights without an archive, of which nothing here depends."""
    return partial(nights, archive=False)


def with_details(nights, *places):
    """Nights of which the first saw both pages that the aggregator has of each trial; the registry was asked before."""
    begun = nights(*places)
    for place in places:
        begun.web.pages[f"{aggregator(place)}/details"] = details_page(place)
    begun.night(sites=["ctgov", "inclinicaltrials"])
    return begun


def details_asked(begun):
    """How often any address was asked for the details of a trial."""
    return sum(url.endswith("/details") for url, _ in begun.web.asked)


def test_each_of_two_pages_is_missed_by_itself(nights):
    begun = with_details(nights, 1)
    begun.web.pages[f"{aggregator(1)}/details"] = 404
    for _ in range(4):
        begun.night(sites=["inclinicaltrials"])
    page, begun.web.pages[aggregator(1)] = begun.web.pages[aggregator(1)], 404
    report = begun.night(sites=["inclinicaltrials"])
    assert (begun.one("SELECT result FROM visits ORDER BY id DESC LIMIT 1"), report.failures) == ("failed", 1)
    begun.web.pages[aggregator(1)] = page
    begun.night(sites=["inclinicaltrials"])
    assert begun.ask("SELECT layout, times, gone FROM misses ORDER BY id") == [
        ("details", 1, False),
        ("details", 2, False),
        ("details", 3, True),
        ("summary", 1, False),
        ("details", 4, True),  # since the summary was looked for as well
        ("summary", 0, False),
    ]
    assert begun.night(sites=["inclinicaltrials"]).exit_code == 0


def test_a_page_that_is_gone_where_another_stays_is_looked_for_now_and_then_and_comes_back(nights):
    begun = with_details(nights, 1)
    details = f"{aggregator(1)}/details"
    page, begun.web.pages[details] = begun.web.pages[details], 404
    for _ in range(3):
        begun.night(sites=["inclinicaltrials"])
    nights_with_a_look = []
    for night in range(30):
        begun.night(sites=["inclinicaltrials"], everything=True)
        if details_asked(begun):
            nights_with_a_look.append(night)
    assert nights_with_a_look == [13, 27]
    begun.web.pages[details] = page
    begun.time.at += 14 * DAY
    begun.night(sites=["inclinicaltrials"])
    assert begun.ask("SELECT times, gone FROM misses ORDER BY id DESC LIMIT 2") == [(0, False), (5, True)]
    begun.night(sites=["inclinicaltrials"], everything=True)
    assert begun.web.asked == [(aggregator(1), 304), (details, 304)]


def test_the_report_names_pages_that_became_gone_and_those_that_came_back_each_in_one_night(nights):
    begun = with_details(nights, 1)
    details = f"{aggregator(1)}/details"
    page, begun.web.pages[details] = begun.web.pages[details], 404
    reports = [begun.night(sites=["inclinicaltrials"]) for _ in range(4)]
    begun.web.pages[details] = page
    begun.time.at += 14 * DAY
    reports += [begun.night(sites=["inclinicaltrials"]) for _ in range(2)]
    told = [TrialPage(nct_id=number(1), site="inclinicaltrials", layout="details")]
    assert [[*report.gone] for report in reports] == [[], [], told, [], [], []]
    assert [[*report.returned] for report in reports] == [[], [], [], [], told, []]


def test_a_page_that_came_back_before_a_run_was_cut_off_is_told_of_by_the_one_that_goes_on(nights, monkeypatch):
    begun = with_details(nights, 1)
    details = f"{aggregator(1)}/details"
    page, begun.web.pages[details] = begun.web.pages[details], 404
    for _ in range(3):
        begun.night(sites=["inclinicaltrials"])
    begun.web.pages[details] = page
    begun.time.at += 14 * DAY
    with monkeypatch.context() as at_the_end:
        at_the_end.setattr("scraper.store.runs.save_report", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            begun.night(sites=["inclinicaltrials"])
    report = begun.night(sites=["inclinicaltrials"])
    assert (report.run, [page.layout for page in report.returned]) == (6, ["details"])


def test_a_page_that_a_site_adds_is_found_though_the_others_are_where_they_were(nights):
    begun = nights(1)
    begun.night(sites=["ctgov", "inclinicaltrials"])
    begun.web.pages[f"{aggregator(1)}/details"] = details_page(1)
    found = []
    for night in range(1, 16):
        begun.night(sites=["inclinicaltrials"], everything=True)
        found.append((night, begun.one("SELECT count(*) FROM readings WHERE layout = 'details'")))
    assert found[12:] == [(13, 0), (14, 1), (15, 1)]


def test_a_look_that_failed_is_made_again_at_the_next_visit(nights):
    begun = nights(1)
    details = f"{aggregator(1)}/details"
    begun.web.pages[details] = 500
    report = begun.night(sites=["ctgov", "inclinicaltrials"])
    assert report.sites["inclinicaltrials"].failed == 1
    begun.web.pages[details] = details_page(1)
    assert begun.night(sites=["inclinicaltrials"]).sites["inclinicaltrials"].kept == 1
    assert begun.ask("SELECT layout FROM readings WHERE site = 'inclinicaltrials' ORDER BY id") == [
        ("summary",),
        ("details",),
    ]


def test_a_look_that_fails_again_and_again_is_given_up_for_a_while(nights):
    begun = nights(1, retry_hours=1, retry_hours_most=1)
    begun.web.pages[f"{aggregator(1)}/details"] = 500
    results = [begun.night(sites=["ctgov", "inclinicaltrials"], everything=True) for _ in range(18)]
    failed = [night for night, report in enumerate(results) if report.sites["inclinicaltrials"].failed]
    assert failed == [0, 1, 2, 16, 17]


def test_a_page_that_is_gone_where_another_stays_is_told(nights):
    begun = with_details(nights, 1)
    begun.web.pages[f"{aggregator(1)}/details"] = 404
    for _ in range(4):
        begun.night(sites=["inclinicaltrials"], everything=True)
    assert current.gone_pages(begun.database) == [GonePage(number(1), "inclinicaltrials", "details", FIRST + 3 * DAY)]
    assert current.stale_pages(begun.database) == []
    assert absences(begun.database, number(1)) == [
        Absence("inclinicaltrials", "details", Result.GONE, FIRST + 3 * DAY, FIRST + 3 * DAY, 1),
    ]


def test_pages_that_the_last_visit_did_not_see_since_it_failed_are_told(nights):
    begun = nights(1, 2)
    details = f"{aggregator(1)}/details"
    begun.web.pages[details] = details_page(1)
    begun.night()
    begun.night(everything=True)
    assert current.stale_pages(begun.database) == []
    begun.web.pages |= {details: b"Something else", veeva(2): 404}
    begun.night(everything=True)
    assert current.stale_pages(begun.database) == [
        StalePage(number(1), "inclinicaltrials", "details", FIRST + DAY),
        StalePage(number(2), "veeva", "study", FIRST + DAY),
    ]
    assert current.stale_pages(begun.database, [number(2)], ["inclinicaltrials"]) == []
    begun.web.pages |= {details: details_page(1), veeva(2): veeva_page(2)}
    begun.night(everything=True)
    assert current.stale_pages(begun.database) == []


@pytest.mark.parametrize(
    "command", [["show"], ["show", number(1), "--format", "table"], ["explain", number(1), "phases"]]
)
def test_what_is_shown_of_pages_that_are_gone_or_fail_is_never_silent(nights, command, monkeypatch, capsys):
    begun = with_details(nights, 1)
    begun.web.pages[f"{aggregator(1)}/details"] = 404
    for _ in range(3):
        begun.night(sites=["inclinicaltrials"])
    begun.web.pages[aggregator(1)] = 500
    begun.night(sites=["inclinicaltrials"], everything=True)
    cli = command_line(monkeypatch, capsys, begun.settings.store, begun.settings.home)
    code, _, err = cli(*command)
    assert code == 0
    gone, unseen = err.splitlines()
    assert gone == f"gone: {number(1)} is not shown by inclinicaltrials/details any more, since 2026-11-04 03:00 UTC"
    assert unseen == (
        f"not seen: {number(1)} inclinicaltrials/summary since 2026-11-04 03:00 UTC:"
        " the last visit failed; see trialpages runs"
    )


BOTH = ["ctgov", "veeva"]


def moved(nights, missing, there=0):
    """Nights after which Veeva shows some trials no more, at no address that is known, and others still."""
    begun = nights(*range(1, missing + there + 1))
    begun.night(sites=BOTH)
    for place in range(1, missing + 1):
        begun.web.pages[veeva(place)] = 404
    return begun


def test_a_site_of_which_most_pages_are_missing_is_quarantined_and_none_of_them_counts_as_gone(nights):
    begun = moved(nights, 6, there=5)
    for _ in range(5):
        report = begun.night(sites=BOTH, everything=True)
        (layout,) = report.quarantined
        assert (layout.site, layout.pages, layout.missing, report.exit_code) == ("veeva", 5, 6, 1)
        assert layout.reasons == ("6 of 11 pages are not there any more: the site may have moved them",)
        assert (report.sites["veeva"].failed, report.trials.failed) == (11, 11)
        assert (report.gone, report.returned) == ((), ())
    assert current.gone_pages(begun.database) == []
    assert absences(begun.database, number(1)) == []
    assert current.stale_pages(begun.database) == [
        StalePage(number(place), "veeva", "study", FIRST) for place in range(1, 7)
    ]


def test_what_is_missing_is_visited_every_night_until_the_pages_are_there_again(nights):
    begun = moved(nights, 6)
    begun.time.at += 7 * DAY
    for _ in range(4):
        begun.night(sites=["veeva"])
        assert sum(url == veeva(1) for url, _ in begun.web.asked) == 1
    for place in range(1, 7):
        begun.web.pages[veeva(place)] = veeva_page(place)
    report = begun.night(sites=["veeva"])
    assert (report.quarantined, report.exit_code, report.sites["veeva"].unchanged) == ((), 0, 6)
    assert report.returned == ()
    assert current.stale_pages(begun.database) == []


@pytest.mark.parametrize(("missing", "there"), [(4, 0), (6, 6)], ids=["four pages", "half of the pages"])
def test_a_few_pages_that_are_missing_are_no_sign_of_a_change(nights, missing, there):
    begun = moved(nights, missing, there)
    reports = [begun.night(sites=BOTH, everything=True) for _ in range(4)]
    assert [report.quarantined for report in reports] == [()] * 4
    assert len(current.gone_pages(begun.database)) == missing
    assert begun.one("SELECT count(*) FROM verdicts WHERE site = 'veeva'") == (5 if there else 1)


def test_pages_that_are_gone_already_are_not_missing_once_more(nights):
    begun = moved(nights, 4, there=2)
    for _ in range(3):
        begun.night(sites=BOTH, everything=True)
    for place in (5, 6):
        begun.web.pages[veeva(place)] = 404
    report = begun.night(sites=BOTH, everything=True)
    assert (report.quarantined, report.sites["veeva"].gone, report.sites["veeva"].failed) == ((), 4, 2)


def test_a_run_that_reads_no_page_lifts_no_quarantine(nights):
    begun = moved(nights, 6)
    begun.night(sites=["veeva"], everything=True)
    report = begun.night(sites=["veeva"], only=[number(1)])
    assert [layout.reasons for layout in report.quarantined] == [
        ("it is quarantined: that is lifted by half of its 6 pages or more, not by 0 pages",)
    ]
    (entry,) = health(begun.database, 5, [STUDY])
    assert (entry.is_quarantined, entry.quarantined_since) == (True, 2)


def test_pages_that_a_person_gives_up_are_gone(nights):
    begun = moved(nights, 6)
    begun.night(sites=["veeva"], everything=True)
    accept(begun.database, begun.time.at, [STUDY])
    assert current.gone_pages(begun.database) == [
        GonePage(number(place), "veeva", "study", FIRST + DAY) for place in range(1, 7)
    ]
    report = begun.night(sites=["veeva"], everything=True)
    assert (report.quarantined, report.exit_code, report.sites["veeva"].gone) == ((), 0, 6)
    assert [page.nct_id for page in report.gone] == [number(place) for place in range(1, 7)]
    assert begun.night(sites=["veeva"], everything=True).gone == ()
