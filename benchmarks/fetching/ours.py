"""Fetch pages, archive each exchange, write each trial's record as a line of JSON.

Run it with `python -m benchmarks.fetching.ours URLS FOLDER`, where URLS is a file with one URL a line. It prints the
seconds it took, without the start of the interpreter and imports, and how many records and archived pages are there
afterwards.
"""

import asyncio
import json
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TextIO
from urllib.parse import urlsplit

from scraper.errors import TrialPagesError
from scraper.fetch.client import Fetcher, open_archive
from scraper.fetch.environment import Environment
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.settings import Settings

RECORDS = "records.jsonl"

CHUNK = 8
"""Pages that go to another process at a time."""


async def crawl(urls: Sequence[str], folder: Path, pool: ProcessPoolExecutor) -> None:
    """Fetch all URLs, one request at a time per host and all hosts at once; let the pool read the pages."""
    lanes: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        lanes[urlsplit(url).netloc].append(url)
    hosts = {urlsplit(url).hostname or "": "replica" for url in urls}
    settings = Settings(home=folder, pace=0)
    with (folder / RECORDS).open("w", encoding="utf-8") as output:
        async with Fetcher(settings, hosts, Environment(loopback=True)) as fetcher, asyncio.TaskGroup() as group:
            for lane in lanes.values():
                group.create_task(_travel(lane, fetcher, pool, output))


async def _travel(lane: Sequence[str], fetcher: Fetcher, pool: ProcessPoolExecutor, output: TextIO) -> None:
    """Fetch a host's pages in turn; what was fetched before is read meanwhile, and no more than that is held."""
    loop = asyncio.get_running_loop()
    reading: asyncio.Future[str] | None = None
    for start in range(0, len(lane), CHUNK):
        pages = [await fetcher.fetch(url) for url in lane[start : start + CHUNK]]
        if reading is not None:
            output.write(await reading)
        reading = loop.run_in_executor(pool, records, pages)
    if reading is not None:
        output.write(await reading)


def records(pages: Sequence[Page]) -> str:
    """The records of pages as lines of JSON."""
    lines = []
    for page in pages:
        try:
            lines.append(read(page).model_dump_json())
        except TrialPagesError as error:
            print(f"{page.url}: {error}", file=sys.stderr)
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    targets = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    home = Path(sys.argv[2])
    # A forked process would seem to grow while it stops sharing pages with its parent.
    with ProcessPoolExecutor(max(1, (os.cpu_count() or 1) - 1), mp_context=get_context("spawn")) as readers:
        # The first task waits for the process to start and import.
        readers.submit(records, []).result()
        began = perf_counter()
        asyncio.run(crawl(targets, home, readers))
        seconds = perf_counter() - began
    with (home / RECORDS).open(encoding="utf-8") as lines, open_archive(Settings(home=home)) as archive:
        archived = sum(archive.newest(url) is not None for url in targets)
        print(json.dumps({"seconds": seconds, "records": sum(1 for _ in lines), "archived": archived}))
