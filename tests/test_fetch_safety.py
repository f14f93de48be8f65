"""Which URLs and addresses are asked, and which are refused."""

import asyncio
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import UnsafeUrl
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.fetch.redirects import target_of
from scraper.fetch.safety import CheckedBackend, Policy, resolve
from scraper.settings import Settings
from tests.each import each
from tests.replica import HOSTS, PAGE, TRUST, QuickClock, Replica, answer, fetcher, redirect

POLICY = Policy(HOSTS)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://ctv.veeva.com/study/a", "only https is fetched, not http"),
        ("file:///etc/passwd", "only https is fetched, not file"),
        ("data:text/html,x", "only https is fetched, not data"),
        ("ftp://ctv.veeva.com/a", "only https is fetched, not ftp"),
        ("/study/a", "only https is fetched, not this"),
        ("", "only https is fetched, not this"),
        ("https:///study", "no host is not one of ctv.veeva.com, inclinicaltrials.com, www.trialx.com"),
        ("https://evil.example/", "evil.example is not one of"),
        ("https://ctv.veeva.com.evil.example/", "ctv.veeva.com.evil.example is not one of"),
        ("https://veeva.com/", "veeva.com is not one of"),
        ("https://ctv.veeva.com./", "ctv.veeva.com. is not one of"),
        ("https://127.0.0.1/", "127.0.0.1 is not one of"),
        ("https://[::1]/", "::1 is not one of"),
        ("https://2130706433/", "2130706433 is not one of"),
        ("https://ctv.veeva.com:8443/", "it names a port of its own (8443)"),
        ("https://ctv.veeva.com:99999/", "it names a port of its own (99999)"),
        ("https://ctv.veeva.com:port/", "is no URL"),
        ("https://ctv.veeva.com/\x00", "is no URL"),
    ],
)
def test_a_url_that_leads_elsewhere_is_refused(url, message):
    with pytest.raises(UnsafeUrl, match=re.escape(message)):
        POLICY.check(url)


@pytest.mark.parametrize(
    "url", ["https://me:secret@ctv.veeva.com/a", "http://me:secret@evil.example/a", "//me:secret@//b@"]
)
def test_a_url_with_a_password_is_refused_without_repeating_it(url):
    with pytest.raises(UnsafeUrl, match="came with a user name or password") as caught:
        POLICY.check(url)
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://ctv.veeva.com/study/a", "https://ctv.veeva.com/study/a"),
        ("HTTPS://CTV.Veeva.COM/study/A?b=C#d", "https://ctv.veeva.com/study/A?b=C"),
        ("https://ctv.veeva.com:443/", "https://ctv.veeva.com/"),
    ],
)
def test_a_url_of_a_site_passes_in_its_normal_form(url, normal):
    assert str(POLICY.check(url)) == normal


def test_http_passes_where_it_is_allowed():
    assert str(Policy(HOSTS, http=True).check("http://inclinicaltrials.com/a")) == "http://inclinicaltrials.com/a"


@given(st.text(max_size=40))
def test_any_text_either_is_a_url_of_a_site_or_is_refused(text):
    try:
        passed = POLICY.check(text)
    except UnsafeUrl:
        return
    assert (passed.scheme, passed.userinfo, passed.port) == ("https", b"", None)
    assert passed.host in HOSTS


@pytest.mark.parametrize(
    ("url", "site"),
    [("https://ctv.veeva.com/a", "veeva"), ("https://x.example", None), ("https://a:b:c", None)],
)
def test_a_url_names_its_site_if_it_has_one(url, site):
    assert POLICY.site(url) == site


