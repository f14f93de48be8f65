"""Sends one request over the transport, and reads its answer to the last byte."""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import datetime

import httpx

from scraper.cancellation import cancellation_as_error
from scraper.errors import FetchError, TrialPagesError
from scraper.fetch.clock import Clock
from scraper.fetch.exchange import ACCEPT_ENCODING, LONGEST_SHOWN, Exchange, read_body
from scraper.fetch.replay import FETCHED_AT
from scraper.fetch.retries import Transient
from scraper.settings import Settings


class Sender:
    """Sends requests.

    httpx's client is passed by: it follows redirects by rules of its own, keeps cookies, and raises what it finds wrong
    with either.

    Args:
        settings: the limits of time and size.
        transport: the network, or what answers in its place.
        agent: the User-Agent; None in a replay, which asks nobody.
        clock: time.
    """

    def __init__(
        self, settings: Settings, transport: httpx.AsyncBaseTransport, *, agent: str | None, clock: Clock
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        timeout = httpx.Timeout(
            connect=settings.connect_timeout,
            read=settings.read_timeout,
            write=settings.write_timeout,
            pool=settings.pool_timeout,
        )
        self._extensions = {"timeout": timeout.as_dict()}
        self._headers = {
            "accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5",
            "accept-encoding": ACCEPT_ENCODING,
        }
        if agent is not None:
            self._headers["user-agent"] = agent

    async def send(self, url: httpx.URL, conditions: Mapping[str, str], *, seconds: float) -> Exchange:
        """Send one request and read its answer to the end.

        Args:
            url: what to ask for.
            conditions: the headers that ask whether a page is still what we know.
            seconds: from the request to the last byte of its answer.

        Raises:
            Transient: no whole answer came.
            FetchError: the host's certificate is not valid, or the answer is too large.
            TrialPagesError: as the transport raises it: an address is not allowed, or a replay has no capture.
        """
        at = self._clock.now()
        request = httpx.Request("GET", url, headers={**self._headers, **conditions}, extensions=self._extensions)
        try:
            with cancellation_as_error():
                async with asyncio.timeout(seconds):
                    response = await self._transport.handle_async_request(request)
                    try:
                        body = await read_body(response.aiter_raw(), self._settings.body_limit, str(url))
                    except FetchError as error:
                        error.status = response.status_code
                        raise
                    finally:
                        await response.aclose()
            return _exchange(url, request, response, body, response.extensions.get(FETCHED_AT) or at)
        except TimeoutError as error:
            raise Transient(f"the answer was not complete after {seconds:g} s") from error
        except TrialPagesError:
            raise
        except Exception as error:
            certificate = _certificate_problem(error)
            if certificate is not None:
                message = f"{url} did not arrive: the certificate of {url.host} is not valid ({certificate})"
                raise FetchError(message) from error
            raise Transient(self._reason(error)) from error

    def _reason(self, error: Exception) -> str:
        settings, words = self._settings, str(error)[:LONGEST_SHOWN]
        match error:
            case httpx.ConnectTimeout():
                return f"no connection within {settings.connect_timeout:g} s"
            case httpx.ReadTimeout():
                return f"nothing came for {settings.read_timeout:g} s"
            case httpx.WriteTimeout():
                return f"the request was not taken within {settings.write_timeout:g} s"
            case httpx.PoolTimeout():
                return f"no connection was free within {settings.pool_timeout:g} s"
            case httpx.ConnectError():
                return f"no connection ({words})"
            case httpx.TransportError():
                return f"the connection broke ({words or type(error).__name__})"
        # What a server sends can break the libraries below in ways that they do not foresee.
        return f"the answer cannot be read ({type(error).__name__}: {words})"


def _exchange(url: httpx.URL, request: httpx.Request, response: httpx.Response, body: bytes, at: datetime) -> Exchange:
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    return Exchange(
        str(url),  # a transport may have sent the request elsewhere
        at,
        response.status_code,
        response.reason_phrase,
        response.headers,
        body,
        request.headers,
        response.http_version,
        peer[0] if peer else None,
    )


def _certificate_problem(error: BaseException | None) -> str | None:
    """What is wrong with a certificate, if that is why a connection failed."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None
