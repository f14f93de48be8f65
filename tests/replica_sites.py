"""The sites and the registry in small: the bundled cases at their own addresses, over TLS and real sockets."""

import gzip
import hashlib
import json
import socket
import ssl
import threading
from contextlib import suppress
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

import httpcore
import trustme

from scraper.cases import cases
from scraper.sites import HOSTS

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".txt": "text/plain; charset=utf-8"}
SEARCH = "https://www.trialx.com/clinical-trials/listings/search/"
LISTINGS = "https://www.trialx.com/clinical-trials/listings"
VEEVA = "https://ctv.veeva.com/study"
AGGREGATOR = "https://inclinicaltrials.com"
REGISTRY = "https://clinicaltrials.gov/api/v2/studies"


def case(name: str) -> tuple[bytes, str]:
    """A bundled page and its content type."""
    folder = SNAPSHOTS / name
    (page, *_) = [path for form in TYPES for path in sorted(folder.glob(f"[cp]a[pg]*{form}"))]
    return page.read_bytes(), TYPES[page.suffix]


def study(number: str, title: str, *conditions: str) -> tuple[bytes, str]:
    """The registry's record of a trial, made of a bundled one."""
    record = json.loads(case("ctgov/NCT05887817-randomised")[0])
    record["protocolSection"]["identificationModule"] |= {"nctId": number, "briefTitle": title}
    record["protocolSection"]["conditionsModule"]["conditions"] = list(conditions)
    return json.dumps(record).encode(), TYPES[".json"]


class Sites:
    """Serves pages by whole URL. Use it as a context manager; `requests` tells what was asked for."""

    def __init__(self) -> None:
        self.pages = dict(_bundled())
        self.robots = {
            host: f"User-agent: *\nDisallow: /study-search\nSitemap: https://{host}/sitemap.xml\n" for host in HOSTS
        }
        self.statuses: dict[str, int] = {}
        """URLs that answer with a status of their own."""
        self.cut: dict[str, int] = {}
        """URLs that tell no length and close the connection after so many bytes, with the whole page's ETag."""
        self.results: list[str] = []
        """What the portal's search lists, whatever it is asked."""
        self.requests: list[tuple[str, int]] = []
        """URL and status."""

    def __enter__(self) -> Self:
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # head and body go in one piece

            def do_GET(self) -> None:
                sites._answer(self)

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with suppress(OSError):  # who asked has gone, which is nothing to write to a test's standard error
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.socket = _authority()[1].wrap_socket(self._server.socket, server_side=True)
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

    def asked(self) -> list[str]:
        """The URLs that were asked for, but robots.txt."""
        return [url for url, _ in self.requests if not url.endswith("/robots.txt")]

    def reach(self, monkeypatch, tmp_path: Path) -> None:
        """Let this process reach the replicas by the sites' names, with the certificates of their authority."""
        connect = httpcore.AnyIOBackend.connect_tcp

        async def here(backend, host, port, *rest, **more):
            assert (host, port) == ("93.184.215.14", 443)
            return await connect(backend, "127.0.0.1", self.port, *rest, **more)

        def resolve(host, port, *_, **__):
            assert host in HOSTS
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", here)
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        certificate = tmp_path / "authority.pem"
        _authority()[0].cert_pem.write_to_path(certificate)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        url = f"https://{handler.headers['Host']}{handler.path}"
        status, body, headers = self._page(url)
        if status == 200:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if handler.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
        self.requests.append((url, status))
        handler.send_response(status)
        is_cut = url in self.cut and status == 200
        length = {"Connection": "close"} if is_cut else {"Content-Length": str(len(body))}
        for name, value in {**headers, **length}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body[: self.cut[url]] if is_cut else body)

    def _page(self, url: str) -> tuple[int, bytes, dict[str, str]]:
        host, path = urlsplit(url).hostname or "", urlsplit(url).path
        if url in self.statuses:
            return self.statuses[url], b"as told", {"Content-Type": "text/html"}
        if path == "/robots.txt":
            return 200, self.robots[host].encode(), {"Content-Type": "text/plain"}
        if path == "/sitemap.xml":
            shards = "".join(f"<sitemap><loc>https://{host}/shard{n}.xml.gz</loc></sitemap>" for n in (0, 1))
            return 200, f"<sitemapindex>{shards}</sitemapindex>".encode(), {"Content-Type": "application/xml"}
        if path in {"/shard0.xml.gz", "/shard1.xml.gz"}:
            pages = sorted(page for page in self.pages if page.startswith(f"https://{host}/"))
            urls = "".join(f"<url><loc>{escape(page)}</loc></url>" for page in pages[int(path[6]) :: 2])
            body = gzip.compress(f"<urlset>{urls}</urlset>".encode())
            return 200, body, {"Content-Type": "application/gzip"}
        if url.startswith(SEARCH):
            words = escape(parse_qs(urlsplit(url).query)["q"][0])
            items = "".join(
                f'<li><a href="{urlsplit(page).path}?q={words}">A listing</a></li>' for page in self.results
            )
            items = items or f"<li>No clinical trials found for '{words}'.</li>"
            body = f'<html><body><h1>Results for "{words}"</h1><a href="/">Home</a><ol>{items}</ol></body></html>'
            return 200, body.encode(), {"Content-Type": "text/html"}
        if url in self.pages:
            body, content_type = self.pages[url]
            return 200, body, {"Content-Type": content_type}
        for other in (f"{url}/", url.replace("/nct", "/NCT")):
            if other in self.pages:
                return 301, b"", {"Location": other}
        return 404, b"no such page", {"Content-Type": "text/html"}


@cache
def _bundled() -> dict[str, tuple[bytes, str]]:
    """The bundled pages of known addresses; of a page that is refused, none."""
    return {
        bundled.url: (bundled.inputs[0].read_bytes(), TYPES[bundled.inputs[0].suffix])
        for bundled in cases(SNAPSHOTS)
        if bundled.url is not None and bundled.url.startswith("https://") and bundled.layout is not None
    }


@cache
def _authority() -> tuple[trustme.CA, ssl.SSLContext]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    return authority, context
