"""Sitemaps: read as streams, entered in an index that survives an interruption."""

import asyncio
import sqlite3
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery import index as indexes
from scraper.discovery.index import PageIndex, Refresh, refresh
from scraper.discovery.sitemaps import BadSitemap, Entry, entries
from scraper.errors import TrialPagesError
from scraper.sqlite import open_database
from tests.replica import QuickClock, Replica, answer, fetcher, gzipped

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML = {"Content-Type": "application/xml"}
GZ = {"Content-Type": "application/gzip"}


def urlset(*urls: str) -> bytes:
    return f"<urlset {NAMESPACE}>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>".encode()


def index_of(*shards: tuple[str, str]) -> bytes:
    named = "".join(f"<sitemap><loc>{url}</loc><lastmod>{date}</lastmod></sitemap>" for url, date in shards)
    return f"<sitemapindex {NAMESPACE}>{named}</sitemapindex>".encode()


def test_pages_are_given_in_order_with_their_dates():
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
        <urlset {NAMESPACE}>
          <url><loc> https://a.example/1?x=1&amp;y=2 </loc><lastmod>2026-01-02</lastmod></url>
          <url><lastmod/><loc>https://a.example/2</loc><priority>0.5</priority></url>
          <url><priority>1</priority></url>
        </urlset>""".encode()
    assert list(entries(content)) == [
        Entry("https://a.example/1?x=1&y=2", "2026-01-02", is_sitemap=False),
        Entry("https://a.example/2", None, is_sitemap=False),
    ]


def test_shards_are_told_from_pages():
    assert list(entries(index_of(("https://a.example/s1.xml", "2026-01-01")))) == [
        Entry("https://a.example/s1.xml", "2026-01-01", is_sitemap=True)
    ]


def test_a_gzipped_sitemap_is_expanded():
    assert [entry.url for entry in entries(gzipped(urlset("https://a.example/1")))] == ["https://a.example/1"]


def test_a_sitemap_without_namespace_is_read():
    content = b"<urlset><url><loc>https://a.example/1</loc></url></urlset>"
    assert [entry.url for entry in entries(content)] == ["https://a.example/1"]


def test_an_image_of_a_page_is_no_page():
    content = f"""<urlset {NAMESPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
        <loc>https://a.example/1</loc>
        <image:image><image:loc>https://a.example/1.png</image:loc></image:image>
        </url></urlset>""".encode()
    assert [entry.url for entry in entries(content)] == ["https://a.example/1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no well-formed XML"),
        (b"<html><body>Not found</body></html>", "begins with <html>"),
        (urlset("https://a.example/1")[:-5], "no well-formed XML"),
        (gzipped(urlset("https://a.example/1"))[:-20], "ends too soon"),
        (gzipped(urlset("https://a.example/1"))[:12] + b"\xff" * 40, "gzip stream is corrupt"),
        (b'<?xml version="1.0" encoding="utf-7"?><urlset/>', "names an encoding that cannot be read"),
        (b'<?xml version="1.0" encoding="nobodys"?><urlset/>', "names an encoding that cannot be read"),
        (b'<?xml version="1.0" encoding="hex"?><urlset/>', "names an encoding that cannot be read"),
        (b"https://a.example/1\nhttps://a.example/\xff", "not in UTF-8"),
        (b"https://a.example/1\nNot found", "this is none: 'Not found'"),
        (b'<!DOCTYPE urlset [<!ENTITY a "aaaa">]><urlset/>', "has declarations of its own"),
    ],
)
def test_what_is_no_sound_sitemap_is_refused(content, message):
    with pytest.raises(BadSitemap) as caught:
        list(entries(content))
    assert message in str(caught.value)


def test_gzip_members_are_one_sitemap_whatever_is_padded_behind_them():
    content = urlset("https://a.example/1", "https://a.example/2")
    members = b"".join(gzipped(bytes([byte])) for byte in content)
    assert [entry.url for entry in entries(members + b"\0" * 512)] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize("pack", [bytes, gzipped], ids=["plain", "gzipped"])
def test_a_list_of_addresses_is_a_sitemap(pack):
    content = "\ufeff https://a.example/1\r\n\r\nHTTP://a.example/ü\rhttps://a.example/3".encode()
    assert list(entries(pack(content))) == [
        Entry("https://a.example/1", None, is_sitemap=False),
        Entry("HTTP://a.example/ü", None, is_sitemap=False),
        Entry("https://a.example/3", None, is_sitemap=False),
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), max_size=20))
def test_every_url_that_is_written_is_read(urls):
    escaped = (url.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for url in urls)
    assert [entry.url for entry in entries(urlset(*escaped))] == urls


def test_a_large_sitemap_is_read_in_constant_memory():
    urls = (f"https://ctv.veeva.com/study/{number:060}" for number in range(20_000))
    content = gzipped(urlset(*urls))
    tracemalloc.start()
    count = sum(1 for _ in entries(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000


def build(tmp_path, sites, *, rounds=1, hours=0.0, change=None, **settings: object):
    """Refresh the index some times; what each did, the paths asked for, and the pages known in the end."""

    async def run():
        done: list[Refresh] = []
        clock = QuickClock()
        async with Replica() as site:
            for path, script in sites(site).items():
                site.scripts[path] = [script]
            for number in range(rounds):
                if number and change is not None:
                    change(site)
                await clock.sleep(hours * 3600)
                async with fetcher(tmp_path, clock, **settings) as fetch:
                    with PageIndex(tmp_path / "home" / "index.sqlite3") as index:
                        roots = await fetch.sitemaps(site.url("/")) or [site.url("/sitemap.xml")]
                        done.append(await refresh(fetch, index, "veeva", roots, clock=clock))
                        pages = index.starting_with("veeva", "", limit=1000)
            return done, site.paths(), [page.removeprefix(site.url("")) for page in pages]

    return asyncio.run(run())


def two_shards(site: Replica):
    return {
        "/sitemap.xml": answer(
            index_of((site.url("/s1.xml"), "2026-01-01"), (site.url("/s2.xml.gz"), "2026-01-01")), headers=XML
        ),
        "/s1.xml": answer(urlset(site.url("/study/a"), site.url("/study/b")), headers=XML),
        "/s2.xml.gz": answer(gzipped(urlset(site.url("/study/c"))), headers=GZ),
    }


def test_an_index_is_filled_from_the_shards_of_a_sitemap(tmp_path):
    done, paths, pages = build(tmp_path, two_shards)
    assert done == [Refresh(read=3, skipped=0, pages=3)]
    assert paths == ["/sitemap.xml", "/s1.xml", "/s2.xml.gz"]
    assert pages == ["/study/a", "/study/b", "/study/c"]


def test_robots_txt_names_where_to_begin(tmp_path):
    def sites(site: Replica):
        robots = answer(f"Sitemap: {site.url('/s1.xml')}\n".encode())
        return {**two_shards(site), "/robots.txt": robots}

    assert build(tmp_path, sites)[1:] == (["/s1.xml"], ["/study/a", "/study/b"])


def test_a_second_refresh_within_a_day_reads_what_changed_alone(tmp_path):
    def change(site: Replica) -> None:
        shards = index_of((site.url("/s1.xml"), "2026-02-02"), (site.url("/s2.xml.gz"), "2026-01-01"))
        site.scripts["/sitemap.xml"] = [answer(shards, headers=XML)]
        site.scripts["/s1.xml"] = [answer(urlset(site.url("/study/b"), site.url("/study/z")), headers=XML)]

    done, _, pages = build(tmp_path, two_shards, rounds=2, change=change)
    assert done[1] == Refresh(read=2, skipped=1, pages=2)
    assert pages == ["/study/b", "/study/c", "/study/z"]


def test_after_a_day_everything_is_read_again(tmp_path):
    done = build(tmp_path, two_shards, rounds=2, hours=25)[0]
    assert done[1] == Refresh(read=3, skipped=0, pages=3)


def test_an_interrupted_refresh_is_taken_up_where_it_stopped(tmp_path):
    def sites(site: Replica):
        return {**two_shards(site), "/s2.xml.gz": answer(b"", "500 Internal Server Error")}

    def change(site: Replica) -> None:
        site.scripts["/s2.xml.gz"] = [two_shards(site)["/s2.xml.gz"]]

    done, _, pages = build(tmp_path, sites, rounds=2, change=change, attempts=1)
    assert (done[0].read, done[0].pages) == (2, 2)
    assert done[0].problems[0].endswith("did not arrive, attempts: 1, the last: 500 Internal Server Error")
    assert done[1] == Refresh(read=2, skipped=1, pages=1)
    assert pages == ["/study/a", "/study/b", "/study/c"]


def test_a_shard_that_is_gone_takes_its_pages_with_it(tmp_path):
    def change(site: Replica) -> None:
        site.scripts["/sitemap.xml"] = [answer(index_of((site.url("/s1.xml"), "2026-01-01")), headers=XML)]

    assert build(tmp_path, two_shards, rounds=2, change=change)[2] == ["/study/a", "/study/b"]


def test_a_shard_that_is_damaged_keeps_the_pages_it_named_before(tmp_path):
    def change(site: Replica) -> None:
        site.scripts["/s1.xml"] = [answer(urlset(site.url("/study/x"))[:-3], headers=XML)]

    done, _, pages = build(tmp_path, two_shards, rounds=2, hours=25, change=change)
    assert "no well-formed XML" in done[1].problems[0]
    assert pages == ["/study/a", "/study/b", "/study/c"]


def test_sitemaps_that_name_each_other_are_read_once(tmp_path):
    def sites(site: Replica):
        root = site.url("/sitemap.xml")
        return {"/sitemap.xml": answer(index_of((root, "2026-01-01"), (root, "2026-01-01")), headers=XML)}

    assert build(tmp_path, sites)[1] == ["/sitemap.xml"]


def test_sitemaps_that_name_new_ones_without_end_are_left_at_some_point(tmp_path, monkeypatch):
    monkeypatch.setattr(indexes, "SITEMAPS_LIMIT", 3)

    def sites(site: Replica):
        return {
            f"/s{n}.xml": answer(index_of((site.url(f"/s{n + 1}.xml"), "2026-01-01")), headers=XML) for n in range(9)
        }

    def begun(site: Replica):
        return {**sites(site), "/sitemap.xml": sites(site)["/s0.xml"]}

    done, paths, _ = build(tmp_path, begun)
    assert paths == ["/sitemap.xml", "/s1.xml", "/s2.xml"]
    assert done[0].problems[0].endswith("/s2.xml: it names further sitemaps, but 3 are as many as are read of a site")


def test_a_sitemap_that_robots_txt_forbids_is_not_read(tmp_path):
    def sites(site: Replica):
        return {**two_shards(site), "/robots.txt": answer(b"User-agent: *\nDisallow: /s1.xml\n")}

    done, paths, pages = build(tmp_path, sites)
    assert "refused by the robots.txt" in done[0].problems[0]
    assert "/s1.xml" not in paths
    assert pages == ["/study/c"]


def test_an_empty_sitemap_names_no_pages(tmp_path):
    assert build(tmp_path, lambda _: {"/sitemap.xml": answer(urlset(), headers=XML)})[0][0].pages == 0


def test_without_sitemaps_nothing_is_read_and_nothing_is_forgotten(tmp_path):
    async def run() -> tuple[Refresh, int]:
        clock = QuickClock()
        async with fetcher(tmp_path, clock) as fetch:
            with PageIndex(tmp_path / "index.sqlite3") as index:
                index.replace("veeva", "s1", None, ["https://ctv.veeva.com/study/a"], clock.now())
                return await refresh(fetch, index, "veeva", [], clock=clock), index.count("veeva")

    assert asyncio.run(run()) == (Refresh(), 1)


def test_pages_are_looked_up_by_how_their_url_starts(tmp_path):
    clock = QuickClock()
    with PageIndex(tmp_path / "index.sqlite3") as index:
        pages = [f"https://ctv.veeva.com/study/knee{end}" for end in ("", "-2", "-pain", "s")]
        assert index.replace("veeva", "s1", None, pages, clock.now()) == 4
        index.replace("trialx", "s2", None, ["https://ctv.veeva.com/study/knee-other"], clock.now())
        assert index.starting_with("veeva", "https://ctv.veeva.com/study/knee-") == pages[1:3]
        assert index.starting_with("veeva", "https://ctv.veeva.com/study/knee", limit=1) == pages[:1]
        assert index.count("veeva") == 4


def test_when_a_sitemap_was_read_is_known(tmp_path):
    clock = QuickClock()
    now = clock.now()
    with PageIndex(tmp_path / "index.sqlite3") as index:
        index.replace("veeva", "s1", "2026-01-01", [], now)
        assert index.read_at("s1") == now
        assert index.read_at("s1", "2026-01-01") == now
        assert index.read_at("s1", "2026-01-02") is None
        assert index.read_at("s2") is None
        assert now - timedelta(1) < now


def test_pages_are_looked_up_by_what_their_url_holds_whatever_its_case(tmp_path):
    with PageIndex(tmp_path / "index.sqlite3") as index:
        pages = ["https://a/x/nct00000001", "https://a/y/NCT00000001/details", "https://a/z/NCT00000002"]
        index.replace("inclinicaltrials", "https://a/s.xml", None, pages, datetime.now(UTC))
        assert index.containing("inclinicaltrials", "/NCT00000001") == pages[:2]
        assert index.containing("inclinicaltrials", "/NCT00000001", limit=1) == pages[:1]
        assert index.containing("veeva", "/NCT00000001") == []


def test_an_index_that_is_damaged_is_told_with_its_remedy(tmp_path):
    (tmp_path / "index.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(TrialPagesError, match=r"index\.sqlite3 is damaged .* rebuild it with 'trialpages index'"):
        PageIndex(tmp_path / "index.sqlite3")


def test_a_database_that_is_sound_is_not_called_damaged(tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        open_database(tmp_path / "index.sqlite3", "no SQL", "")
