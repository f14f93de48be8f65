"""One at a time, not too fast, and a rest for hosts that fail."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from scraper.errors import FetchError
from scraper.fetch.breaker import CircuitBreaker, HostResting
from scraper.fetch.clock import SystemClock
from scraper.fetch.pace import PACE, Pace
from tests.replica import Replica, answer, fetcher

HOST = "ctv.veeva.com"


class StillClock(SystemClock):
    """Time that only passes by sleeping."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


def starts(work: Callable[[Pace, StillClock, list[float]], object]) -> list[float]:
    """The moments at which turns began."""
    clock, began = StillClock(), []
    pace = Pace(clock)

    async def run() -> None:
        await work(pace, clock, began)

    asyncio.run(run())
    return began


async def take(pace: Pace, clock: StillClock, began: list[float], host: str = HOST, lasting: float = 0) -> None:
    async with pace.turn(host, 1.0):
        began.append(clock.monotonic())
        await clock.sleep(lasting)


def test_turns_at_a_host_begin_a_second_apart():
    assert starts(lambda *a: asyncio.gather(*(take(*a) for _ in range(4)))) == [0, 1, 2, 3]


def test_a_long_answer_counts_towards_the_pause():
    assert starts(lambda *a: asyncio.gather(take(*a, lasting=5), take(*a))) == [0, 5]


def test_hosts_do_not_wait_for_each_other():
    assert starts(lambda *a: asyncio.gather(take(*a), take(*a, host="www.trialx.com"))) == [0, 0]


def test_only_one_turn_is_held_at_a_time():
    held, most = 0, 0

    async def work(pace: Pace, clock: StillClock, _: list[float]) -> None:
        async def one() -> None:
            nonlocal held, most
            async with pace.turn(HOST, 0):
                held += 1
                most = max(most, held)
                await clock.sleep(3)
                held -= 1

        await asyncio.gather(*(one() for _ in range(10)))

    starts(work)
    assert most == 1


def test_a_host_that_asks_for_a_pause_gets_it():
    async def work(pace: Pace, clock: StillClock, began: list[float]) -> None:
        async with pace.turn(HOST, 1.0):
            pace.hold(HOST, 30)
        await take(pace, clock, began)

    assert starts(work) == [30]


def test_a_shorter_pause_does_not_shorten_a_longer_one():
    async def work(pace: Pace, clock: StillClock, began: list[float]) -> None:
        pace.hold(HOST, 30)
        pace.hold(HOST, 3)
        await take(pace, clock, began)

    assert starts(work) == [30]


def test_a_pause_that_is_asked_for_while_others_wait_counts_for_them():
    async def work(pace: Pace, clock: StillClock, began: list[float]) -> None:
        async def first() -> None:
            async with pace.turn(HOST, 1.0):
                await clock.sleep(0.5)
                pace.hold(HOST, 60)

        await asyncio.gather(first(), take(pace, clock, began), take(pace, clock, began))

    assert starts(work) == [60.5, 61.5]


