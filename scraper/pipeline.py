"""The steps from a page to a record, one line each; the only place that knows their order."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from pydantic import ValidationError

from normalizers import boilerplate
from normalizers.boilerplate import Cleaned
from normalizers.identifiers import nct_ids
from normalizers.trial import NoNctIdError, normalise
from schemas.document import Block, Document
from schemas.record import Issue, IssueCode, Record, Source
from schemas.trial import Trial
from scraper.addresses import page_address
from scraper.errors import PageError, RecordError, TrialPagesError
from scraper.layouts.layout import Layout, shown
from scraper.layouts.matches import is_label
from scraper.layouts.reading import Extracted
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.parse.truncation import truncation_issues
from scraper.recognise import recognise, short_texts


def extract_page(
    content: bytes, url: str | None = None, *, fetched_at: datetime | None = None, charset: str | None = None
) -> Record:
    """The canonical record of the trial that a page shows.

    Args:
        content: the page's bytes: HTML, the text of a page, or a registry record as JSON.
        url: the page's address, a hint that decides what the words leave open.
        fetched_at: when the page was fetched, in UTC.
        charset: the encoding that the HTTP header named, if one did.

    Raises:
        PageError: as `read` does.
    """
    return read(Page(content, url, fetched_at, charset))


def read(page: Page) -> Record:
    """The canonical record of the trial that a page shows.

    Raises:
        PageError: the page is no trial's, is of no known layout, lacks what every trial must have, or does not fit
            the schema. The error carries the page's URL and, where they are known, the site and the NCT id.
    """
    return _read(page).record


class ReadPage(NamedTuple):
    """A record, and what else shows whether its page is still built as we know it."""

    record: Record
    labels: tuple[str, ...]
    """The labels of the layout that the page shows, in the layout's order and each in the form that it has there."""
    truncation: str | None = None
    """How the page is known to end early, so that its record is not the whole trial; None where it is not."""


def read_page(page: Page) -> ReadPage:
    """The record that `read` gives, and the labels that it was read by.

    Raises:
        PageError: as `read` does.
    """
    record, document, layout, extracted, truncation = _read(page)
    return ReadPage(record, shown(layout, short_texts(document), extracted), truncation)


class _Read(NamedTuple):
    record: Record
    document: Document
    layout: Layout
    extracted: Extracted
    truncation: str | None


def _read(page: Page) -> _Read:
    site = nct_id = None
    try:
        document = _document(page)
        layout = recognise(document, len(page.content))
        site = layout.site
        content = layout.content(document)
        cleaned = _clean(document, layout, content)
        extracted = layout.extract(cleaned.document)
        nct_id = extracted.found.nct_id.text if extracted.found.nct_id else None
        truncation = layout.ends_early(document, content)
        return _Read(_record(page, cleaned, layout, extracted, truncation), document, layout, extracted, truncation)
    except TrialPagesError as error:
        error.site, error.url, error.nct_id = (
            error.site or site,
            error.url or page.url,
            error.nct_id or nct_id,
        )
        raise


class CleanPage(NamedTuple):
    """A page parted into the trial and what stands around it."""

    cleaned: Cleaned
    layout: Layout | None
    """None where no layout knows the page; then the general rules alone parted it."""


def clean_page(page: Page) -> CleanPage:
    """The trial's own blocks of any page about a trial, and the removed ones with their rules.

    Raises:
        NotATrialPage: the bytes are no readable page at all.
    """
    document = _document(page)
    try:
        layout = recognise(document, len(page.content))
    except PageError:
        return CleanPage(boilerplate.clean(document), None)
    return CleanPage(_clean(document, layout, layout.content(document)), layout)


class InspectedPage(NamedTuple):
    """A page, and everything that was made of it as far as it was understood."""

    cleaned: Cleaned
    layout: Layout | None
    """None where no layout knows the page."""
    record: Record | None
    """None where the page is refused."""
    unread: tuple[Block, ...] = ()
    """The blocks of the trial that no field reads."""
    error: TrialPagesError | None = None
    """Why the page is refused."""


def inspect_page(page: Page) -> InspectedPage:
    """What became of each block of a page: what `clean_page` removed, and what `read` made of the rest.

    Raises:
        NotATrialPage: the bytes are no readable page at all.
    """
    cleaned, layout = clean_page(page)
    try:
        found = _read(page)
    except TrialPagesError as error:
        return InspectedPage(cleaned, layout, None, error=error)
    return InspectedPage(cleaned, layout, found.record, found.extracted.unread)


