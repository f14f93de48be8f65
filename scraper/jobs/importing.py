"""The import: reads pages of any origin out of files, and keeps them as a run keeps what it fetched.

A page goes through the same read as a fetched one. It is dated by its capture, which decides whether it is current: an
older page adds to the history. An import can be killed at any moment. What was saved stays; the same import again finds
it, passes it without reading it once more, and goes on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from scraper.errors import (
    DamagedFile,
    ExtractError,
    Fatal,
    InternalError,
    NotATrialPage,
    RecordError,
    TrialPagesError,
    Truncated,
    UnknownLayout,
)
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.imports.entries import Input, load
from scraper.internal_errors import internal_error
from scraper.jobs.advice import REPORT_IT
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.ending import end_run, mistake_letter
from scraper.jobs.report import ImportedPages, Report, import_report
from scraper.moments import WEB_BEGAN
from scraper.pipeline import package_version, read_page
from scraper.settings import Settings
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.imports import IMPORT, Imported, known_captures, save_imported
from scraper.store.lease import Lease
from scraper.store.readings import NewReading
from scraper.store.runs import Run
from scraper.workers import Work, taken
from scraper.workers import run as run_work

_TOGETHER: Final = 200
"""Pages that are saved in one transaction: enough to outweigh it, few enough that a kill costs a second or two."""


class CapturedAhead(TrialPagesError):
    """A page is dated in the future: a clock was wrong, and it would count as the newest for ever."""


class CapturedTooEarly(TrialPagesError):
    """A page is dated before there was a web: a clock was never set."""


class ReadPage(NamedTuple):
    """What came of one page before it is saved."""

    name: str
    reading: NewReading | None = None
    is_known: bool = False
    letter: DeadLetter | None = None
    """Why it is refused."""
    reason: str = ""
    """The same in two words, for the count."""


class _Refusal(NamedTuple):
    """A kind of refused pages."""

    kind: type[Exception]
    reason: str
    """As in `31 no trial page`."""
    advice: str


_REFUSALS: Final = (
    # the narrower kind first
    _Refusal(InternalError, "mistakes of trialpages", REPORT_IT),
    _Refusal(CapturedAhead, "dated in the future", "see which clock was wrong: of this computer, or of the capture"),
    _Refusal(CapturedTooEarly, "dated before the web", "see which clock was wrong, and give the page its time"),
    _Refusal(Truncated, "broken off", "import the whole page, if you can get it; nothing of a part is kept"),
    _Refusal(DamagedFile, "damaged", "get a sound copy of the file and import that; what is kept is not read again"),
    _Refusal(NotATrialPage, "no trial page", "nothing, if it is none; else look at the page where it lies"),
    _Refusal(UnknownLayout, "unknown layout", "see what is read: `trialpages sites`; a layout can be added"),
    _Refusal(ExtractError, "not understood", "look at the page where it lies: it lacks what such pages show"),
    _Refusal(RecordError, "not understood", "look at the page where it lies: it says what cannot be"),
    _Refusal(Exception, "cannot be read", "see whether the file is there and may be read, then import it again"),
)


def read_pages(inputs: Iterable[Input], clock: Clock, jobs: int = 1) -> Iterator[ReadPage]:
    """What each page gives, in the order of the inputs; nothing is saved.

    Args:
        inputs: the pages.
        clock: time; a page that is dated later, or before there was a web, is refused.
        jobs: how many processes read.
    """
    for page in run_work(inputs, Work(_read, _refused), jobs):
        at = page.reading.seen_at if page.reading is not None else None
        if page.reading is None or at is None or WEB_BEGAN <= at <= clock.now() + CLOCKS_DIFFER:
            yield page
            continue
        trial, source = page.reading.record.trial, page.reading.record.source
        kind, why = (
            (CapturedTooEarly, "before the web began") if at < WEB_BEGAN else (CapturedAhead, "which is to come")
        )
        message = f"it is dated {at.isoformat(' ', 'minutes')[:16]} UTC, {why}"
        yield _refusal(page.name, kind(message, site=source.site, url=page.reading.url, nct_id=trial.nct_id))


def import_pages(
    database: Database,
    inputs: Iterable[Input],
    settings: Settings,
    clock: Clock,
    *,
    jobs: int = 1,
    passed_over: Mapping[str, int] = MappingProxyType({}),
    on_page: Callable[[ReadPage], None] = lambda _: None,
) -> Report:
    """Read pages and save what they say, some at a time, each effective at once.

    Memory does not grow with their number.

    Args:
        database: the store's.
        inputs: the pages.
        settings: the lease.
        clock: time.
        jobs: how many processes read.
        passed_over: counts the records that are no pages while the inputs are read.
        on_page: called with each page when it is read, in order.

    Raises:
        scraper.store.lease.LeaseHeld: a run is under way.
        scraper.store.lease.LeaseLost: another run took over.
        scraper.store.database.StoreError: the store cannot be read or written.
    """
    with Lease(database, clock, settings.lease).held() as still_ours:
        began = clock.monotonic()
        run = runs.begin(database, clock.now(), package_version(), kind=IMPORT)
        keeper = _Keeper(database, run, still_ours)
        for page in read_pages(_marked(database, inputs), clock, jobs):
            on_page(page)
            keeper.add(page)
        keeper.save()
        pages = keeper.counted(passed_over)
        return end_run(
            database,
            run,
            clock,
            began,
            verdicts=[],
            letters=[],
            report=lambda connection, run, at: import_report(connection, run, at, pages),
        )


def _marked(database: Database, inputs: Iterable[Input]) -> Iterator[Input]:
    """The same pages with their bytes; those marked that this program has read before, and kept."""
    source = map(_loaded, inputs)
    while chunk := taken(source, _TOGETHER):
        captures = [(sha256(page.content or b"").hexdigest(), page.fetched_at) for page in chunk]
        known = known_captures(database, captures, package_version())
        for page, capture in zip(chunk, captures, strict=True):
            is_known = page.problem is None and capture in known
            # Its bytes need not be handed to another process.
            yield replace(page, content=None, is_known=True) if is_known else page


def _loaded(source: Input) -> Input:
    try:
        page = load(source)
    except (TrialPagesError, OSError) as error:
        return replace(source, problem=error)
    except Exception as error:  # noqa: BLE001 - one bad page never stops the rest, not even by our own mistake
        return replace(source, problem=internal_error(error))
    return replace(source, content=page.content, fetched_at=page.fetched_at)


def _read(source: Input) -> ReadPage:
    if source.is_known:
        return ReadPage(source.name, is_known=True)
    page = load(source)
    found = read_page(page)
    record = found.record
    if found.truncation is not None:
        # Nothing of a truncated page is saved: another page of the trial says more.
        message = f"the page breaks off: {found.truncation}"
        raise Truncated(message, site=record.source.site, url=record.source.url, nct_id=record.trial.nct_id)
    profile = PageProfile.of(found).to_json()
    return ReadPage(source.name, NewReading.of(record, page.url or record.source.url, page.fetched_at, profile))


def _refused(source: Input, error: TrialPagesError | OSError) -> ReadPage:
    if isinstance(error, OSError):
        error = TrialPagesError(f"cannot be read: {error.strerror or error}")
    return _refusal(source.name, error)


def _refusal(name: str, error: TrialPagesError) -> ReadPage:
    _, reason, advice = next(refusal for refusal in _REFUSALS if isinstance(error, refusal.kind))
    failure = Failure.of(error, error.url, None, advice)
    letter = DeadLetter(error.nct_id, error.site, failure._replace(message=f"{name}: {failure.message}"))
    return ReadPage(name, letter=letter, reason=reason)


@dataclass(slots=True)
class _Keeper:
    """Saves pages, some at a time, and counts what came of them."""

    database: Database
    run: Run
    still_ours: Callable[[], None]
    waiting: list[ReadPage] = field(default_factory=list)
    outcomes: Counter[Imported] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def counted(self, passed_over: Mapping[str, int]) -> ImportedPages:
        """What came of all pages so far, beside the records that were passed over."""
        return ImportedPages(
            kept=self.outcomes[Imported.NEW_VERSION],
            unchanged=self.outcomes[Imported.UNCHANGED] + self.outcomes[Imported.KNOWN],
            refused=dict(self.refused.most_common()),
            passed_over=dict(passed_over),
        )

    def add(self, page: ReadPage) -> None:
        """Save a page, with others behind it."""
        self.waiting.append(page)
        if len(self.waiting) >= _TOGETHER:
            self.save()

    def save(self) -> None:
        """Save the pages that wait."""
        self.still_ours()
        pages, self.waiting = self.waiting, []
        self.outcomes[Imported.KNOWN] += sum(page.is_known for page in pages)
        self.refused.update(page.reason for page in pages if page.letter is not None)
        letters = [page.letter for page in pages if page.letter is not None]
        self._save([page.reading for page in pages if page.reading is not None], letters)

    def _save(self, readings: list[NewReading], letters: list[DeadLetter]) -> None:
        if not readings and not letters:
            return
        try:
            saved = save_imported(self.database, self.run, readings, letters)
        except Fatal:
            raise
        except Exception as error:
            if len(readings) > 1:
                for reading in readings:
                    self._save([reading], [])
                self._save([], letters)
            elif readings:
                mistake = mistake_letter(error, readings[0].record.trial.nct_id, readings[0].record.source.site)
                self.refused[_REFUSALS[0].reason] += 1
                self._save([], [*letters, mistake])
            else:
                raise
        else:
            self.outcomes.update(saved.outcomes)
