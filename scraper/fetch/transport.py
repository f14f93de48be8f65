"""Carries httpx's requests over connections whose addresses were checked."""

import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

import httpcore
import httpx

from scraper.fetch.safety import CheckedBackend, Policy, Resolver
from scraper.fetch.streams import WatchedStream


class CheckedTransport(httpx.AsyncBaseTransport):
    """Like httpx's own transport, with the network backend that httpx gives no way to choose."""

    def __init__(self, policy: Policy, resolver: Resolver, context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_keepalive_connections=20,
            keepalive_expiry=15,
            http2=True,
            network_backend=CheckedBackend(policy, resolver),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, return its answer with a body still to be read.

        Raises:
            UnsafeUrl: the host's address is not allowed.
            httpx.TransportError: the exchange failed.
        """
        target = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _httpx_errors(request):
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
            wrong = _wrong(answer)
            if wrong is not None:
                await answer.aclose()
                raise httpcore.RemoteProtocolError(wrong)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, request), extensions=answer.extensions
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._pool.__aexit__(exc_type, exc_value, traceback)


def _wrong(answer: httpcore.Response) -> str | None:
    """Why an answer must not be taken for one, though httpcore does.

    In HTTP/2 each answer bears the number of its request, but headers may hold any bytes (RFC 9113, 8.2.1).
    """
    stream = answer.extensions["network_stream"]
    if answer.extensions["http_version"] != b"HTTP/2" and isinstance(stream, WatchedStream) and not stream.is_read:
        return "it was sent before the page was asked for"
    if any(_NAME.fullmatch(name) is None or _NO_VALUE.search(value) for name, value in answer.headers):
        return "one of its headers holds what no header may"
    return None


_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

_NO_VALUE: Final = re.compile(rb"[\0\r\n]")


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _httpx_errors(self._request):
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _httpx_errors(request: httpx.Request) -> Iterator[None]:
    """Raise httpcore's errors as httpx's, which bear the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error), request=request) from error
