"""Hosts that cannot be reached, by name, connection or certificate: which words."""

import asyncio
import re
import socket
import ssl
from collections.abc import Sequence

import pytest
import trustme

from scraper.errors import FetchError
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, QuickClock, Replica, answer, fetcher, resolver


def refused(tmp_path, url: str, *, connect_timeout: float = 10.0, **arguments: object) -> FetchError:
    async def run() -> FetchError:
        clock = QuickClock()
        options = {"resolver": resolver, "loopback": True, "clock": clock, "pace": Pace(clock), **arguments}
        settings = Settings(home=tmp_path, pace=0, archive=False, connect_timeout=connect_timeout)
        async with Fetcher(settings, HOSTS, Environment(**options)) as fetch:
            with pytest.raises(FetchError) as caught:
                await fetch.fetch(url)
            return caught.value

    return asyncio.run(run())


def test_a_refused_connection_is_told(tmp_path):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # nobody listens, and nobody else can
        error = refused(tmp_path, f"http://ctv.veeva.com:{sock.getsockname()[1]}/study/a")
    assert re.search(r"attempts: 4, the last: no connection \(All connection attempts failed\)", str(error))
    assert error.attempts == 4


def test_a_name_that_does_not_resolve_is_told(tmp_path):
    async def unknown(*_: object) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=unknown)
    assert "the name ctv.veeva.com cannot be resolved" in str(error)
    assert "Name or service not known" in str(error)


def test_a_name_server_that_does_not_answer_is_told(tmp_path):
    async def slow(*_: object) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=slow, connect_timeout=0.05)
    assert "no connection within 0.05 s" in str(error)


def test_a_name_without_addresses_is_told(tmp_path):
    async def nothing(*_: object) -> Sequence[str]:
        return []

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=nothing)
    assert "the name ctv.veeva.com has no address" in str(error)


def test_a_connection_that_is_never_made_times_out(tmp_path):
    # A full backlog: the system takes no more connections, and nobody accepts those it took.
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(sock.getsockname())
            fillers.append(filler)
        url = f"http://ctv.veeva.com:{sock.getsockname()[1]}/study/a"
        error = refused(tmp_path, url, connect_timeout=0.05)
        for filler in fillers:
            filler.close()
    assert "no connection within 0.05 s" in str(error)


def test_the_second_address_is_tried_if_the_first_does_not_answer(tmp_path):
    async def two(*_: object) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async def run() -> bytes:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=False)
        async with (
            Replica() as site,
            Fetcher(settings, HOSTS, Environment(clock=clock, pace=Pace(clock), resolver=two, loopback=True)) as fetch,
        ):
            site.scripts["/study/a"] = [answer()]
            return (await fetch.fetch(site.url("/study/a"))).content

    assert asyncio.run(run()) == PAGE


def over_tls(tmp_path, server_name: str, *, trusted: bool) -> bytes | FetchError:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(server_name).configure_cert(server)
    if trusted:
        authority.configure_trust(client)

    async def run() -> bytes | FetchError:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=False)
        async with (
            Replica(server) as site,
            Fetcher(
                settings,
                HOSTS,
                Environment(clock=clock, pace=Pace(clock), resolver=resolver, tls=client, loopback=True),
            ) as fetch,
        ):
            site.scripts["/study/a"] = [answer()]
            try:
                return (await fetch.fetch(site.url("/study/a"))).content
            except FetchError as error:
                return error

    return asyncio.run(run())


def test_a_page_comes_over_tls(tmp_path):
    assert over_tls(tmp_path, "ctv.veeva.com", trusted=True) == PAGE


def test_a_certificate_that_nobody_signed_is_told_at_once(tmp_path):
    error = over_tls(tmp_path, "ctv.veeva.com", trusted=False)
    assert re.search(
        r"the certificate of ctv\.veeva\.com is not valid \(unable to get local issuer certificate\)",
        str(error),
    )
    assert error.attempts == 1


def test_a_certificate_of_another_host_is_told_at_once(tmp_path):
    error = over_tls(tmp_path, "inclinicaltrials.com", trusted=True)
    assert re.search(r"the certificate of ctv\.veeva\.com is not valid \(Hostname mismatch", str(error))
    assert error.attempts == 1


def test_plain_text_where_tls_should_be_is_told(tmp_path):
    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> FetchError:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server, fetcher(tmp_path) as fetch:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(FetchError) as caught:
                await fetch.fetch(f"https://ctv.veeva.com:{port}/study/a")
            return caught.value

    assert re.search(r"no connection \(.*SSL.*\)", str(asyncio.run(run())))
