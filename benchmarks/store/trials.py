"""As many trials as are asked for, each shown by all four sites, as an archive of answers that once came.

A trial is made of bundled cases: a registry record, which names the trial's own title and so the address of its Veeva
page, and one inflated page of each layout that the sites' own hosts have, all with a number of the trial's own in place
of theirs. As sites do, each answer names an ETag.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.pages import CASES, trial_pages
from scraper.fetch.archive.archive import Archive
from scraper.fetch.clock import SystemClock
from scraper.fetch.exchange import Exchange
from scraper.pipeline import extract_page
from scraper.sites import ctgov, inclinicaltrials, trialx, veeva
from scraper.sites.veeva import slug

PAGES = 5
"""How many pages show each trial: one of each layout."""

_MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)

_PORTAL = "https://www.trialx.com/clinical-trials/listings"


class Template(NamedTuple):
    """A page that becomes the pages of many trials."""

    nct_id: str
    content: bytes

    def of(self, nct_id: str) -> bytes:
        """The page of another trial."""
        return self.content.replace(self.nct_id.encode(), nct_id.encode())


def nct_ids(trials: int) -> list[str]:
    """The numbers of so many trials, which no bundled case has."""
    return [f"NCT{number}" for number in range(10_000_000, 10_000_000 + trials)]


def write(folder: Path, nct_ids: Sequence[str]) -> None:
    """Write the answers that show some trials into an archive; several processes may write into one."""
    with Archive(folder, clock=SystemClock()) as archive:
        for url, media_type, content in answers(nct_ids):
            headers = {
                "content-type": media_type,
                "content-encoding": "gzip",
                "etag": f'"{sha256(content).hexdigest()[:32]}"',
            }
            body = gzip.compress(content, 1, mtime=0)
            archive.append(Exchange(url, _MADE_AT, 200, "OK", httpx.Headers(headers), body))


def answers(nct_ids: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """URL, media type and bytes of the answers that show some trials: their five pages, and the portal's search."""
    templates = {layout: cycle(pages) for layout, pages in _templates().items()}
    for nct_id in nct_ids:
        pages = {layout: next(turn).of(nct_id) for layout, turn in templates.items()}
        record = json.loads(pages[ctgov.STUDY.key])
        # Addresses at Veeva are made of the title's first 100 characters: two trials of one title would share theirs.
        title = f"{nct_id} {record['protocolSection']['identificationModule']['briefTitle']}"
        record["protocolSection"]["identificationModule"]["briefTitle"] = title
        condition = slug(record["protocolSection"]["conditionsModule"]["conditions"][0])
        listing = f"{_PORTAL}/{nct_id.removeprefix('NCT')}/"
        found = f'<!doctype html><title>Search</title><a href="{listing}">{nct_id}</a>'
        yield f"https://clinicaltrials.gov/api/v2/studies/{nct_id}", "application/json", json.dumps(record).encode()
        for url, content in (
            (f"https://ctv.veeva.com/study/{slug(title)}", pages[veeva.STUDY.key]),
            (f"https://inclinicaltrials.com/{condition}/{nct_id}", pages[inclinicaltrials.SUMMARY.key]),
            (f"https://inclinicaltrials.com/{condition}/{nct_id}/details", pages[inclinicaltrials.DETAILS.key]),
            (f"{_PORTAL}/search/?q={nct_id}", found.encode()),
            (listing, pages[trialx.LISTING.key]),
        ):
            yield url, "text/html; charset=utf-8", content


@cache
def _templates() -> dict[str, list[Template]]:
    """The pages of each layout that show a trial under another number as well."""
    layouts = (ctgov.STUDY, veeva.STUDY, inclinicaltrials.SUMMARY, inclinicaltrials.DETAILS, trialx.LISTING)
    sites = {layout.site for layout in layouts}
    pages = [page.content for page in trial_pages() if page.name.partition("/")[0] in sites]
    pages += [path.read_bytes() for path in sorted(CASES.glob("ctgov/*/page.json")) if _gives_a_record(path)]
    found: dict[str, list[Template]] = {layout.key: [] for layout in layouts}
    other = nct_ids(1)[0]
    for content in pages:
        record = extract_page(content)
        template = Template(record.trial.nct_id, content)
        layout = f"{record.source.site}/{record.source.layout}"
        if layout in found and extract_page(template.of(other)).trial.nct_id == other:
            found[layout].append(template)
    return found


def _gives_a_record(page: Path) -> bool:
    return page.with_name("record.json").is_file()
