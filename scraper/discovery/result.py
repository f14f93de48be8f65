"""The result of a discovery: every URL that was tried for a trial, with the record or the error found there."""

from dataclasses import dataclass

from schemas.record import Record
from scraper.errors import InternalError, NotFound, TrialPagesError
from scraper.fetch.context import ExchangeSummary
from scraper.layouts.candidate_urls import Hints
from scraper.parse.page import Page
from scraper.pipeline import ReadPage


@dataclass(frozen=True, slots=True)
class Attempt:
    """One URL that was tried for a trial, and what was found there."""

    site: str
    url: str | None
    """None where no URL could be made."""
    why: str
    """Why the trial might be there."""
    layout: str | None = None
    """The layout that was expected."""
    read_page: ReadPage | None = None
    """None for a search page, for a page that has not been modified, and where there is an error."""
    error: TrialPagesError | None = None
    page: Page | None = None
    """The page that shows the trial; None also where it has not been modified."""
    exchange: ExchangeSummary | None = None
    """The exchange that brought the page, or said that it has not been modified."""

    @property
    def record(self) -> Record | None:
        """The trial as the page shows it."""
        return None if self.read_page is None else self.read_page.record


@dataclass(frozen=True, slots=True)
class DiscoveryResult:
    """All attempts for one trial or URL."""

    hints: Hints | None
    """What the registry says of the trial; None where it was not asked."""
    attempts: tuple[Attempt, ...]

    @property
    def records(self) -> list[Record]:
        """The records that were found, the registry's first."""
        return [attempt.record for attempt in self.attempts if attempt.record is not None]

    @property
    def failures(self) -> list[Attempt]:
        """The failed attempts, except that a site does not show the trial, or that another URL showed the same layout.

        An internal error of the program is always one.
        """
        shown = {attempt.layout for attempt in self.attempts if attempt.exchange is not None}
        return [
            attempt
            for attempt in self.attempts
            if (attempt.error is not None and not isinstance(attempt.error, NotFound) and attempt.layout not in shown)
            or isinstance(attempt.error, InternalError)
        ]

    @property
    def exit_code(self) -> int:
        """0 where something was found and nothing failed, 3 where no site shows it, else the failures' code, or 1."""
        codes = {attempt.error.exit_code for attempt in self.failures if attempt.error is not None}
        if self.records:
            return 1 if codes else 0
        return 3 if not codes else codes.pop() if len(codes) == 1 else 1