def _document(page: Page) -> Document:
    document = boilerplate.marked(parse(page))
    known = page_address(page.url)
    return document if known is None else replace(document, address=known)


def _clean(document: Document, layout: Layout, content: range) -> Cleaned:
    known = layout.boilerplate and layout.boilerplate(document, content)
    return boilerplate.clean(document, content, known, partial(is_label, layout.labels))


def _record(page: Page, cleaned: Cleaned, layout: Layout, extracted: Extracted, truncation: str | None) -> Record:
    document = cleaned.page
    try:
        trial, issues, evidence = normalise(extracted.found, layout.untrusted)
        source = Source(
            site=layout.site,
            layout=layout.name,
            url=_canonical(document.address),
            fetched_at=page.fetched_at,
            sha256=page.sha256,
            file=page.file,
            offset=page.offset,
            package_version=package_version(),
        )
        issues = (*extracted.issues, *issues)
        around = (
            *_missing(layout, trial, {issue.field for issue in issues}),
            *truncation_issues(document, truncation, evidence),
            *_unread(extracted),
            *_other_number(document, trial),
            *_others(cleaned),
            *_doubts(document),
        )
        return Record(trial=trial, source=source, issues=(*issues, *around), evidence=evidence)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise RecordError(f"the schema refuses {path or error.title}: {first['msg']}") from error
    except NoNctIdError as error:
        raise RecordError(str(error)) from error


def _missing(layout: Layout, trial: Trial, doubtful: AbstractSet[str | None]) -> list[Issue]:
    """The values that every page of the layout has and this one has not."""
    return [
        Issue(
            field=path,
            code=IssueCode.MISSING,
            text="",
            message="the page shows no value of a field that all pages show",
        )
        for path in layout.missing(trial)
        if path not in doubtful
    ]


def _other_number(document: Document, trial: Trial) -> list[Issue]:
    """The NCT ids in the page's address where the trial's is not among them: one of the two is another trial's."""
    numbers = nct_ids(urlsplit(document.address or "").path)
    if not numbers or trial.nct_id in numbers:
        return []
    message = "the page's address has this number, and its words another"
    return [Issue(field="nct_id", code=IssueCode.MISMATCH, text=number, message=message) for number in numbers]


def _others(cleaned: Cleaned) -> list[Issue]:
    """A list of other trials within the trial's part of the page: what stands around it may belong to it."""
    blocks = cleaned.page.blocks
    places = [place for place, rule in cleaned.rules.items() if rule == boilerplate.OTHER_TRIALS]
    if not places or not cleaned.document.blocks or cleaned.document.blocks[-1].number < blocks[places[0]].number:
        return []
    text = " | ".join(blocks[place].text for place in places[:3])
    message = "other trials are listed within the trial's part of the page: what stands beside them may be theirs"
    return [Issue(field=None, code=IssueCode.UNREAD, text=text, message=message)]


def _unread(page: Extracted) -> list[Issue]:
    """What nobody read: one issue for all of it, and one for each block that looks like a new label."""
    issues = [
        Issue(
            field=None,
            code=IssueCode.UNREAD_LABEL,
            text=block.text,
            message="this stands where labels stand, and no field reads it",
        )
        for block in page.labels
    ]
    if page.unread:
        texts = [block.pointer or block.text for block in page.unread]
        issues.append(
            Issue(
                field=None,
                code=IssueCode.UNREAD,
                text=" | ".join(text if len(text) <= 80 else f"{text[:79]}…" for text in texts[:3]),
                message=f"{len(texts)} {'block' if len(texts) == 1 else 'blocks'} within the trial that no field reads",
            )
        )
    return issues


def _doubts(document: Document) -> list[Issue]:
    """What makes all words of the page doubtful."""
    return [Issue(field=None, code=IssueCode.AMBIGUOUS, text="", message=message) for message in document.doubts]


def _canonical(url: str | None) -> str | None:
    """The address without query and fragment, which hold search context only."""
    if (address := page_address(url)) is None:
        return None
    scheme, host, path, _, _ = urlsplit(address)
    return urlunsplit((scheme, host, path, "", ""))


@cache
def package_version() -> str:
    """The version of this program: another one may read the same page otherwise."""
    return version("trialpages")
