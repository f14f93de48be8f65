"""page and clean: a page as its blocks, what was read from each, and what was removed by which rule."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path
from typing import Final, NamedTuple

import click

from normalizers.identifiers import nct_id
from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, form_option, settings_options
from scraper.cli.trial_options import sites_option
from scraper.console import records as output
from scraper.console.printing import out, tell
from scraper.console.tables import pairs, say
from scraper.errors import TrialPagesError
from scraper.imports.entries import load
from scraper.imports.paths import inputs_below
from scraper.internal_errors import internal_error
from scraper.page_blocks import Fate, PageBlock, Use, page_blocks
from scraper.parse.page import Page
from scraper.pipeline import InspectedPage, inspect_page


@click.command()
@click.argument("what", metavar="FILE|NCT_ID")
@click.option("--url", help="The page's address, of a file.")
@sites_option("The page of this site alone, of a trial.")
@form_option("table", "json", "jsonl")
@settings_options
def page(what: str, url: str | None, sites: tuple[str, ...], form: str) -> None:
    """Print a page as its numbered blocks: what was read from each, by whom, and what was removed, by which rule.

    FILE is a page, or - for standard input. Of a trial it is each page that its current records are from, as the
    archive or the imported file has it. The evidence of a value names these numbers.

    A "-" stands before what is no text of the trial, a "?" before what nobody read.

    Exit code: 0; 1 a page is gone; 2 it is neither; 3 nothing is kept of the trial; 5 a page was not understood.
    """
    is_file = what == "-" or Path(what).exists()
    number = None if is_file else nct_id(what)
    if not is_file and number is None:
        raise click.UsageError(f"{what!r} is no file, and no NCT id, which is NCT and eight digits")
    if (url is not None and not is_file) or (sites and is_file):
        raise click.UsageError("--url is for a file, --site for a trial")
    code = 0
    found = _files(what, url) if number is None else _kept(number, sites)
    first = next(found, None)
    several = number is not None or Path(what).is_dir() or (first is not None and first.is_one_of_several)
    with _writer(form, several=several) as write:
        for one in chain(filter(None, [first]), found):
            error = one.error
            if one.page is not None:
                inspected = _inspected(one.page)
                if isinstance(inspected, TrialPagesError):
                    error = inspected
                else:
                    write(one, inspected)
                    error = inspected.error
            if error is not None:
                note(f"{one.name}: {error}", "error")
                code = max(code, error.exit_code)
    sys.exit(code)


@click.command()
@click.argument("path", type=click.Path(exists=True, allow_dash=True, dir_okay=False))
@click.option("--url", help="The page's address.")
@click.option("--explain", is_flag=True, help="Show every removed block with the rule that removed it.")
def clean(path: str, url: str | None, *, explain: bool) -> None:
    """Print a page's own text about the trial, one block per line.

    What was read from each block, `trialpages page` shows.
    """
    for source in inputs_below([path], url):
        inspected = inspect_page(load(source))
        if explain:
            tell(f"layout: {inspected.layout.key if inspected.layout else 'none known, general rules only'}")
        for block, fate, rule, _ in page_blocks(inspected):
            if explain:
                out(f"- {block.words}  [{rule}]" if fate is Fate.REMOVED else f"  {block.words}")
            elif fate is not Fate.REMOVED:
                out("  " * max(block.depth - 1, 0) * (block.kind != "heading") + block.words)


class _Found(NamedTuple):
    """A page that is to be shown."""

    name: str
    """What messages call it."""
    page: Page | None = None
    """None where there is none."""
    error: TrialPagesError | None = None
    """Why there is none."""
    is_one_of_several: bool = False


def _inspected(page_: Page) -> InspectedPage | TrialPagesError:
    """A page and what was made of it, or why it is none: whatever one page raises costs that page alone."""
    try:
        return inspect_page(page_)
    except Exception as error:  # noqa: BLE001 - the others are shown all the same
        return error if isinstance(error, TrialPagesError) else internal_error(error)


def _files(path: str, url: str | None) -> Iterator[_Found]:
    for source in inputs_below([path], url):
        found = _Found(source.name, is_one_of_several=source.offset is not None)
        try:
            yield found._replace(page=load(source))
        except TrialPagesError as error:  # what is wrong with one page never stops the others
            yield found._replace(error=error)
        except OSError as error:
            yield found._replace(error=TrialPagesError(f"cannot be read: {error.strerror or error}"))


def _kept(number: str, sites: Sequence[str]) -> Iterator[_Found]:
    """The pages that the current records of a trial are from."""
    # A file can be looked at without the store and the archive.
    from scraper.fetch.client import open_archive  # noqa: PLC0415
    from scraper.jobs.stored_pages import stored_pages  # noqa: PLC0415
    from scraper.store import current  # noqa: PLC0415
    from scraper.store.database import Database  # noqa: PLC0415

    settings = current_settings()
    with Database(settings.store_url, read_only=True) as database, open_archive(settings) as archive:
        kept = stored_pages(database, archive, settings.body_limit, number, sites)
        if not kept:
            raise current.why_no_record(database, number, sites)
        for version, stored, why in kept:
            gone = None if stored else TrialPagesError(why)
            yield _Found(f"{number} {version.site}/{version.layout}", stored, gone)


@contextmanager
def _writer(form: str, *, several: bool) -> Iterator[Callable[[_Found, InspectedPage], None]]:
    if form == "table":
        yield _print
        return
    with output.json_writer(form, several=several) as write:
        yield lambda found, inspected: write(json.dumps(_as_json(found, inspected), ensure_ascii=False))


def _print(found: _Found, inspected: InspectedPage) -> None:
    blocks = page_blocks(inspected)
    say(f"{found.name}: {_title(inspected)}")
    pairs(_about(found, inspected, blocks))
    out("")
    width = len(str(len(blocks)))
    pairs((row for block in blocks for row in _rows(block, width)), indent=0)
    out("")


def _title(inspected: InspectedPage) -> str:
    layout = "of no known layout" if inspected.layout is None else inspected.layout.key
    return layout if inspected.record is None else f"{inspected.record.trial.nct_id} in {layout}"


def _about(found: _Found, inspected: InspectedPage, blocks: Sequence[PageBlock]) -> Iterator[tuple[str, str]]:
    """What is known of a page as a whole."""
    fates = Counter(block.fate for block in blocks)
    if found.page is not None:
        yield "address", inspected.cleaned.page.address or found.page.url or "not known"
        if found.page.fetched_at is not None:
            yield "seen", f"{found.page.fetched_at:%Y-%m-%d %H:%M}"
        yield "sha256", found.page.sha256
    yield "blocks", f"{len(blocks):,}: {', '.join(f'{fates[fate]:,} {fate}' for fate in Fate if fates[fate])}"
    for issue in () if inspected.record is None else inspected.record.issues:
        yield "issue", str(issue)


def _rows(block: PageBlock, width: int) -> Iterator[tuple[str, str]]:
    """A block as lines: its words, and below them what became of them."""
    number = f"{_SIGNS.get(block.fate, ' ')} {block.block.number:>{width}}"
    words = f"{'  ' * max(block.block.depth - 1, 0) * (block.block.kind != 'heading')}{block.block.words}"
    yield number, f"{block.block.pointer} {words}" if block.block.pointer else words
    if block.fate is Fate.REMOVED:
        yield "", f"  removed: {block.rule}"
    for parser, uses in groupby(block.uses, lambda use: use.evidence.parser):
        yield "", f"  → {', '.join(dict.fromkeys(use.path for use in uses))}{f' by {parser}' if parser else ''}"


_SIGNS: Final = {Fate.REMOVED: "-", Fate.UNREAD: "?"}


def _as_json(found: _Found, inspected: InspectedPage) -> dict[str, object]:
    record = inspected.record
    return {
        "name": found.name,
        "nct_id": None if record is None else record.trial.nct_id,
        "layout": None if inspected.layout is None else inspected.layout.key,
        "url": inspected.cleaned.page.address,
        "sha256": None if found.page is None else found.page.sha256,
        "error": None if inspected.error is None else str(inspected.error),
        "issues": [] if record is None else [issue.model_dump(mode="json") for issue in record.issues],
        "blocks": [_block_as_json(block) for block in page_blocks(inspected)],
    }


def _block_as_json(block: PageBlock) -> dict[str, object]:
    return {
        **{name: getattr(block.block, name) for name in ("number", "kind", "marker", "text", "depth", "pointer")},
        "fate": block.fate,
        "rule": block.rule or None,
        "read": [_use_as_json(use) for use in block.uses],
    }


def _use_as_json(use: Use) -> dict[str, object]:
    return {"field": use.path, "parser": use.evidence.parser, "label": use.evidence.label}
