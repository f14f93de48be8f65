"""find and index as a person meets them, against replicas of the sites on loopback."""

import json

import pytest

from tests.replica_sites import AGGREGATOR, SEARCH, case
from tests.web_commands import CELLS, LISTING, RECORD, STUDY, SUMMARY, no_pace, sites

no_pace = pytest.fixture(autouse=True)(no_pace)
sites = pytest.fixture(sites)


def test_find_tells_all_places_and_why_and_asks_the_registry_alone(cli, sites):
    guess = f"{AGGREGATOR}/nk-cell-leukemia/{CELLS}"
    code, out, _ = cli("find", CELLS)
    assert code == 0
    assert out.splitlines() == [
        f"ctgov            {RECORD} (the registry's own record)",
        f"inclinicaltrials {guess} (its address may hold the condition 'NK-Cell Leukemia')",
        f"inclinicaltrials {SUMMARY} (its address may hold 'other' in place of a condition)",
        f"inclinicaltrials {guess}/details (its address may hold the condition 'NK-Cell Leukemia')",
        f"inclinicaltrials {SUMMARY}/details (its address may hold 'other' in place of a condition)",
        f"trialx           {SEARCH}?q={CELLS} (the site's own search)",
        f"veeva            {STUDY} (made of the trial's title, as the site makes its addresses)",
    ]
    assert sites.asked() == [RECORD]


def test_find_without_the_registry_says_what_it_cannot_tell(cli, sites):
    sites.statuses[RECORD] = 503
    code, out, err = cli("find", CELLS, "--site", "veeva")
    assert code == 1
    assert out == "veeva            - (its addresses are made of the trial's title, which only the registry tells)\n"
    assert "the last: 503 Service Unavailable\n" in err


def test_find_with_verify_says_what_is_there(cli, sites):
    sites.statuses[STUDY] = 403
    code, out, _ = cli("find", CELLS, "--verify")
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == f"ctgov            {RECORD} (the registry's own record): shows it: ctgov/study"
    assert lines[-1].endswith(": failed: is refused by the site (403 Forbidden)")
    assert lines[1].endswith(": not there: does not exist (404 Not Found)")
    assert lines[-3:-1] == [
        f"trialx           {SEARCH}?q={CELLS} (the site's own search): searched",
        f"trialx           {LISTING} (the site's search lists it): shows it: trialx/listing",
    ]


def test_an_index_is_built_from_the_sitemaps_and_looked_up_afterwards(cli, sites):
    odd = f"{AGGREGATOR}/something-nobody-would-guess/{CELLS}"
    sites.pages[odd] = sites.pages.pop(SUMMARY)
    code, _, err = cli("index", "inclinicaltrials")
    known = len([url for url in sites.pages if url.startswith(f"{AGGREGATOR}/")])
    assert code == 0
    assert err.endswith(f"inclinicaltrials: 3 sitemaps read, 0 unchanged, {known} pages known\n")
    code, out, _ = cli("fetch", CELLS, "--site", "inclinicaltrials")
    assert (code, json.loads(out)[0]["source"]["url"]) == (0, odd)
    assert next(url for url in sites.asked() if CELLS in url and url.startswith(AGGREGATOR)) == odd


def test_a_study_of_the_same_title_is_found_by_the_index(cli, sites):
    sites.pages[f"{STUDY}-2"], sites.pages[STUDY] = sites.pages[STUDY], case("veeva/NCT05813925-logo-text")
    cli("index", "veeva", "--quiet")
    code, out, err = cli("fetch", CELLS, "--site", "veeva")
    assert (code, json.loads(out)[0]["source"]["url"]) == (0, f"{STUDY}-2")
    assert f"not there: {STUDY} shows NCT05813925" in err


def test_an_index_takes_up_where_it_stopped(cli, sites):
    sites.statuses["https://ctv.veeva.com/shard1.xml.gz"] = 500
    code, _, err = cli("index", "veeva", "--quiet")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: https://ctv.veeva.com/shard1.xml.gz: ")
    sites.statuses.clear()
    sites.requests.clear()
    code, _, err = cli("index", "veeva")
    assert code == 0
    assert sites.asked() == ["https://ctv.veeva.com/sitemap.xml", "https://ctv.veeva.com/shard1.xml.gz"]
    assert "veeva: 2 sitemaps read, 1 unchanged, " in err


def test_sitemaps_that_robots_txt_closes_are_left_alone(cli, sites):
    sites.robots["ctv.veeva.com"] += "Disallow: /sitemap.xml\n"
    code, _, err = cli("index", "veeva", "--quiet")
    assert code == 1
    assert "is refused by the robots.txt of ctv.veeva.com: Disallow: /sitemap.xml" in err


def test_a_site_without_sitemaps_is_told(cli, sites):
    sites.robots["ctv.veeva.com"] = ""
    code, _, err = cli("index", "veeva", "--quiet")
    assert (code, err) == (3, "error: the robots.txt of ctv.veeva.com names no sitemap\n")
