"""Replays: the same code, answered from archives and snapshot cases."""

import asyncio
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.replay import ReplayTransport
from scraper.parse.page import Page
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, QuickClock, Replica, answer, fetcher, gzipped, redirect

URL = "https://ctv.veeva.com/study/a"
ABOUT = {"why": "w", "made": "m", "layout": None}
INPUTS = {"page.html", "page.json", "capture.txt"}


def replay(sources: list[Path], url: str = URL, *, loopback: bool = False) -> Page | TrialPagesError:
    async def run() -> Page | TrialPagesError:
        async with Fetcher(
            Settings(), HOSTS, Environment(transport=ReplayTransport(sources), loopback=loopback)
        ) as fetch:
            try:
                return await fetch.fetch(url)
            except TrialPagesError as error:
                return error

    return asyncio.run(run())


def case(folder: Path, name: str, inputs: dict[str, bytes], **about: object) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "case.json").write_text(json.dumps({**ABOUT, "url": URL, **about}))
    for file, content in inputs.items():
        (folder / name / file).write_bytes(content)


def test_a_snapshot_case_is_replayed_with_its_time(tmp_path):
    case(tmp_path, "veeva/a", {"page.html": PAGE}, fetched_at="2026-11-20T08:00:00Z")
    page = replay([tmp_path])
    assert page == Page(PAGE, URL, datetime(2026, 11, 20, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("inputs", "content"),
    [
        ({"page.html": b"<p>html</p>", "capture.txt": b"text"}, b"<p>html</p>"),
        ({"page.json": b"{}"}, b"{}"),
        ({"capture.txt": b"text"}, b"text"),
    ],
)
def test_a_case_answers_with_its_html_before_its_text(inputs, content, tmp_path):
    case(tmp_path, "veeva/a", inputs)
    page = replay([tmp_path])
    assert isinstance(page, Page)
    assert page.content == content


def test_a_case_that_does_not_say_when_it_was_fetched_has_no_time(tmp_path):
    case(tmp_path, "a", {"page.html": PAGE})
    assert replay([tmp_path]) == Page(PAGE, URL, None)


SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def test_every_bundled_page_is_replayed_by_its_url(tmp_path):
    case(tmp_path, "veeva/a", {"page.html": PAGE})
    for root in (tmp_path, SNAPSHOTS):
        inputs = [path.read_bytes() for path in root.rglob("*/*") if path.name in INPUTS]
        for record in sorted(root.rglob("case.json")):
            url = json.loads(record.read_text()).get("url") or ""
            if url.startswith(tuple(f"https://{host}/" for host in HOSTS)):
                page = replay([root], url)
                if isinstance(page, Page):
                    assert page.content in inputs
                else:
                    assert type(page) in {Blocked, NotATrialPage}


def test_the_newest_of_several_cases_of_a_page_answers(tmp_path):
    case(tmp_path, "a", {"page.html": b"old"}, fetched_at="2026-01-01T00:00:00Z")
    case(tmp_path, "b", {"page.html": b"new"}, fetched_at="2026-03-01T00:00:00Z")
    case(tmp_path, "c", {"page.html": b"middle"}, fetched_at="2026-02-01T00:00:00Z")
    page = replay([tmp_path])
    assert isinstance(page, Page)
    assert page.content == b"new"


def test_a_case_without_url_or_input_answers_nothing(tmp_path):
    case(tmp_path, "a", {"page.html": b"x"}, url=None)
    case(tmp_path, "b", {}, url=URL)
    assert isinstance(replay([tmp_path]), NotFound)


def test_a_page_that_is_not_there_is_told_with_the_place(tmp_path):
    case(tmp_path, "a", {"page.html": b"x"})
    error = replay([tmp_path], "https://ctv.veeva.com/study/b")
    assert type(error) is NotFound
    assert str(error) == (f"https://ctv.veeva.com/study/b is not in {tmp_path}: the replay has no capture of it")
    assert error.exit_code == 3


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is nothing to replay at"):
        ReplayTransport([tmp_path / "nowhere"])


def test_a_folder_without_pages_is_told(tmp_path):
    with pytest.raises(ValueError, match="holds neither WARC files nor snapshot cases"):
        ReplayTransport([tmp_path])


def test_a_file_that_is_no_warc_file_is_told(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"something else")
    with pytest.raises(Unreadable, match=r"a\.warc\.gz is no sound WARC file"):
        ReplayTransport([path])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> tuple[Path, str, Page]:
    """An archive with a redirect, a page, its confirmation by 304, a 404, a refusal; and the port."""
    home = tmp_path_factory.mktemp("home")

    async def run() -> tuple[str, Page]:
        clock = QuickClock()
        async with Replica() as site, fetcher(home, clock, archive=True) as fetch:
            site.scripts["/robots.txt"] = [answer(b"User-agent: *\nDisallow: /private\nCrawl-delay: 30\n")]
            site.scripts["/old"] = [redirect("/study/a")]
            site.scripts["/study/a"] = [
                answer(
                    gzipped(PAGE),
                    headers={"ETag": '"v1"', "Content-Encoding": "gzip"},
                    Content_Type="text/html",
                )
            ]
            site.etags["/study/a"] = '"v1"'
            await fetch.fetch(site.url("/study/a"))
            page = await fetch.fetch(site.url("/old"))
            with pytest.raises(NotFound):
                await fetch.fetch(site.url("/study/gone"))
            return site.url(""), page

    base, page = asyncio.run(run())
    return home / "archive", base, page


def test_an_archive_is_replayed_through_redirect_304_and_compression(recorded):
    folder, base, page = recorded
    assert replay([folder], f"{base}/old", loopback=True) == page


def test_warc_files_are_replayed_without_their_cdx_index(recorded, tmp_path):
    folder, base, page = recorded
    for path in folder.glob("*.warc.gz"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert replay([tmp_path], f"{base}/old", loopback=True) == page
    assert replay(list(tmp_path.glob("*.warc.gz")), f"{base}/old", loopback=True) == page


def test_files_of_other_tools_beside_an_archive_are_replayed_too(recorded, tmp_path):
    folder, base, page = recorded
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    others_warc(tmp_path / "a.warc", gzip=False)
    found = replay([tmp_path])
    assert isinstance(found, Page)
    assert found.content == b"hello"
    assert replay([tmp_path], f"{base}/study/a", loopback=True) == page


def test_a_404_is_replayed_as_what_it_was(recorded):
    folder, base, _ = recorded
    error = replay([folder], f"{base}/study/gone", loopback=True)
    assert str(error) == f"{base}/study/gone does not exist (404 Not Found)"


def test_a_robots_txt_is_obeyed_in_a_replay_too(recorded):
    folder, base, _ = recorded
    assert isinstance(replay([folder], f"{base}/private", loopback=True), Blocked)


def test_a_replay_writes_nothing(recorded, tmp_path):
    folder, base, _ = recorded

    async def run() -> None:
        settings = Settings(home=tmp_path / "home")
        async with Fetcher.replaying(settings, HOSTS, [folder]) as fetch:
            with pytest.raises(TrialPagesError):
                await fetch.fetch(f"{base}/old")

    asyncio.run(run())
    assert not (tmp_path / "home").exists()


def test_an_archive_beats_an_older_case_and_loses_to_a_newer_one(recorded, tmp_path):
    folder, base, _ = recorded
    case(tmp_path, "old/a", {"page.html": b"old"}, url=f"{base}/study/a", fetched_at="2020-01-01T00:00:00Z")
    case(tmp_path, "new/a", {"page.html": b"new"}, url=f"{base}/study/a", fetched_at="2099-01-01T00:00:00Z")
    older = replay([tmp_path / "old", folder], f"{base}/study/a", loopback=True)
    newer = replay([tmp_path / "new", folder], f"{base}/study/a", loopback=True)
    assert isinstance(older, Page)
    assert isinstance(newer, Page)
    assert (older.content, newer.content) == (PAGE, b"new")


def test_an_archived_page_that_is_damaged_is_told(recorded, tmp_path):
    folder, base, _ = recorded
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for path in tmp_path.glob("*.warc.gz"):
        path.write_bytes(b"")
    error = replay([tmp_path], f"{base}/study/a", loopback=True)
    assert type(error) is FetchError
    assert "robots.txt cannot be replayed" in str(error)


def others_warc(path: Path, *, gzip: bool) -> None:
    """What other tools write: chunked bodies as they came, no revisit dates, UTF-8 in headers."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=gzip)

    def write(kind: str, date: str, headers: list[tuple[str, str]], body: bytes) -> None:
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        about = {"WARC-Date": date}
        writer.write_record(
            writer.create_warc_record(URL, kind, BytesIO(body), len(body), http_headers=http, warc_headers_dict=about)
        )

    chunked = [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), ("X-Place", "Zürich")]
    write("response", "2026-01-01T00:00:00Z", chunked, b"5\r\nhello\r\n0\r\n\r\n")
    write("revisit", "2020-01-01T00:00:00Z", [("Content-Type", "text/html")], b"")
    write("metadata", "2026-01-01T00:00:00Z", [], b"")
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize(("name", "gzip"), [("a.warc.gz", True), ("a.warc", False)])
def test_files_of_other_tools_are_replayed(name, gzip, tmp_path):
    others_warc(tmp_path / name, gzip=gzip)
    assert replay([tmp_path]) == Page(b"hello", URL, datetime(2026, 1, 1, tzinfo=UTC))


def test_no_host_rests_in_a_replay(tmp_path):
    case(tmp_path, "a", {"page.html": b"<title>Just a moment...</title>"})

    async def run() -> list[str]:
        async with Fetcher.replaying(Settings(rest_after=1), HOSTS, [tmp_path]) as fetch:
            results = [await asyncio.gather(fetch.fetch(URL), return_exceptions=True) for _ in range(3)]
            return [str(result[0]) for result in results]

    assert all("Cloudflare asks whether a person is there" in message for message in asyncio.run(run()))


def test_a_case_without_address_answers_at_its_sites_host_and_its_page_has_none(tmp_path):
    case(tmp_path, "veeva/seed one", {"capture.txt": b"text"}, url=None)
    case(tmp_path, "elsewhere/b", {"page.html": PAGE}, url=None, layout="veeva/study")
    case(tmp_path, "elsewhere/c", {"page.html": PAGE}, url=None, layout=None)

    async def run() -> list[Page]:
        async with Fetcher.replaying(Settings(), HOSTS, [tmp_path]) as fetch:
            return [await fetch.fetch(f"https://ctv.veeva.com/replay/{name}") for name in ("seed%20one", "b")]

    assert asyncio.run(run()) == [Page(b"text", None, None, "utf-8"), Page(PAGE)]


def test_a_replay_tells_which_cases_mention_some_words_whatever_tags_divide_them(tmp_path):
    case(tmp_path, "veeva/a", {"page.html": b"<p>NCT<!-- -->05<b>160831</b></p>"}, url="http://ctv.veeva.com/study/a")
    case(tmp_path, "veeva/b", {"page.html": b"<p>NCT06160831</p>"}, url="https://ctv.veeva.com/study/b")
    case(tmp_path, "veeva/c", {"page.html": b"<p>NCT05160831</p>"}, url="https://trials.example.org/c")

    async def run() -> tuple[list[str], bytes]:
        async with Fetcher.replaying(Settings(), HOSTS, [tmp_path]) as fetch:
            mentioned = list(fetch.mentioning("NCT05160831"))
            return mentioned, (await fetch.fetch(mentioned[0])).content

    assert asyncio.run(run()) == (["http://ctv.veeva.com/study/a"], b"<p>NCT<!-- -->05<b>160831</b></p>")


def test_on_the_web_no_case_mentions_anything(tmp_path):
    assert fetcher(tmp_path).mentioning("NCT05160831") == ()
