"""Redirects: followed as browsers follow them, or the failure of one page."""

import pytest

from scraper.errors import FetchError, UnsafeUrl
from scraper.parse.page import Page
from tests.answers import OTHER, URL, Server, answering, fetched, told


@pytest.mark.parametrize(
    "location",
    [
        b"javascript:void(0)",
        b"mailto:someone@example.org",
        b"about:blank",
        b"data:text/html,x",
        b"www.trialx.com:443/x",
        b"https://xn--a/",
        b"https://xn--0.xn--0/",
        b"https://[::1",
        b"https://ctv.veeva.com:port/",
        b"https://a\x01b/",
        b"https://" + b"a" * 70_000,
        b"/study/" + b"a" * 3_000,
        b"/study/" + b"\xe9" * 1_000,
        b"https://ctv.veeva.com/" + b"%" * 3_000,
        b"https://ctv.veeva.com\xff/",
        b"https:///ctv.veeva.com.evil.example/",
        b"https:////evil.example/study/b",
        b"\\\\evil.example\\study",
    ],
)
def test_a_redirect_to_no_address_of_a_site_fails_its_page_alone(location, tmp_path):
    error = told(answering(302, [(b"Location", location)], b""), tmp_path)
    assert type(error) is UnsafeUrl
    assert str(error).startswith(f"{URL} redirects to where we do not go: ")
    assert len(str(error)) < 5_000


def test_a_robots_txt_that_redirects_to_no_address_fails_the_page_alone(tmp_path):
    robots = answering(302, [(b"Location", b"javascript:void(0)")], b"")
    assert type(fetched(Server({"https://ctv.veeva.com/robots.txt": robots}), tmp_path)) is UnsafeUrl


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (b"/study/b", "/study/b"),
        (b"b", "/study/b"),
        (b"?page=2", "/study/a?page=2"),
        (b" \t/study/b ", "/study/b"),
        (b"//ctv.veeva.com/study/b", "/study/b"),
        (b"https:/study/b", "/study/b"),
        (b"https:b", "/study/b"),
        (b"HTTPS://CTV.VEEVA.COM/study/b", "/study/b"),
        (b"https:\\\\ctv.veeva.com\\study\\b", "/study/b"),
        (b"/study/b?q=a\\b", "/study/b?q=a\\b"),
        (b"/study/b#top", "/study/b"),
        (b"/x/../study/./b", "/study/b"),
        (b"/caf\xc3\xa9", "/caf%C3%A9"),
        (b"/caf\xe9", "/caf%E9"),
        (b"/caf\xe9?q=\xc3\xa9", "/caf%E9?q=%C3%A9"),
        (b"/caf%C3%A9?q=100%", "/caf%C3%A9?q=100%"),
        (b"/a b", "/a%20b"),
        (b"/%7Ea", "/%7Ea"),
    ],
)
@pytest.mark.parametrize("other", [b"ok", b"caf\xe9", b"caf\xc3\xa9"])
def test_a_location_is_read_by_itself_as_browsers_read_it(location, asked, other, tmp_path):
    server = Server({URL: answering(301, [(b"Server", other), (b"Location", location)], b"")})
    fetched(server, tmp_path)
    assert server.asked() == [URL, f"https://ctv.veeva.com{asked}"]


def test_a_redirect_that_is_said_twice_is_followed_and_one_that_contradicts_itself_is_not(tmp_path):
    twice = [(b"Location", b"/study/b"), (b"location", b"/study/b")]
    assert isinstance(fetched(Server({URL: answering(302, twice, b""), OTHER: answering()}), tmp_path), Page)
    error = told(answering(302, [(b"Location", b"/study/b"), (b"Location", b"/study/c")], b""), tmp_path)
    assert "redirects to 2 addresses at once" in str(error)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 306, 307, 308, 399])
def test_a_redirect_that_leads_nowhere_is_no_page(status, tmp_path):
    for headers in ([], [(b"Location", b"")], [(b"Location", b"  ")]):
        error = told(answering(status, headers, b""), tmp_path)
        assert type(error) is FetchError
        assert "which is no page" in str(error)
