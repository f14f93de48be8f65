"""A cancellation that nobody asked for costs what it struck, and ends neither a lane nor a run in silence."""

import asyncio

import pytest

from scraper.cancellation import cancellation_as_error
from scraper.discovery import page_reading
from scraper.store import runs
from scraper.store.past_runs import past_failures
from tests.nights import number, registry

pytestmark = pytest.mark.one_database


def strays_in_the_network(begun, _monkeypatch):
    def answer(url):
        if url in {registry(1), registry(2), registry(4)}:
            raise asyncio.CancelledError

    begun.web.before_answering = answer


def strays_in_reading(_begun, monkeypatch):
    read_page = page_reading.read_page

    def stray(page):
        if page.url in {registry(1), registry(2), registry(4)}:
            raise asyncio.CancelledError
        return read_page(page)

    monkeypatch.setattr(page_reading, "read_page", stray)


def strays_in_keeping(_begun, monkeypatch):
    keep = runs.save_visit

    def stray(database, run, visit):
        if visit.nct_id in {number(1), number(2), number(4)}:
            raise asyncio.CancelledError
        return keep(database, run, visit)

    monkeypatch.setattr(runs, "save_visit", stray)


@pytest.mark.parametrize("strays", [strays_in_the_network, strays_in_reading, strays_in_keeping])
def test_a_cancellation_that_nobody_asked_for_fails_its_visit_alone(nights, strays, monkeypatch):
    begun = nights(1, 2, 3, 4, 5, attempts=1)
    strays(begun, monkeypatch)
    report = begun.night(sites=["ctgov"])
    assert report.exit_code == 1
    kept = {row[0] for row in begun.ask("SELECT nct_id FROM visits WHERE result = 'kept'")}
    assert kept == {number(3), number(5)}
    letters = [letter for letter in past_failures(begun.database, report.run) if "cancelled" in letter.message]
    assert {letter.nct_id for letter in letters} == {number(1), number(2), number(4)}


def test_a_task_that_is_meant_is_cancelled():
    async def run() -> bool:
        async def wait():
            with cancellation_as_error():
                await asyncio.sleep(60)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())


def test_what_is_only_waited_for_cancels_nobody():
    async def run() -> None:
        awaited = asyncio.create_task(asyncio.sleep(60))
        asyncio.get_running_loop().call_soon(awaited.cancel)
        with cancellation_as_error():
            await awaited

    with pytest.raises(RuntimeError, match="was cancelled, and nobody asked for that"):
        asyncio.run(run())
