"""Fetch pages with Scrapy by a spider that only yields titles.

Run it with `python -m benchmarks.fetching.titles URLS FOLDER`, where URLS is a file with one URL a line. It prints the
seconds it took, without the start of the interpreter and imports, and how many titles it wrote. All settings are
Scrapy's own but these: robots.txt is obeyed, and as many requests are in flight as ours has.
"""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from benchmarks.fetching.replica import HOSTS


class Titles(Spider):
    """Yields the title of each page."""

    name = "titles"
    targets: list[str]

    async def start(self) -> AsyncIterator[Request]:
        """Ask for every page."""
        for url in self.targets:
            yield Request(url)

    def parse(self, response: Response) -> Iterator[dict[str, str | None]]:
        """The page's title."""
        yield {"url": response.url, "title": response.css("title::text").get()}


if __name__ == "__main__":
    titles = Path(sys.argv[2]) / "titles.jsonl"
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": len(HOSTS),
            "FEEDS": {titles: {"format": "jsonlines"}},
            "LOG_LEVEL": "WARNING",
            "ROBOTSTXT_OBEY": True,
        }
    )
    urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    began = perf_counter()
    process.crawl(Titles, targets=urls)
    process.start()
    seconds = perf_counter() - began
    with titles.open(encoding="utf-8") as lines:
        print(json.dumps({"seconds": seconds, "titles": sum(1 for _ in lines)}))