@each(
    "address",
    [
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:fbff:80ff:fffe",
        "64:ff9b::a00:1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address):
    with pytest.raises(UnsafeUrl, match=r"its address .* is not a public one"):
        POLICY.check_address("ctv.veeva.com", address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_passes(address):
    POLICY.check_address("ctv.veeva.com", address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_loopback_passes_in_tests_only(address):
    Policy(HOSTS, loopback=True).check_address("ctv.veeva.com", address)


def fetch_with(answers: list[Sequence[str]], paths: list[str], tmp_path) -> list[bytes | str]:
    """Fetch pages while the host's name resolves first to one thing, then to another."""

    async def changing(*_: object) -> Sequence[str]:
        return answers.pop(0)

    async def run() -> list[bytes | str]:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=False)
        options = {
            "clock": clock,
            "pace": Pace(clock),
            "resolver": changing,
            "loopback": True,
            "tls": TRUST,
        }
        results: list[bytes | str] = []
        async with Replica() as site, Fetcher(settings, HOSTS, Environment(**options)) as fetch:
            for path in paths:
                site.scripts[path] = [[*answer(Connection="close"), "close"]]
                try:
                    results.append((await fetch.fetch(site.url(path))).content)
                except UnsafeUrl as error:
                    results.append(str(error))
        return results

    return asyncio.run(run())


def test_a_name_that_turns_to_a_private_address_between_two_requests_is_refused(tmp_path):
    first, second = fetch_with([["127.0.0.1"], ["127.0.0.1"], ["192.168.0.1"]], ["/a", "/b"], tmp_path)[:2]
    assert first == PAGE
    assert second in {PAGE, "ctv.veeva.com is refused: its address 192.168.0.1 is not a public one"}


def test_one_private_address_among_several_is_enough_to_refuse(tmp_path):
    (result,) = fetch_with([["127.0.0.1", "10.0.0.1"]], ["/a"], tmp_path)
    assert result == "ctv.veeva.com is refused: its address 10.0.0.1 is not a public one"


def test_the_name_is_looked_up_once_and_the_address_that_was_checked_is_asked(tmp_path):
    # Were the name looked up again to connect, the list would be empty by then.
    assert fetch_with([["127.0.0.1"]], ["/a"], tmp_path) == [PAGE]


def test_a_redirect_from_https_to_http_is_refused():
    with pytest.raises(UnsafeUrl) as caught:
        target_of(POLICY.check("https://ctv.veeva.com/a"), ["http://ctv.veeva.com/b"], POLICY)
    assert str(caught.value) == (
        "https://ctv.veeva.com/a redirects to where we do not go:"
        " http://ctv.veeva.com/b is refused: only https is fetched, not http"
    )


def test_a_relative_redirect_stays_on_its_host(tmp_path):
    async def run() -> bytes:
        async with Replica() as site, fetcher(tmp_path) as fetch:
            site.scripts["/study/a"] = [redirect("../study/b", "308 Permanent Redirect")]
            site.scripts["/study/b"] = [answer()]
            return (await fetch.fetch(site.url("/study/a"))).content

    assert asyncio.run(run()) == PAGE


def test_a_white_label_can_be_added_by_a_setting(tmp_path):
    async def run() -> bytes:
        async with Replica() as site, fetcher(tmp_path, hosts={"bereflected.org": "trialx"}) as fetch:
            site.scripts["/a"] = [answer()]
            return (await fetch.fetch(site.url("/a", "bereflected.org"))).content

    assert asyncio.run(run()) == PAGE


def test_a_url_that_is_no_url_is_refused_and_has_no_site(tmp_path):
    async def run() -> UnsafeUrl:
        async with fetcher(tmp_path) as fetch:
            with pytest.raises(UnsafeUrl) as caught:
                await fetch.fetch("https://a:b:c")
            return caught.value

    error = asyncio.run(run())
    assert error.url == "https://a:b:c"
    assert error.site is None


def test_the_operating_system_resolves_names():
    assert asyncio.run(resolve("127.0.0.1", 80)) == ["127.0.0.1"]


def test_waiting_in_the_backend_passes():
    asyncio.run(CheckedBackend(POLICY, resolve).sleep(0))
