"""What was tried for a trial or an address, and what was there."""

from dataclasses import dataclass

from schemas.record import Record
from scraper.errors import InternalError, NotFound, TrialPagesError
from scraper.fetch.context import ExchangeSummary
from scraper.layouts.candidate_urls import Hints
from scraper.parse.page import Page
from scraper.pipeline import Survey


@dataclass(frozen=True, slots=True)
class Attempt:
    """One place where a trial was looked for, and what was there."""

    site: str
    url: str | None
    """None where no address could be made."""
    why: str
    """Why the trial might be there."""
    layout: str | None = None
    """The layout that was expected."""
    survey: Survey | None = None
    """None on a search page, on a page that is as it was known, and where there is an error."""
    error: TrialPagesError | None = None
    page: Page | None = None
    """The page that shows the trial; None also where the site says that it is as it was known."""
    exchange: ExchangeSummary | None = None
    """The exchange that brought the page, or the word that it is as it was known."""

    @property
    def record(self) -> Record | None:
        """The trial as the page shows it."""
        return None if self.survey is None else self.survey.record


@dataclass(frozen=True, slots=True)
class DiscoveryResult:
    """Everything that was tried for one trial or URL."""

    hints: Hints | None
    """What the registry told; None where it was not asked."""
    attempts: tuple[Attempt, ...]

    @property
    def records(self) -> list[Record]:
        """What was found, the registry's record first."""
        return [attempt.record for attempt in self.attempts if attempt.record is not None]

    @property
    def failures(self) -> list[Attempt]:
        """What went wrong: not that a site does not show the trial, nor what another address of the page made good.

        A mistake of the program is told in any case.
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
