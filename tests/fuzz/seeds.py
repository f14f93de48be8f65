"""What fuzzing begins with: the bundled pages, and a few words of everything else that is read."""

from collections.abc import Iterator
from pathlib import Path

LARGEST = 60_000
"""Bytes of the largest input that is tried: what fails at more fails at that, and many are tried."""

_SNAPSHOTS = Path(__file__).parents[2] / "snapshots"


def pages(*names: str) -> Iterator[bytes]:
    """The inputs of the snapshot cases that have one of some names."""
    for name in names:
        for path in sorted(_SNAPSHOTS.rglob(name)):
            if path.stat().st_size < LARGEST:
                yield path.read_bytes()


def files() -> Iterator[bytes]:
    """Files of all kinds, the encoding that a header names before each."""
    for content in pages("page.html", "page.json"):
        yield b"utf-8\n" + content
    page = next(pages("page.html"))[:3_000].replace(b"=", b"=3D")
    yield b"\n" + _MHTML.replace(b"PAGE", page)


_MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://ctv.veeva.com/study/a
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
Content-Location: https://ctv.veeva.com/study/a

PAGE
--b--
"""

ADDRESSES = (
    b"https://ctv.veeva.com/study/a?b=c#d",
    b"http://user:password@[::1]:8080/..//%2e%2e/\xc3\xbc",
    b"data:text/html,a",
)

ANSWERS = (
    # robots.txt first, then the page
    b"404\n\n\f200\nContent-Type: text/html; charset=a\nETag: a\nLast-Modified: Wed, 21 Oct 2026 07:28:00 GMT\n\n<p>",
    b"200\n\nUser-agent: *\nCrawl-delay: 9\n\f302\nLocation: //ctv.veeva.com/\xc3\xbc?a#b\n\n",
    b"404\n\n\f503\nRetry-After: 120\n\n\f429\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT\n\n",
    b"404\n\n\f200\nContent-Encoding: gzip, identity\n\n\x1f\x8b\x08\0",
)

_RECORD = b"""WARC/1.0
WARC-Type: response
WARC-Target-URI: https://ctv.veeva.com/study/a
WARC-Date: 2026-01-01T00:00:00Z
Content-Type: application/http; msgtype=response
Content-Length: 65

HTTP/1.1 200 OK
Transfer-Encoding: chunked

4
page
0


""".replace(b"\n", b"\r\n")

RECORDS = (_RECORD, _RECORD.replace(b"response", b"revisit") + _RECORD)

ROBOTS = (
    b"""User-agent: trialpages
User-agent: *
Disallow: /a*b$ # no
Allow: /index.html
Crawl-delay: 2.5
Request-rate: 1/10s
Sitemap: https://ctv.veeva.com/sitemap.xml
/study?q=%c3%bc""",
)

SITEMAPS = (
    b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
    <loc>https://ctv.veeva.com/study/a?b=1&amp;c</loc><lastmod>2026-01-01</lastmod></url></urlset>""",
    b"<sitemapindex><sitemap><loc>https://ctv.veeva.com/s.xml</loc></sitemap></sitemapindex>",
    b"https://ctv.veeva.com/study/a\r\nhttps://ctv.veeva.com/study/b\n",
)
