"""A number that the registry has replaced: it is told by its present one, which is fetched on request."""

import asyncio
import json

import pytest

from scraper.discovery.find import find_trial
from scraper.discovery.result import DiscoveryResult
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.settings import Settings
from scraper.sites import HOSTS
from tests.commands import own_home
from tests.nights import FIRST, SUMMARY, Web, number, registry, trial_pages
from tests.replica import QuickClock
from tests.replica_sites import REGISTRY, Sites, study

pytestmark = pytest.mark.one_database

OLD, NOW = number(9), number(1)
ADVICE = f"watch that one in its place: trialpages watch add {NOW}; trialpages watch remove {OLD}"


def merged(*aliases: str) -> bytes:
    """The registry's record of a trial that had other numbers before."""
    record = json.loads(study(NOW, "Knee trial 1", "Knee Pain")[0])
    record["protocolSection"]["identificationModule"]["nctIdAliases"] = list(aliases)
    return json.dumps(record).encode()


async def _look(web: Web, nct_id: str, *, follow: bool) -> DiscoveryResult:
    clock, force = QuickClock(), Settings(archive=False, pace=0, attempts=1)
    async with Fetcher(force, HOSTS, Environment(transport=web, clock=clock, pace=Pace(clock))) as fetcher:
        return await find_trial(fetcher, nct_id, follow=follow)


@pytest.fixture
def web() -> Web:
    web = Web()
    web.pages |= trial_pages(1)
    web.pages[registry(1)] = web.pages[registry(9)] = merged(number(8), OLD)
    return web


@pytest.fixture
def looked(web):
    """What came of a look for a number."""
    return lambda nct_id, *, follow=False: asyncio.run(_look(web, nct_id, follow=follow))


def told(result: DiscoveryResult) -> list[tuple[str, str, str]]:
    return [
        (attempt.site, type(attempt.error).__name__, str(attempt.error)) for attempt in result.attempts if attempt.error
    ]


@pytest.mark.parametrize("how", ["answered", "redirected"])
def test_an_obsolete_number_is_told_by_the_one_that_the_trial_has_now(web, looked, how):
    if how == "redirected":
        web.pages[registry(9)] = registry(1)
    result = looked(OLD)
    assert (result.records, result.failures, result.exit_code) == ([], [], 3)
    assert told(result)[0] == ("ctgov", "ObsoleteNumber", f"{OLD} is now {NOW}")
    assert result.attempts[0].error.now == NOW


def test_the_pages_of_other_sites_are_told_so_too(web, looked):
    web.pages[f"https://inclinicaltrials.com/other/{OLD}"] = SUMMARY.replace("NCT04953572", NOW).encode()
    assert ("inclinicaltrials", "ObsoleteNumber", f"{OLD} is now {NOW}") in told(looked(OLD))


def test_a_page_of_a_third_trial_is_no_present_form_of_the_number(web, looked):
    web.pages[f"https://inclinicaltrials.com/other/{OLD}"] = SUMMARY.replace("NCT04953572", number(7)).encode()
    (error,) = [error for site, _, error in told(looked(OLD)) if site == "inclinicaltrials" and "shows" in error]
    assert error.endswith(f"shows {number(7)}, not {OLD}")


def test_a_page_that_still_shows_the_former_number_is_told_as_such(web, looked):
    web.pages[f"https://inclinicaltrials.com/other/{NOW}"] = SUMMARY.replace("NCT04953572", OLD).encode()
    del web.pages[f"https://inclinicaltrials.com/knee-pain/{NOW}"]
    page = f"https://inclinicaltrials.com/other/{NOW}"
    assert ("inclinicaltrials", "NotFound", f"{page} shows {OLD}, a former number of {NOW}") in told(looked(NOW))


@pytest.mark.parametrize("aliases", [(), (number(8),), (f"{number(9)}0",), ("",)])
def test_a_record_that_does_not_name_the_number_is_another_trials(web, looked, aliases):
    web.pages[registry(9)] = merged(*aliases)
    assert told(looked(OLD))[0] == ("ctgov", "NotFound", f"{registry(9)} shows {NOW}, not {OLD}")


def test_an_obsolete_number_is_followed_on_request(looked):
    result = looked(OLD, follow=True)
    assert {record.trial.nct_id for record in result.records} == {NOW}
    assert [record.source.site for record in result.records] == ["ctgov", "inclinicaltrials", "veeva"]
    assert (result.failures, result.exit_code) == ([], 0)


def test_a_number_that_is_in_force_is_what_it_is_whether_others_are_followed_or_not(looked):
    for follow in (True, False):
        result = looked(NOW, follow=follow)
        assert [record.source.site for record in result.records] == ["ctgov", "inclinicaltrials", "veeva"]


def test_fetch_says_the_present_number_and_follows_it_on_request(cli, monkeypatch, tmp_path):
    own_home(monkeypatch, tmp_path)
    monkeypatch.setenv("TRIALPAGES_PACE", "0")
    with Sites() as sites:
        sites.reach(monkeypatch, tmp_path)
        sites.pages[f"{REGISTRY}/{OLD}"] = sites.pages[f"{REGISTRY}/{NOW}"] = (merged(OLD), "application/json")
        code, out, err = cli("fetch", OLD, "--site", "ctgov", "--quiet")
        assert (code, json.loads(out)) == (3, [])
        assert err == f"error: {REGISTRY}/{OLD}: {OLD} is now {NOW}; ask for that one (fetch --follow does so)\n"
        code, out, err = cli("fetch", OLD, "--site", "ctgov", "--follow")
        assert (code, [record["trial"]["nct_id"] for record in json.loads(out)]) == (0, [NOW])
        assert f"obsolete: {REGISTRY}/{OLD}: {OLD} is now {NOW}\n" in err


def test_a_run_says_which_number_to_watch(nights):
    begun = nights(1)
    begun.web.pages[registry(1)] = begun.web.pages[registry(9)] = merged(OLD)
    report = begun.night(only=[OLD])
    assert (report.failures, report.exit_code) == (1, 1)
    letters = begun.ask("SELECT nct_id, site, error, message, advice FROM failures")
    assert letters == [(OLD, "ctgov", "ObsoleteNumber", f"{OLD} is now {NOW}", ADVICE)]
    assert set(begun.ask("SELECT result, failures FROM visits WHERE nct_id = :id", id=OLD)) == {("absent", 0)}


def test_a_number_that_becomes_obsolete_is_told_and_what_was_kept_of_it_stays(nights):
    begun = nights(9)
    begun.night()
    begun.time.at = FIRST.replace(day=30)
    for url in trial_pages(9):
        begun.web.pages[url] = 404
    begun.web.pages[registry(1)] = begun.web.pages[registry(9)] = merged(OLD)
    begun.night(everything=True)
    letters = begun.ask("SELECT error, advice FROM failures WHERE site = 'ctgov'")
    assert letters == [("ObsoleteNumber", ADVICE)]
    assert begun.one("SELECT count(*) FROM records") == 3