def test_waiting_work_that_is_cancelled_gives_its_place_to_the_next():
    async def work(pace: Pace, clock: StillClock, began: list[float]) -> None:
        async with pace.turn(HOST, 1.0):
            waiting = [asyncio.create_task(take(pace, clock, began)) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            await asyncio.sleep(0)
        # The second was woken, but has not run yet.
        waiting[1].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    assert starts(work) == [1]


def test_turns_are_shared_by_threads_with_event_loops_of_their_own():
    pace = Pace(SystemClock())
    order: list[str] = []

    def work(name: str) -> None:
        async def one() -> None:
            for _ in range(20):
                async with pace.turn(HOST, 0):
                    order.append(name + "<")
                    await asyncio.sleep(0.0005)
                    order.append(name + ">")

        asyncio.run(one())

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(order) == 80
    assert all(first[0] == second[0] for first, second in zip(order[::2], order[1::2], strict=True))


def test_a_loop_that_was_closed_while_its_work_waited_does_not_hold_up_others():
    clock = StillClock()
    pace = Pace(clock)
    loop = asyncio.new_event_loop()

    async def work() -> list[float]:
        began: list[float] = []
        async with pace.turn(HOST, 0):
            pace._hosts[HOST].waiting.append((loop, loop.create_future()))
            loop.close()
        await take(pace, clock, began)
        return began

    assert asyncio.run(work()) == [0]


def test_the_process_has_one_pace():
    assert isinstance(PACE, Pace)


def test_a_host_rests_after_some_failures_in_a_row():
    breaker = CircuitBreaker(StillClock(), failures=3, rest=300)
    assert [breaker.failed(HOST, f"failure {n}") for n in (1, 2, 3)] == [False, False, True]
    with pytest.raises(HostResting) as caught:
        breaker.check(HOST)
    assert str(caught.value) == (
        "ctv.veeva.com rests until 2026-11-21T12:05:00Z: 3 failures in a row, the last: failure 3"
    )
    assert isinstance(caught.value, FetchError)


def test_a_success_in_between_starts_the_count_anew():
    breaker = CircuitBreaker(StillClock(), failures=2, rest=300)
    breaker.failed(HOST, "x")
    breaker.succeeded(HOST)
    assert not breaker.failed(HOST, "x")
    breaker.check(HOST)


def test_after_a_rest_one_failure_brings_the_next_rest():
    clock = StillClock()
    breaker = CircuitBreaker(clock, failures=2, rest=300)
    breaker.failed(HOST, "x")
    breaker.failed(HOST, "x")
    clock.seconds = 300
    breaker.check(HOST)
    breaker.check(HOST)
    assert breaker.failed(HOST, "x")
    with pytest.raises(HostResting):
        breaker.check(HOST)


def test_other_hosts_do_not_rest():
    breaker = CircuitBreaker(StillClock(), failures=1, rest=300)
    breaker.failed(HOST, "x")
    breaker.check("www.trialx.com")


def test_waiting_work_is_told_that_the_host_rests_without_asking_it(tmp_path):
    async def run() -> tuple[list[str], int]:
        async with Replica() as site, fetcher(tmp_path, attempts=2, rest_after=3) as fetch:
            for number in range(10):
                site.scripts[f"/{number}"] = [answer(b"", "500 Internal Server Error")]
            work = (fetch.fetch(site.url(f"/{number}")) for number in range(10))
            results = await asyncio.gather(*work, return_exceptions=True)
            return [str(result) for result in results], len(site.paths())

    messages, requests = asyncio.run(run())
    told = [message for message in messages if "rests until" in message]
    assert len(told) == 7
    assert all("3 failures in a row, the last: 500 Internal Server Error" in message for message in told)
    assert requests < 20


def test_refusals_in_a_row_let_a_host_rest_too(tmp_path):
    async def run() -> list[str]:
        async with Replica() as site, fetcher(tmp_path, rest_after=2) as fetch:
            site.scripts["/a"] = [answer(b"", "403 Forbidden")]
            site.scripts["/b"] = [answer(b"<title>Just a moment...</title>")]
            results = [
                await asyncio.gather(fetch.fetch(site.url(path)), return_exceptions=True) for path in ("/a", "/b", "/a")
            ]
            return [str(result[0]) for result in results]

    assert "rests until" in asyncio.run(run())[2]


@pytest.mark.parametrize(
    "script",
    [
        answer(b"", "520 "),
        answer(b"", "999 Request denied"),
        answer(b"#" * 3_000),
        answer(b"\x8b\x00\x80\xff", Content_Encoding="br"),
    ],
)
def test_a_host_whose_answers_are_of_no_use_to_anybody_rests(script, tmp_path):
    async def run() -> list[str]:
        async with Replica() as site, fetcher(tmp_path, rest_after=2, body_limit=2_000) as fetch:
            site.scripts["/a"] = [script]
            results = [await asyncio.gather(fetch.fetch(site.url("/a")), return_exceptions=True) for _ in range(3)]
            return [str(result[0]) for result in results]

    first, _, third = asyncio.run(run())
    assert "rests until" not in first
    assert "rests until" in third


def test_pages_that_do_not_exist_are_no_failures_of_the_host(tmp_path):
    async def run() -> list[str]:
        async with Replica() as site, fetcher(tmp_path, rest_after=1) as fetch:
            return [
                str((await asyncio.gather(fetch.fetch(site.url("/x")), return_exceptions=True))[0]) for _ in range(3)
            ]

    assert all("does not exist" in message for message in asyncio.run(run()))


def test_requests_to_a_host_are_a_second_apart_by_default(tmp_path):
    clock = StillClock()  # on it an exchange takes no time, however busy the machine is

    async def run() -> list[float]:
        async with Replica() as site, fetcher(tmp_path, clock, pace=1.0) as fetch:
            site.scripts["/a"] = [answer()]
            passed = []
            for _ in range(3):
                await fetch.fetch(site.url("/a"))
                passed.append(clock.seconds)
            return passed

    assert asyncio.run(run()) == [1.0, 2.0, 3.0]  # the request before the first is for robots.txt
