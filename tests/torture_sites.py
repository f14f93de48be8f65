"""The sites that tortured runs ask: over real sockets, another status each night, and note of what was sent."""

import hashlib
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import httpx

from tests.nights import NO_RESULTS, trial_pages, veeva, veeva_page
from tests.replica_sites import SEARCH

STATUSES = ("Unknown", "Enrolling", "Completed")
"""What Veeva says of a trial, from one night to the next, over and over."""


class Web:
    """The sites over real sockets, in a process that nobody kills; what was sent to its end is noted."""

    def __init__(self, trials: int) -> None:
        self.pages = {url: page for place in range(trials) for url, page in trial_pages(place).items()}
        self.trials = trials
        self._counting = threading.Lock()
        self.sent: Counter[str] = Counter()
        """How often each URL was answered of what was asked for since the night began."""

    def __enter__(self) -> Self:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body go in one piece

            def do_GET(self) -> None:
                web._answer(self)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with suppress(ConnectionError):  # who asked is dead
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def night(self, nights: int) -> None:
        """What the sites show in a night: Veeva another status of each trial, the others the same as ever."""
        self.sent = Counter()  # a new one: an answer of the last night may yet be counted
        for place in range(self.trials):
            status = STATUSES[(place + nights) % len(STATUSES)]
            self.pages[veeva(place)] = veeva_page(place, Unknown=status)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        sent = self.sent
        url = f"https://{handler.headers['Host']}{handler.path}"
        page = self.pages.get(url, NO_RESULTS if url.startswith(SEARCH) else None)
        status, headers = 404, {}
        if isinstance(page, bytes):
            etag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
            status = 304 if handler.headers.get("If-None-Match") == etag else 200
            kind = "application/json" if page[:1] == b"{" else "text/html" if page[:1] == b"<" else "text/plain"
            headers = {"ETag": etag, "Content-Type": kind}
        body = page if isinstance(page, bytes) and status == 200 else b""
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()
        with self._counting:
            sent[url] += 1


class ToTheWeb(httpx.AsyncBaseTransport):
    """Real connections, all of them to the web on this computer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # The other request stays as it is: the client reads off it what was asked for.
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        ours = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return await self._inner.handle_async_request(ours)

    async def aclose(self) -> None:
        await self._inner.aclose()
