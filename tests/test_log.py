"""The log: one line per event, on the stream it was given, and nowhere else."""

import asyncio
import json
import logging
from io import StringIO

from scraper.fetch.archive.archive import Archive
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.log import SILENT, logger
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, TRUST, QuickClock, Replica, answer, loopback


def logged(tmp_path, scripts, *, archive: bool = False, rest_after: int = 5) -> list[dict[str, object]]:
    stream = StringIO()

    async def run() -> None:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=archive, attempts=2, rest_after=rest_after)
        options = {
            "clock": clock,
            "pace": Pace(clock),
            "resolver": loopback,
            "loopback": True,
            "tls": TRUST,
        }
        async with (
            Replica() as site,
            Fetcher(settings, HOSTS, Environment(**options), log=logger(stream, as_json=True)) as fetch,
        ):
            site.scripts["/study/a"] = scripts
            await asyncio.gather(fetch.fetch(site.url("/study/a")), return_exceptions=True)

    asyncio.run(run())
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_exchange_is_one_line(tmp_path):
    robots, page = logged(tmp_path, [answer()])
    assert robots["status"] == 404
    del page["timestamp"], page["seconds"]
    assert page.pop("url").endswith("/study/a")
    assert page == {
        "event": "exchange",
        "level": "info",
        "site": "veeva",
        "attempt": 1,
        "status": 200,
        "bytes": len(PAGE),
        "protocol": "HTTP/1.1",
    }


def test_an_archived_exchange_says_where_it_lies(tmp_path):
    line = logged(tmp_path, [answer()], archive=True)[-1]
    with Archive(tmp_path / "archive", clock=QuickClock()) as kept:
        capture = kept.captures()[0]
    assert line["archived"] == f"{capture.file}:{capture.start}"


def test_every_attempt_is_in_the_log_with_its_failure_and_the_wait(tmp_path):
    lines = logged(tmp_path, [[b"HTTP", "reset"], answer()])[1:]
    assert [line["event"] for line in lines] == ["exchange", "waiting", "exchange"]
    assert str(lines[0]["error"]).startswith("the connection broke (")
    assert lines[1]["because"] == lines[0]["error"]
    assert [line["attempt"] for line in lines] == [1, 1, 2]


def test_a_damaged_body_is_in_the_log(tmp_path):
    damaged = answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert logged(tmp_path, [damaged])[1]["error"] == "the compressed body ends too soon"


def test_a_host_that_is_sent_to_rest_is_in_the_log(tmp_path):
    line = logged(tmp_path, [answer(b"", "500 Internal Server Error")], rest_after=1)[-1]
    assert (line["event"], line["level"], line["host"]) == ("host rests", "warning", "ctv.veeva.com")


def test_a_repaired_archive_is_in_the_log(tmp_path):
    logged(tmp_path, [answer()], archive=True)
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    with file.open("ab") as torn:
        torn.write(file.read_bytes()[:40])
    line = next(line for line in logged(tmp_path, [answer()], archive=True) if line["event"] == "archive repaired")
    assert str(line["what"]).startswith(f"{file.name}: moved 40 bytes of an unfinished exchange to {file.name}.")


def test_without_json_a_line_is_for_people():
    stream = StringIO()
    logger(stream).info("exchange", url="https://ctv.veeva.com/a", status=200)
    assert "exchange" in stream.getvalue()
    assert "status=200 url=https://ctv.veeva.com/a" in stream.getvalue()


def test_a_level_below_the_one_asked_for_is_not_written():
    stream = StringIO()
    logger(stream, level=logging.WARNING).info("exchange")
    assert stream.getvalue() == ""


def test_who_did_not_ask_for_a_log_gets_none(capfd):
    SILENT.error("something")
    assert capfd.readouterr() == ("", "")
