"""Fetching with an archive: what is kept of each answer, and what is asked for on condition."""

import asyncio
import signal
from pathlib import Path

import pytest

from scraper.errors import FetchError
from tests.archives import archive, exchange, files, records, warcio_check
from tests.processes import Process
from tests.replica import PAGE, QuickClock, Replica, answer, fetcher, redirect


def fetch_twice(tmp_path, *, etag: bool, between=None):
    """Fetch a page two times with different fetchers; the pages, and the headers of the second request."""

    async def run():
        pages, clock = [], QuickClock()
        async with Replica() as site:
            headers = {"ETag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"} if etag else {}
            site.scripts["/study/a"] = [answer(headers=headers)]
            if etag:
                site.etags["/study/a"] = '"v1"'
            for _ in range(2):
                async with fetcher(tmp_path, clock, archive=True) as fetch:
                    pages.append(await fetch.fetch(site.url("/study/a")))
                if between is not None:
                    between(tmp_path / "archive")
            return pages, site.requests[-1][1]

    return asyncio.run(run())


def test_a_page_with_an_etag_is_asked_for_on_condition_and_its_bytes_are_reused(tmp_path):
    (first, second), headers = fetch_twice(tmp_path, etag=True)
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert (second.content, second.charset, second.sha256) == (PAGE, "utf-8", first.sha256)
    assert second.fetched_at > first.fetched_at
    kinds = [kind for kind, url in records(tmp_path / "archive") if url and url.endswith("/study/a")]
    assert kinds == ["response", "request", "revisit", "request"]


def test_a_page_without_an_etag_is_asked_for_without_condition(tmp_path):
    (_, second), headers = fetch_twice(tmp_path, etag=False)
    assert "if-none-match" not in headers
    assert second.content == PAGE


def test_a_304_that_nobody_asked_for_is_no_condition(tmp_path):
    async def run() -> tuple[bytes, dict[str, str]]:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/study/a"] = [[b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'], answer()]
            with pytest.raises(FetchError, match="answered 304"):
                await fetch.fetch(site.url("/study/a"))
            page = await fetch.fetch(site.url("/study/a"))
            return page.content, site.requests[-1][1]

    content, headers = asyncio.run(run())
    assert content == PAGE
    assert "if-none-match" not in headers


def test_a_large_page_is_archived_whole(tmp_path):
    large = PAGE + b" " * 300_000

    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/study/a"] = [answer(large)]
            await fetch.fetch(site.url("/study/a"))

    asyncio.run(run())
    with archive(tmp_path / "archive") as kept:
        (capture,) = (capture for capture in kept.captures() if capture.url.endswith("/study/a"))
        assert kept.read(capture).body == large


def test_a_304_after_the_page_was_gone_is_stored_as_it_came(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        kept.append(exchange(b"gone", minute=1, status=404))
        kept.append(exchange(b"", minute=2, status=304))
    assert "revisit" not in {kind for kind, _ in records(tmp_path)}


def test_a_copy_that_cannot_be_read_is_no_condition_and_is_stored_anew(tmp_path):
    spoilt = []

    def damage(folder: Path) -> None:
        if not spoilt:
            with archive(folder) as kept:
                capture = kept.captures()[0]
            path = files(folder)[0]
            content = path.read_bytes()
            end = len(content) - capture.start
            path.write_bytes(content[: capture.start] + b"\0" * end)
            spoilt.append(capture)

    (_, second), headers = fetch_twice(tmp_path, etag=True, between=damage)
    assert "if-none-match" not in headers
    assert second.content == PAGE
    with archive(tmp_path / "archive") as kept:
        newest = kept.newest(spoilt[0].url)
        assert newest is not None
        assert kept.read(newest).body == PAGE


def test_every_answer_is_archived(tmp_path):
    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/old"] = [redirect("/study/a")]
            site.scripts["/study/a"] = [answer(b"", "503 Service Unavailable"), answer()]
            await fetch.fetch(site.url("/old"))

    asyncio.run(run())
    with archive(tmp_path / "archive") as kept:
        assert [capture.status for capture in reversed(kept.captures())] == [404, 302, 503, 200]
    check = warcio_check(tmp_path / "archive")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_without_an_archive_nothing_is_kept(tmp_path):
    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path / "home", archive=False) as fetch:
            site.scripts["/study/a"] = [answer()]
            await fetch.fetch(site.url("/study/a"))

    asyncio.run(run())
    assert not (tmp_path / "home").exists()


FETCHING = """
import asyncio, itertools
from pathlib import Path
from tests.replica import Replica, answer, fetcher

async def main():
    async with Replica() as site, fetcher(Path({home!r}), archive=True) as fetch:
        for number in itertools.count():
            site.scripts[f"/study/{{number}}"] = [answer(b"<p>%d</p>" % number * 2000)]
            await fetch.fetch(site.url(f"/study/{{number}}"))
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [0, 7, 100])
def test_a_fetch_of_many_pages_that_is_killed_leaves_every_page_that_was_fetched(after, tmp_path):
    with Process(code=FETCHING.format(home=str(tmp_path))) as process:
        for line in process.stdout:
            if int(line) == after:
                process.send_signal(signal.SIGKILL)
                break
        fetched = after + 1 + len(process.stdout.readlines())
    assert process.wait() == -signal.SIGKILL
    with archive(tmp_path / "archive") as kept:
        pages = [capture for capture in kept.captures() if "/study/" in capture.url]
        assert fetched <= len(pages) <= fetched + 1
        for capture in pages:
            number = capture.url.rpartition("/")[2].encode()
            assert kept.read(capture).body == (b"<p>" + number + b"</p>") * 2000
        assert list(kept.check()) == []
        kept.append(exchange())
    assert warcio_check(tmp_path / "archive").returncode == 0
