"""Where the sites are looked at for a trial, and what the links of a page are."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import scraper
from scraper.discovery.find import planned_candidates
from scraper.layouts.candidate_urls import Candidate, Hints, MissingHint
from scraper.parse.blocks import links
from scraper.parse.page import Page
from scraper.sites import CANDIDATE_URLS, HOSTS, LAYOUTS, SITES

HINTS = Hints("NCT05160831", "Stem Cells for Knee Pain", ("Knee Osteoarthritis", "Other", "Knee Pain"))


class Pages:
    """An index that holds some URLs."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls

    def starting_with(self, site: str, prefix: str, *, limit: int = 100) -> list[str]:
        return [url for url in self.urls if HOSTS[urlsplit(url).netloc] == site and url.startswith(prefix)][:limit]

    def containing(self, site: str, words: str, *, limit: int = 100) -> list[str]:
        found = [url for url in self.urls if HOSTS[urlsplit(url).netloc] == site]
        return [url for url in found if words.lower() in url.lower()][:limit]


def urls(site: str, *known: str, hints: Hints = HINTS, found: dict[str, str] | None = None) -> list[str]:
    candidates = [*CANDIDATE_URLS[site](hints, Pages(*known), found or {})]
    for candidate in candidates:
        assert candidate.why
        is_page = isinstance(candidate, Candidate) and candidate.follow is None
        assert not is_page or candidate.layout in {layout.key for layout in LAYOUTS if layout.site == site}
    return ["a missing hint" if isinstance(candidate, MissingHint) else candidate.url for candidate in candidates]


def test_the_registry_is_asked_by_number():
    assert urls("ctgov") == ["https://clinicaltrials.gov/api/v2/studies/NCT05160831"]


def test_a_study_on_veeva_is_where_its_title_leads():
    assert urls("veeva") == ["https://ctv.veeva.com/study/stem-cells-for-knee-pain"]


def test_a_study_that_the_index_knows_comes_first_and_only_once():
    slug = "https://ctv.veeva.com/study/stem-cells-for-knee-pain"
    assert urls("veeva", slug, f"{slug}-2") == [slug, f"{slug}-2"]
    assert urls("veeva", f"{slug}-2") == [f"{slug}-2", slug]


def test_without_a_title_veeva_cannot_be_looked_at():
    assert urls("veeva", hints=Hints("NCT05160831")) == ["a missing hint"]


def test_the_aggregator_is_looked_at_under_each_condition_and_other():
    base = "https://inclinicaltrials.com"
    assert urls("inclinicaltrials") == [
        f"{base}/knee-osteoarthritis/NCT05160831",
        f"{base}/other/NCT05160831",
        f"{base}/knee-pain/NCT05160831",
        f"{base}/knee-osteoarthritis/NCT05160831/details",
        f"{base}/other/NCT05160831/details",
        f"{base}/knee-pain/NCT05160831/details",
    ]


def test_without_conditions_the_aggregator_is_looked_at_under_other_alone():
    base = "https://inclinicaltrials.com/other/NCT05160831"
    assert urls("inclinicaltrials", hints=Hints("NCT05160831")) == ["a missing hint", base, f"{base}/details"]


def test_pages_that_the_aggregators_sitemap_names_come_first_each_with_its_layout():
    known = [
        "https://inclinicaltrials.com/cells/NCT05160831/details/",
        "https://inclinicaltrials.com/cells/NCT05160831/references",
        "https://inclinicaltrials.com/cells/nct05160831",
    ]
    candidates = list(CANDIDATE_URLS["inclinicaltrials"](Hints("NCT05160831"), Pages(*known), {}))[:2]
    assert [(candidate.url, candidate.layout) for candidate in candidates if isinstance(candidate, Candidate)] == [
        (known[0], "inclinicaltrials/details"),
        (known[2], "inclinicaltrials/summary"),
    ]


