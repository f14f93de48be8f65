"""TrialX's search: that there is no trial is believed where the page says so; a page without results says nothing."""

import asyncio

import httpx
import pytest

from scraper.discovery.site_search import NO_PAGES, SiteSearch
from scraper.errors import NotATrialPage, NotFound
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.layouts.candidate_urls import Hints
from scraper.settings import Settings
from scraper.sites import HOSTS
from tests.replica import QuickClock
from tests.replica_sites import LISTINGS, SEARCH, case

WANTED = "NCT06570291"
LISTING = f"{LISTINGS}/224421/x/"
OTHER = f"{LISTINGS}/5/y/"
SCRIPT = '<script src="/static/app.js"></script>'
LOADER = f'<div id="trialsLoader"></div>{SCRIPT}'


def searched(body: str, pages: dict[str, bytes] | None = None) -> SiteSearch:
    """The search for the trial where the site's search page has this body."""

    def answer(request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        if url.startswith(SEARCH):
            page = f"<html><head><title>Search</title></head><body>{body}</body></html>"
            return httpx.Response(200, headers={"Content-Type": "text/html"}, stream=httpx.ByteStream(page.encode()))
        if url in (pages or {}):
            return httpx.Response(
                200, headers={"Content-Type": "text/plain"}, stream=httpx.ByteStream((pages or {})[url])
            )
        return httpx.Response(404, stream=httpx.ByteStream(b""))

    async def run() -> SiteSearch:
        clock = QuickClock()
        force = Settings(archive=False, pace=0, attempts=1)
        transport = httpx.MockTransport(answer)
        async with Fetcher(force, HOSTS, Environment(transport=transport, clock=clock, pace=Pace(clock))) as fetcher:
            search = SiteSearch(fetcher, "trialx", WANTED)
            await search.run(Hints(WANTED), NO_PAGES)
            return search

    return asyncio.run(run())


def link(url: str) -> str:
    return f'<a href="{url}?q=x">A listing</a>'


@pytest.mark.parametrize(
    "body",
    [
        LOADER,
        f"<h1>Results for {WANTED}</h1>{LOADER}",
        f"<header><a href='/'>Home</a></header><div id='root'></div>{SCRIPT}",
        "",
        f"<p>Enter a condition to find trials.</p>{SCRIPT}",
        "<script>const none = 'No clinical trials found for';</script>",
        "<template>No clinical trials found for 'x'.</template>",
        "<p style='display:none'>No clinical trials found for 'x'.</p>",
        "<noscript>No clinical trials found without JavaScript.</noscript>",
        f"<p>412 trials found</p>{LOADER}",
        f"<p>10 results</p><p>1,0 trials</p>{LOADER}",
        f"<header>Saved: 0 trials</header>{LOADER}",
        f"<header>My list (0 studies)</header>{LOADER}",
        f"<p>0 trials saved</p>{LOADER}",
        f"<p>Compare 0 trials</p>{LOADER}",
    ],
)
def test_a_search_page_that_a_script_fills_in_is_unreadable(body):
    (attempt,) = searched(body).attempts
    assert type(attempt.error) is NotATrialPage
    assert "the search cannot be read" in str(attempt.error)
    assert attempt.error.exit_code == 5


@pytest.mark.parametrize(
    "words",
    [
        f"No clinical trials found for '{WANTED}'.",
        f"NO CLINICAL TRIALS FOUND FOR “{WANTED}”",
        "No studies found",
        "No study matches.",
        "No results were found for your search",
        "No matching clinical trials found",
        "0 results",
        "0 clinical trials",
        "0 trials.",
        "0 results for 'x'",
        "Showing 0 of 0 results",
        "We found 0 trials for you.",
        "There are 0 studies near you",
    ],
)
def test_a_search_page_that_says_so_lists_no_trial(words):
    (attempt,) = searched(f"<div><p>{words}</p></div>{LOADER}").attempts
    assert type(attempt.error) is NotFound
    assert str(attempt.error) == "the search lists no trial"


def test_what_the_search_lists_is_found():
    page, _ = case("trialx/NCT06570291-seed")
    search = searched(link(OTHER) + link(LISTING) + LOADER, {LISTING: page})
    assert search.found == {"trialx/listing": LISTING}
    assert not [attempt for attempt in search.attempts if isinstance(attempt.error, NotATrialPage)]


def test_other_trials_beside_results_that_are_not_filled_in_tell_nothing():
    search = searched(f"<h2>Featured</h2>{link(OTHER)}{LOADER}")
    assert [type(attempt.error) for attempt in search.attempts] == [NotATrialPage, NotFound]


def test_other_trials_beside_the_word_that_there_are_none_tell_that_there_is_none():
    search = searched(f"<p>No clinical trials found for 'x'.</p><h2>Featured</h2>{link(OTHER)}{LOADER}")
    assert [type(attempt.error) for attempt in search.attempts] == [type(None), NotFound]


def test_results_without_the_trial_are_believed_where_no_script_fills_them_in():
    search = searched(f"<p>1 trial found</p>{link(OTHER)}")
    assert [type(attempt.error) for attempt in search.attempts] == [type(None), NotFound]
