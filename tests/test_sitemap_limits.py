"""Sitemaps beyond all measure: refused by name, in time that grows with their size alone."""

from contextlib import suppress

import pytest

from scraper.discovery import sitemaps
from scraper.discovery.sitemaps import BadSitemap, entries
from tests.replica import gzipped
from tests.work import work


@pytest.mark.parametrize(("pack", "message"), [(gzipped, "expands to more"), (bytes, "is larger")])
def test_a_sitemap_beyond_the_limit_is_refused(pack, message, monkeypatch):
    monkeypatch.setattr(sitemaps, "SIZE_LIMIT", 1_000_000)
    with pytest.raises(BadSitemap, match=f"{message} than 1,000,000 bytes"):
        list(entries(pack(b"<urlset>" + b" " * 1_100_000)))


NAMED = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url>"

HOSTILE = {
    # what a sitemap of n bytes and more is refused for
    "a comment": (lambda n: NAMED + "<!--" + "a" * n, "a tag or a comment of more than 262,144 bytes"),
    "a comment before all": (lambda n: "<!--" + "a" * n, "a tag or a comment of more than 262,144 bytes"),
    "an attribute": (lambda n: NAMED + "<a b='" + "a" * n, "a tag or a comment of more than 262,144 bytes"),
    "attributes": (
        lambda n: NAMED + "<a " + " ".join(f"a{i}=''" for i in range(n // 6)),
        "a tag or a comment of more than 262,144 bytes",
    ),
    "an instruction": (lambda n: NAMED + "<?a " + "a" * n, "a tag or a comment of more than 262,144 bytes"),
    "a type": (lambda n: "<!DOCTYPE a SYSTEM '" + "a" * n, "a tag or a comment of more than 262,144 bytes"),
    "an address": (lambda n: NAMED + "<loc>" + "a" * n, "an address of more than 8,192 characters"),
    "an address of references": (lambda n: NAMED + "<loc>" + "&lt;" * n, "an address of more than 8,192 characters"),
    "an address in a list": (lambda n: "https://" + "a" * n, "an address of more than 8,192 characters"),
    "depth": (lambda n: NAMED + "<a>" * n, "more than 64 elements within each other"),
    "names": (lambda n: NAMED + "".join(f"<a{i}/>" for i in range(n // 6)), "more than 10,000 kinds of elements"),
    "attribute names": (
        lambda n: NAMED + "".join(f"<a b{i}=''/>" for i in range(n // 6)),
        "more than 10,000 kinds of elements",
    ),
    "namespaces": (
        lambda n: NAMED + "".join(f"<a xmlns='{i}'/>" for i in range(n // 6)),
        "more than 10,000 kinds of elements",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_sitemap_is_refused_before_more_than_half_a_megabyte_of_it_is_read(kind, monkeypatch):
    generate, message = HOSTILE[kind]
    read = []
    slices = sitemaps._slices

    def counted(content):
        for piece in slices(content):
            read.append(len(piece))
            yield piece

    monkeypatch.setattr(sitemaps, "_slices", counted)
    with pytest.raises(BadSitemap) as caught:
        list(entries(generate(1_000_000).encode()))
    assert message in str(caught.value)
    assert sum(read) <= 524_288


@pytest.mark.parametrize(
    "content",
    [f"{NAMED}{'<a/>' * 2_000}", f"https://a.example/1{chr(10) * 2_000}"],
    ids=["elements", "lines"],
)
def test_a_sitemap_of_too_many_elements_or_lines_is_refused(content, monkeypatch):
    monkeypatch.setattr(sitemaps, "ITEMS_LIMIT", 1_000)
    with pytest.raises(BadSitemap, match=r"it has more than 1,000 (elements|lines)"):
        list(entries(content.encode()))


SLOW = {
    # what a sitemap of n bytes that is within all limits looks like
    "comments": lambda n: NAMED + ("<!--" + "a" * 2_000 + "-->") * (n // 2_000),
    "elements": lambda n: NAMED + "<a/>" * (n // 4),
    "text": lambda n: NAMED + "a" * n,
    "addresses": lambda n: NAMED + "<loc>a</loc>" * (n // 12),
    "a list": lambda n: "https://a\n" * (n // 10),
}


def read_to_the_end(content: bytes) -> None:
    with suppress(BadSitemap):
        list(entries(content))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("kind", SLOW)
def test_the_work_of_a_sitemap_grows_with_its_size_alone(kind, packed):
    small, large = (SLOW[kind](size).encode() for size in (20_000, 80_000))
    sizes = len(large) / len(small)
    if packed:
        small, large = gzipped(small), gzipped(large)
    assert work(read_to_the_end, large) < 1.1 * work(read_to_the_end, small) * sizes


def test_a_gzip_member_is_looked_at_once_however_many_there_are():
    small, large = (gzipped(b"") * number for number in (500, 2_000))
    assert work(read_to_the_end, large) < 4.4 * work(read_to_the_end, small)