@pytest.mark.parametrize(
    ("layout", "url", "beside"),
    [
        ("inclinicaltrials/summary", "https://inclinicaltrials.com/cells/NCT05160831/", "/cells/NCT05160831/details"),
        ("inclinicaltrials/details", "https://inclinicaltrials.com/cells/NCT05160831/details", "/cells/NCT05160831"),
    ],
)
def test_what_was_found_leads_to_the_page_beside_it(layout, url, beside):
    assert f"https://inclinicaltrials.com{beside}" in urls("inclinicaltrials", found={layout: url})


def test_listings_are_taken_from_a_search_page_without_search_context_each_once():
    (search,) = CANDIDATE_URLS["trialx"](HINTS, Pages(), {})
    assert isinstance(search, Candidate)
    assert search.follow is not None
    base = "https://www.trialx.com/clinical-trials/listings"
    found = search.follow(
        [f"{base}/7/a/?q=x", f"{base}/search/?q=y", f"{base}/5/", f"{base}/7/", f"{base}/9", "mailto:x"]
    )
    listings = [*found]
    assert [candidate.url for candidate in listings] == [f"{base}/7/a/", f"{base}/5/", f"{base}/9"]
    assert {candidate.layout for candidate in listings} == {"trialx/listing"}


def test_a_plan_keeps_to_the_sites_that_are_wanted():
    assert {site for site, _ in planned_candidates(HINTS, ["veeva", "trialx"])} == {"veeva", "trialx"}
    assert [site for site, _ in planned_candidates(Hints("NCT05160831"))] == [
        "ctgov",
        *["inclinicaltrials"] * 3,
        "trialx",
        "veeva",
    ]


def test_every_site_has_a_host_of_its_own_before_its_white_labels():
    assert set(HOSTS.values()) == set(SITES) - {"ctgov_pages"}  # the registry's host is that of its records
    assert set(CANDIDATE_URLS) <= set(HOSTS.values())
    first = {site: host for host, site in reversed(HOSTS.items())}
    own = {
        "ctgov": "clinicaltrials.gov",
        "inclinicaltrials": "inclinicaltrials.com",
        "meddatax": "meddatax.com",
        "trialstoday": "adaa.trialstoday.org",
        "trialx": "www.trialx.com",
        "veeva": "ctv.veeva.com",
    }
    assert own.items() <= first.items()
    assert set(own) <= set(CANDIDATE_URLS)


PAGE = "https://www.trialx.com/a/b/?q=1"


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p><a href='/x/'>X</a></p>", ["https://www.trialx.com/x/"]),
        ("<p><a href=' y#top '>Y</a></p>", ["https://www.trialx.com/a/b/y"]),
        ("<p><a href='z'>1</a><a href='z#2'>2</a></p>", ["https://www.trialx.com/a/b/z"]),
        ("<p><a href=''>here</a><a>nowhere</a><a href>here</a></p>", ["https://www.trialx.com/a/b/?q=1"]),
        ("<body><base href='/c/'><a href='d'>D</a>", ["https://www.trialx.com/c/d"]),
        ("<p><a href='https://[broken'>no URL</a></p>", []),
        ("<p><a href='mailto:a@example.org'>mail</a></p>", ["mailto:a@example.org"]),
        ("a text without markup", []),
        ('{"href": "/x"}', []),
    ],
)
def test_links_are_whole_urls_in_the_pages_order(markup, found):
    assert links(Page(markup.encode(), PAGE)) == found


def test_links_of_a_page_without_address_stay_as_they_are():
    assert links(Page(b"<p><a href='/x'>X</a></p>")) == ["/x"]


def test_a_page_beyond_the_limit_has_no_links():
    assert links(Page(b"<p><a href='/x'>X</a></p>" + b" " * (20 * 2**20))) == []


def test_neither_fetching_nor_discovery_nor_parsing_names_a_site():
    root = Path(scraper.__file__).parent
    names = re.compile("|".join(SITES), re.IGNORECASE)
    found = {
        str(path.relative_to(root)): names.findall(path.read_text(encoding="utf-8"))
        for folder in ("console", "discovery", "fetch", "parse")
        for path in root.joinpath(folder).rglob("*.py")
    }
    assert len(found) > 50
    assert {path: sites for path, sites in found.items() if sites} == {}
