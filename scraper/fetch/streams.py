"""Network streams that know whether an answer came after its request."""

import ssl

import httpcore


class WatchedStream(httpcore.AsyncNetworkStream):
    """A stream that notes whether something was read since something was written.

    What a server sends behind an answer is kept by httpcore, which would take it for the answer to the next request on
    the connection: from then on each page would come under the address of the one after it.

    Args:
        stream: the one that is watched.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self.is_read = False
        """Whether something was read since something was written."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        self.is_read = True
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send some bytes."""
        self.is_read = False
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the stream."""
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "WatchedStream":
        """The same stream, encrypted from now on."""
        return WatchedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        """What is known of the connection."""
        return self._stream.get_extra_info(info)
