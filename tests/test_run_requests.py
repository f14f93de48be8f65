"""What a run asks for: of the registry once for all sites, of each site at its own pace."""

import asyncio

import pytest

from scraper.jobs.run import RunListener
from tests.nights import registry, veeva
from tests.runs import adds_up, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)


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
