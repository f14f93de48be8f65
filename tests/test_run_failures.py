"""What fails in a run: alone, named with advice, and tried again."""

import pytest

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
from tests.nights import number, veeva, veeva_page
from tests.runs import BOTH, adds_up, counted, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)


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
