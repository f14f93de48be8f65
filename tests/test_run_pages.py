"""Pages in a run that move, vanish, or are somebody else's."""

import pytest

from scraper.store.history import versions
from tests.nights import DAY, FIRST, aggregator, details_page, number, registry, veeva, veeva_page
from tests.replica_sites import study
from tests.runs import BOTH, adds_up, after_the_first, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)
begun = pytest.fixture(after_the_first)


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
