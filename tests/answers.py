"""A server that answers any status, headers and body, without sockets, and what a fetch makes of that."""

import asyncio
from collections.abc import Callable

import httpx

from scraper.errors import TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.parse.page import Page
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, NoJitter, QuickClock

URL = "https://ctv.veeva.com/study/a"
OTHER = "https://ctv.veeva.com/study/b"

Headers = list[tuple[bytes, bytes]]
Answers = Callable[[httpx.Request], httpx.Response]


class Server(httpx.AsyncBaseTransport):
    """Answers as it is told, and notes what it was asked; robots.txt is missing unless it is told otherwise."""

    def __init__(self, answers: dict[str, Answers]) -> None:
        self.answers = answers
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answers = self.answers.get(str(request.url))
        return answers(request) if answers is not None else response(404, [], b"")

    def asked(self) -> list[str]:
        return [str(request.url) for request in self.requests if request.url.path != "/robots.txt"]


def response(status: int, headers: Headers, body: bytes) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def answering(status: int = 200, headers: Headers | None = None, body: bytes = PAGE) -> Answers:
    return lambda _: response(status, [(b"Content-Type", b"text/html")] if headers is None else headers, body)


def fetched(server: Server, tmp_path, context: FetchContext | None = None, **merged: object) -> Page | TrialPagesError:
    """The page, or the error of the tree; any other is raised."""

    async def run() -> Page | TrialPagesError:
        clock = QuickClock()
        force = Settings.model_validate({"home": tmp_path, "pace": 0, "archive": False, "attempts": 2, **merged})
        async with Fetcher(
            force, HOSTS, Environment(transport=server, clock=clock, random=NoJitter(), pace=Pace(clock))
        ) as fetcher:
            try:
                return await fetcher.fetch(URL, context=context)
            except TrialPagesError as error:
                return error

    return asyncio.run(run())


def told(answers: Answers, tmp_path, **merged: object) -> Page | TrialPagesError:
    return fetched(Server({URL: answers}), tmp_path, **merged)
