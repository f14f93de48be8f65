"""Commands for who mends or adds a site: make a case of a page, check, accept, compare, find gaps."""

import asyncio
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from scraper.cases import Case, cases, is_case
from scraper.cli.diagnostics import note
from scraper.cli.network_options import fetcher_of
from scraper.cli.options import current_settings, settings_options
from scraper.console.printing import LogStream, out, tell
from scraper.console.tables import Table, pairs, say
from scraper.errors import TrialPagesError
from scraper.imports.entries import load
from scraper.imports.paths import inputs_below
from scraper.log import SILENT, logger
from scraper.parse.page import Page
from scraper.sites import HOSTS, LAYOUTS, SITES
from scraper.snapshots.accept import accept as accept_case
from scraper.snapshots.add import add as add_case
from scraper.snapshots.check import check as check_case
from scraper.snapshots.check import everything
from scraper.snapshots.comparing import Row, is_place
from scraper.snapshots.coverage import Proof, known_gaps
from scraper.snapshots.coverage import coverage as find_coverage
from scraper.snapshots.diff import diff as diff_case
from scraper.snapshots.diff import layout_of, site_file

replay_option = click.option(
    "--replay",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Answer from WARC files or folders of cases, without a network.",
)

SNAPSHOTS: Final = Path("snapshots")
"""Where the cases lie: in the working folder, which is that of the repository."""


@click.group()
def snapshot() -> None:
    """Work on snapshot cases: pinned pages and the records or errors that they must give."""


@snapshot.command()
@click.argument("what", metavar="URL|FILE")
@click.option("--why", required=True, help="What the case protects, in one sentence.")
@click.option("--url", help="The address of a file's page.")
@click.option("--site", type=click.Choice(list(SITES)), help="Whose page it is, if it is refused.")
@replay_option
@settings_options
def add(what: str, why: str, url: str | None, site: str | None, replay: tuple[Path, ...]) -> None:
    """Make a case of a page: a URL, or a file (also gzipped or MHTML).

    The page is fetched as politely as by trialpages fetch, and pruned of all that changes nothing; personal data is
    replaced by made-up words on the page and in what it must give.

    Exit code: 1 a case was made: compare it with the page, then commit it; others as of trialpages fetch.
    """
    page, origin, passed = page_of(what, url, replay)
    folder, before, after, replaced, left = add_case(page, why, SNAPSHOTS, origin=origin, site=site or passed)
    for old, new in replaced.items():
        out(f"replaced: {old!r} by {new!r}")
    out(f"page: {before:,} bytes, {after:,} of them kept")
    for words in left:
        note(f"{words!r} stays; if it is a person's, replace it in the page and the record", "look at")
    note(str(folder), "review it")
    note(f"trialpages snapshot check {folder}", "see it")
    sys.exit(1)


@snapshot.command()
@click.argument("named", metavar="[CASE]...", nargs=-1)
def check(named: tuple[str, ...]) -> None:
    """Compare what each page gives with what it must give: expected, now, words on the page.

    CASE is a folder, or its name such as veeva/NCT05160831-seed; by default all below snapshots/. Of named cases all
    fields are shown, where = stands for the same words as on the left; else those that differ.

    Exit code: 0 all is as expected; 1 something differs.
    """
    folders = [_folder(name) for name in named] or _all()
    wrong = 0
    for folder in folders:
        try:
            case = Case.load(folder)
            found = check_case(case)
        except (OSError, ValueError) as error:
            wrong += 1
            note(f"{folder}: {error}", "error")
            continue
        differs = [one for one in found if one.rows]
        wrong += bool(differs)
        if named:
            out(f"{case.name}: {case.why}")
        if named and not differs:
            print_rows(everything(found))
        for one in differs:
            out(f"{one.form} of {case.name} differs" if not named else f"{one.form} differs")
            print_rows(one.rows)
        if differs:
            tell(f"if the page says so: trialpages snapshot accept {folder}")
    tell(f"{_count(len(folders), 'case')}: {len(folders) - wrong:,} as expected, {wrong:,} not")
    sys.exit(bool(wrong))


@snapshot.command()
@click.argument("named", metavar="CASE...", nargs=-1, required=True)
def accept(named: tuple[str, ...]) -> None:
    """Rewrite what a page must give from what it gives now, and print every value that changed.

    CASE is a folder, or its name such as veeva/NCT05160831-seed. Compare the values with the page before you commit
    them. In CI, where the variable CI is set, this is refused.
    """
    if os.environ.get("CI"):
        raise click.UsageError("in CI an expectation is checked, never rewritten (the variable CI is set)")
    failed = False
    for folder in [_folder(name) for name in named]:
        try:
            case = Case.load(folder)
            changed = accept_case(case)
        except (OSError, ValueError) as error:
            failed = True
            note(f"{folder} stays as it is: {error}", "error")
            continue
        out(f"{case.name}: {_count(len(changed), 'value')} changed")
        for difference in changed:
            if not is_place(difference):
                out(f"  {difference}")
        if moved := sum(map(is_place, changed)):
            out(f"  and {_count(moved, 'number')} of blocks in which the words stand")
    sys.exit(failed)


