"""Checks one page per site on the real web: `make live`, run by a person, never by CI."""

import asyncio
import os
import sys
from typing import Final, NamedTuple

from schemas.record import IssueCode, Record
from scraper.console.printing import LogStream, tell
from scraper.console.tables import Table
from scraper.discovery.find import find_trial
from scraper.discovery.result import DiscoveryResult
from scraper.errors import TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.log import logger
from scraper.settings import Settings
from scraper.sites import HOSTS


class Expected(NamedTuple):
    """A trial that a site is known to show, and what of it."""

    nct_id: str
    site: str
    layout: str
    fields: tuple[str, ...]
    """The parts of the trial that the page has, by their canonical paths."""


EXPECTED: Final = (
    Expected("NCT05160831", "ctgov", "study", ("title", "sponsor", "status", "conditions", "eligibility.inclusion")),
    Expected(
        "NCT05160831",
        "veeva",
        "study",
        ("title", "sponsor", "status", "conditions", "interventions", "enrollment", "arms", "eligibility.inclusion"),
    ),
    Expected(
        "NCT04953572",
        "inclinicaltrials",
        "summary",
        ("sponsor", "status", "study_type", "summary", "start_date", "completion_date"),
    ),
    Expected("NCT06570291", "trialx", "listing", ("title", "sponsor", "status", "conditions", "eligibility.inclusion")),
)
"""Trials that the bundled seed captures show, too."""


def differences(expected: Expected, result: DiscoveryResult) -> list[str]:
    """How a site differs from what is expected of it, one line each."""
    records = [record for record in result.records if record.source.site == expected.site]
    record = next((record for record in records if record.source.layout == expected.layout), None)
    if record is None:
        seen = ", ".join(found.source.layout for found in records) or "nothing"
        why = [
            str(attempt.error)
            for attempt in result.attempts
            if attempt.site == expected.site and attempt.error is not None
        ]
        return [f"the layout {expected.layout} was not found, but {seen}", *why]
    return [
        *(f"{path} is missing" for path in expected.fields if not _value(record, path)),
        *(f"a new label: {issue.text!r}" for issue in record.issues if issue.code is IssueCode.UNREAD_LABEL),
    ]


def main() -> int:
    """Print a table; 1 where a site differs, 2 where this must not run."""
    if os.environ.get("CI"):
        tell("refused: the sites are asked by people, never by CI")
        return 2
    settings = Settings()

    async def run() -> list[tuple[Expected, list[str]]]:
        async with Fetcher(settings, HOSTS, log=logger(LogStream(), as_json=settings.log_json)) as fetcher:
            # One after the other: this is no race.
            found = [await find_trial(fetcher, expected.nct_id, [expected.site]) for expected in EXPECTED]
        return [(expected, differences(expected, result)) for expected, result in zip(EXPECTED, found, strict=True)]

    try:
        rows = asyncio.run(run())
    except (TrialPagesError, OSError) as error:
        tell(f"error: {error}")
        return 1
    _print(rows)
    return int(any(lines for _, lines in rows))


def _print(rows: list[tuple[Expected, list[str]]]) -> None:
    headings = ("site", "layout", "trial", "differs from what is expected")
    table = Table(*headings, words=headings)
    for expected, lines in rows:
        for line in lines or ["no"]:
            table.add(expected.site, expected.layout, expected.nct_id, line)
    table.show()


def _value(record: Record, path: str) -> object:
    value: object = record.trial
    for name in path.split("."):
        value = getattr(value, name)
    return value


if __name__ == "__main__":
    sys.exit(main())
