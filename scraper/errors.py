"""What can go wrong, in one tree; every error is one line that a person can act on.

TrialPagesError             carries site, url, NCT id where known
├─ NotFound                 no such trial on that site
│  └─ ObsoleteNumber        the registry knows the trial by another number now
├─ FetchError               the page did not arrive: attempts, last status
│  ├─ Blocked               robots.txt, 401/403, challenge page, 429 after the last attempt
│  ├─ Truncated             it breaks off: its end did not arrive
│  └─ UnsafeUrl             outside the sites' hosts, private address, other scheme
├─ PageError                a page arrived that is no trial
│  ├─ NotATrialPage         search page, consent wall, script shell, soft 404, empty
│  ├─ DamagedFile           the file that holds it is damaged there
│  └─ UnknownLayout         a trial, in a layout nobody knows (with what was recognised)
├─ ExtractError             a required quote is missing, or one found twice
├─ RecordError              the canonical schema refused it
└─ InternalError            the program itself is at fault: an exception that nobody foresaw

Fatal marks the few errors that no single page is to blame for: of the store, the archive, the lease. They end a run.
"""

from typing import ClassVar

from scraper.masking import masked


class Fatal(Exception):
    """What no single page is to blame for: a run ends with it, where any other error costs one page alone."""


class TrialPagesError(Exception):
    """Any failure that concerns one page or one trial; the rest of a job goes on. Passwords in its words are masked."""

    exit_code: ClassVar[int] = 1

    def __init__(
        self, message: str, *, site: str | None = None, url: str | None = None, nct_id: str | None = None
    ) -> None:
        super().__init__(masked(message))
        self.site = site
        self.url = masked(url) if url is not None else None
        self.nct_id = nct_id


class NotFound(TrialPagesError):
    """The site shows no such trial."""

    exit_code = 3


class ObsoleteNumber(NotFound):
    """The registry has given the trial another number: that is the one to ask for."""

    def __init__(
        self, message: str, *, now: str, site: str | None = None, url: str | None = None, nct_id: str | None = None
    ) -> None:
        super().__init__(message, site=site, url=url, nct_id=nct_id)
        self.now = now
        """The trial's number of today."""


class FetchError(TrialPagesError):
    """The page did not arrive."""

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        site: str | None = None,
        url: str | None = None,
        nct_id: str | None = None,
        attempts: int = 0,
        status: int | None = None,
    ) -> None:
        super().__init__(message, site=site, url=url, nct_id=nct_id)
        self.attempts = attempts
        """How often the page was asked for; 0 where it was refused before that."""
        self.status = status
        """The last HTTP status, if any answer came."""


class Blocked(FetchError):
    """The site does not want the page fetched: robots.txt, a refusal, a challenge page."""

    exit_code = 4


class Truncated(FetchError):
    """The page breaks off: what stands at the end of every page of its layout did not arrive."""


class UnsafeUrl(FetchError):
    """The address leads outside the sites' hosts, to a private address, or has another scheme than https."""

    exit_code = 2


class PageError(TrialPagesError):
    """A page arrived that cannot be read as a trial."""

    exit_code = 5


class NotATrialPage(PageError):
    """The page shows no trial: a search page, a consent wall, a script shell, a soft 404, nothing at all."""


class DamagedFile(PageError):
    """The file that should hold the page is damaged where it stands: a gzip file, a record of an archive."""


class UnknownLayout(PageError):
    """The page seems to show a trial, in a layout that is not known."""


class ExtractError(PageError):
    """A known layout lacks what every trial must have, or has it twice."""


class RecordError(PageError):
    """What was read does not fit the canonical schema."""


class InternalError(TrialPagesError):
    """The program itself is at fault: an exception that nobody foresaw; `scraper.internal_errors` makes one of it."""

    def __init__(self, message: str, *, kind: str, traceback: str, url: str | None = None) -> None:
        super().__init__(message, url=url)
        self.kind = kind
        """The exception's class."""
        self.traceback = traceback
        """How it came about, as text."""


class ArchiveError(Fatal, OSError):
    """The archive cannot be written, or its CDX index cannot be used."""