@snapshot.command()
@click.argument("named", metavar="CASE")
@click.argument("what", metavar="URL|FILE")
@click.option("--url", help="The address of a file's page.")
@replay_option
@settings_options
def diff(named: str, what: str, url: str | None, replay: tuple[Path, ...]) -> None:
    """Compare a case's page with the page as it is now: a URL, or a file (also gzipped or MHTML).

    Shown are the fields that move, the labels that probably have another name now, and the blocks that are gone, new or
    changed within the trial's part of the page. A page of another trial is compared by what it shows, not by values.

    Exit code: 0 nothing has changed; 1 something has.
    """
    folder = _folder(named)
    page, _, _ = page_of(what, url, replay)
    try:
        case = Case.load(folder)
        found = diff_case(case, page)
    except ValueError as error:
        raise TrialPagesError(f"{folder}: {error}") from error
    if found.other_trial is not None:
        out(f"the page shows {found.other_trial}, another trial: values are not compared")
    if found.fields:
        out("fields that move")
        print_rows(found.fields)
    layout = layout_of(case)
    if found.renamed and layout is not None:
        out("labels that probably have another name now")
        for old, new, fields, why in found.renamed:
            say(f"{old!r} -> {new!r}, {why}; it gives {', '.join(fields) or 'no field'}", indent=2)
            say(f"mend it: add {new!r} to the row of {old!r} in {site_file(layout)}", indent=4)
    if found.blocks:
        out("blocks of the trial's part of the page")
        pairs(
            (block.kind, f"{block.old} -> {block.new}" if block.kind == "changed" else block.old + block.new)
            for block in found.blocks
        )
    changed = bool(found.fields or found.blocks)
    tell(f"{case.name}: {_count(len(found.fields), 'value')} and {_count(len(found.blocks), 'block')} changed")
    sys.exit(changed)


@snapshot.command()
def coverage() -> None:
    """Print which case proves what: each field of each layout, each word of the tables of phrases.

    Known gaps stand in snapshots/gaps.toml, each with a reason.

    Exit code: 0 every gap is known; 1 there is another one, or one that is none any more.
    """
    try:
        proofs = find_coverage(cases(SNAPSHOTS), LAYOUTS, known_gaps(SNAPSHOTS))
    except ValueError as error:
        raise TrialPagesError(str(error)) from error
    for subject, proven in groupby(proofs, lambda proof: proof.subject):
        out(subject)
        pairs((proof.name, _proven(proof)) for proof in proven)
    problems = [proof for proof in proofs if proof.problem is not None]
    for proof in problems:
        note(f"{proof.subject}: {proof.name}: {proof.problem}", "gap")
    gaps = sum(proof.gap is not None for proof in proofs)
    tell(f"{len(proofs):,} things to prove: {_count(gaps, 'known gap')}, {len(problems):,} to mend")
    sys.exit(bool(problems))


def _proven(proof: Proof) -> str:
    if not proof.cases:
        return f"no case: {proof.gap}" if proof.gap else "no case"
    others = _count(len(proof.cases) - 1, "other")
    return proof.cases[0] if len(proof.cases) == 1 else f"{proof.cases[0]} and {others}"


def page_of(what: str, url: str | None, replay: tuple[Path, ...]) -> tuple[Page, str, str | None]:
    """A page by its address or its file: the page, where it is from in a few words, and its site where that is known.

    Raises:
        click.UsageError: there is no such file, or both an address and one of a file are given.
        TrialPagesError: it did not arrive, or is no page.
        OSError: the file cannot be read.
    """
    settings = current_settings()
    if re.match("https?://", what):
        if url is not None:
            raise click.UsageError("--url is the address of a file; what you name is an address itself")

        log = SILENT if replay else logger(LogStream(), as_json=settings.log_json)

        async def fetched() -> tuple[Page, str | None]:
            async with fetcher_of(settings, replay, log) as fetcher:
                return await fetcher.fetch(what), fetcher.site(what)

        page, site = asyncio.run(fetched())
        return page, "page as fetched", site or None
    if not Path(what).is_file():
        raise click.UsageError(f"{what} is no file, and no address that begins with https://")
    (source,) = inputs_below([what], url)
    # The case is a file of its own: where its page was saved is no part of it.
    return replace(load(source), file=None), "page as saved", HOSTS.get(urlsplit(url or "").netloc)


def print_rows(rows: Iterable[Row]) -> None:
    """Print what is expected beside what is there."""
    headings = ("field", "expected", "now", "words on the page")
    table = Table(*headings, words=headings, wraps=headings, framed=True)
    for row in rows:
        table.add(*row)
    table.show()


def _folder(name: str) -> Path:
    """The folder of a case, given by its path or by its name below the snapshots.

    Raises:
        click.UsageError: there is no such case.
    """
    for folder in (Path(name), SNAPSHOTS / name):
        if is_case(folder):
            return folder
    raise click.UsageError(f"{name} is no case: name a folder with a case.json, such as snapshots/<site>/<case>")


def _all() -> list[Path]:
    """The folders of all cases.

    Raises:
        click.UsageError: there are none.
    """
    folders = [path.parent for path in sorted(SNAPSHOTS.glob("*/*/case.json"))]
    if not folders:
        raise click.UsageError("there are no cases in snapshots/ here: run this where the repository is checked out")
    return folders


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
