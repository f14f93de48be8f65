"""The command for who adds a site: a first file and first cases from some of its pages."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from scraper.cli.diagnostics import note
from scraper.cli.options import settings_options
from scraper.cli.snapshot import page_of, replay_option
from scraper.console.printing import out, tell
from scraper.console.tables import say
from scraper.snapshots.new_site import new_site, write

SITES: Final = Path("scraper/sites")
"""Where the files of sites lie: in the working folder, which is that of the repository."""


@click.group()
def site() -> None:
    """Work on the files of sites."""


@site.command()
@click.argument("name")
@click.option("--from", "first", metavar="PAGE", multiple=True, required=True, help="A URL or a file; give several.")
@click.argument("pages", metavar="[PAGE]...", nargs=-1)
@click.option("--url", "urls", multiple=True, help="The address of a file's page; of several files, one each in order.")
@replay_option
@settings_options
def new(
    name: str, first: tuple[str, ...], pages: tuple[str, ...], urls: tuple[str, ...], replay: tuple[Path, ...]
) -> None:
    """Write a first file for a site from some of its pages, and a first case of each of them.

    NAME is the site's key. The labels that the pages have in common, and what stands below them, are compared with the
    tables of the other sites and tried with their parsers. Pages of one layout with different trials tell the most.

    Exit code: 1 the file was written, and something is left to decide; 2 it was not.
    """
    if not SITES.is_dir():
        raise click.UsageError("there is no folder scraper/sites here: run this where the repository is checked out")
    named = [*first, *pages]
    if urls and len(urls) != len(named):
        raise click.UsageError(f"give --url for each of the {len(named)} pages, or for none")
    addresses: list[str | None] = list(urls) or [None] * len(named)
    proposed = new_site(name, [page_of(page, url, replay)[0] for page, url in zip(named, addresses, strict=True)])
    path = SITES / f"{name}.py"
    write(proposed, path)
    out(f"wrote {path}")
    for number, (page, url) in enumerate(zip(named, addresses, strict=True), 1):
        _first_case(page, url, f"sample page {number}", replay)
    tell("left to decide:")
    for sentence in proposed.left:
        say(f"- {sentence}", indent=2)
    note(str(path), "review it")
    note("trialpages snapshot check", "see it")
    sys.exit(1)


def _first_case(page: str, url: str | None, why: str, replay: tuple[Path, ...]) -> None:
    """Make a case of a page: in a process of its own, which knows the new file."""
    arguments = ["snapshot", "add", page, "--why", why, *(["--url", url] if url else [])]
    arguments += [word for path in replay for word in ("--replay", str(path))]
    done = subprocess.run(  # noqa: S603 - this program
        [sys.executable, "-c", "from scraper.cli import main; main()", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith(("look at:", "review it:", "error:"))]
    for line in lines or done.stderr.splitlines()[-1:]:
        out(f"{page}: {line.replace('review it:', 'case:')}")
