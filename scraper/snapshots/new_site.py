"""The file of a site that nobody has read yet: its table as it is proposed, and what is left to a person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from keyword import iskeyword
from math import ceil
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from normalizers.notes import name_of
from schemas.extraction import Parser
from scraper.addresses import page_address
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.sites import HOSTS, SITES
from scraper.snapshots.proposing import Proposal, propose
from scraper.snapshots.refused import Refused

MARKERS: Final = 8
"""Rows at the most that mark the layout: those on all pages, in the order of the page."""
MIN_SHARE: Final = 0.6
"""The share of the markers that a page must show: so that renamed labels are told, and the page still recognised."""


class NewSite(NamedTuple):
    """A site's file, and what is left to decide."""

    source: str
    left: tuple[str, ...]
    """A sentence each."""


def new_site(name: str, pages: Sequence[Page]) -> NewSite:
    """Propose a site's file from some pages of one layout.

    Args:
        name: the site's key, by which its file is named.
        pages: with their addresses where they are known.

    Raises:
        Refused: the name is none, or there is such a site, or no label was found.
        NotATrialPage: one is no page at all.
    """
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or iskeyword(name):
        raise Refused(f"{name!r} is no key of a site: take small letters and digits, such as {SITES[0]}")
    if name in SITES:
        raise Refused(f"there is a site {name} already: mend scraper/sites/{name}.py, see trialpages snapshot diff")
    documents = [parse(page) for page in pages]
    rows = propose(documents)
    known = [row for row in rows if row.kind is not None]
    if not known:
        raise Refused("no label is on these pages that anybody knows: are they pages of one trial each?")
    stated = [page_address(page.url) or document.address for page, document in zip(pages, documents, strict=True)]
    addresses = [address for address in stated if address is not None]
    for host in map(_host, addresses):
        if host in HOSTS:
            raise Refused(f"{host} is a host of {HOSTS[host]}: add a layout to scraper/sites/{HOSTS[host]}.py")
    has_number = any("nct_id" in row.fields for row in known)
    markers = [row.label for row in known if row.pages == len(pages)][:MARKERS]
    if not markers:
        raise Refused(
            "the pages have no known label in common: give pages of one layout, of which a site may have several"
        )
    return NewSite(
        "\n".join(_source(name, rows, markers, addresses, has_number=has_number)),
        tuple(_left(rows, addresses, len(pages), has_number=has_number)),
    )


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower()


def write(site: NewSite, path: Path) -> None:
    """Write a site's file where none is yet.

    Raises:
        Refused: there is one.
        OSError: it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(site.source)
    except FileExistsError as error:
        raise Refused(f"{path} is there already") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _source(
    name: str, rows: Sequence[Proposal], markers: Sequence[str], addresses: Sequence[str], *, has_number: bool
) -> Iterator[str]:
    known = [row for row in rows if row.kind is not None]
    hosts = list(dict.fromkeys(map(_host, addresses))) or [f"www.{name}.example"]
    forms = list(dict.fromkeys(map(_form, addresses))) or [f"https://{hosts[0]}/<NCT id>"]
    yield f'"""Study pages of {hosts[0]}, e.g. {forms[0]}."""'
    yield ""
    yield from _imports(known, has_number=has_number)
    yield ""
    yield "TABLE = ("
    yield '    unlabelled("the line above the first label", "title"),'
    for row in rows:
        yield from _row(row, is_marker=row.label in markers)
    yield ")"
    yield f"FIRST = {known[0].label.lower()!r}".replace("'", '"')
    yield ""
    yield ""
    yield "def content(document: Document) -> range:"
    yield '    """From the line above the first label to the end of the page."""'
    yield '    places = find(document, FIRST, f"{FIRST}:")'
    yield "    return range(max(places[0] - 1, 0) if places else 0, len(document.blocks))"
    yield ""
    yield ""
    yield "def read(page: PageReading) -> None:"
    yield f'    """Read the table, and {"the title" if has_number else "the title and the number in the address"}."""'
    yield "    page.read_table()"
    yield "    if page.sections.first:"
    yield '        page.add("title", page.sections.quote(0), free_words)'
    if not has_number:
        yield '    page.add("nct_id", id_in_address(page.document, NUMBER), nct_id)'
        yield ""
        yield ""
        yield 'NUMBER = re.compile(r"/(NCT\\d{8})\\b", re.IGNORECASE)'
    yield ""
    yield ""
    yield "STUDY = Layout("
    yield f'    site="{name}",'
    yield '    name="study",'
    yield f"    urls=({', '.join(map(_quoted, forms))},),"
    yield f"    hosts=({', '.join(map(_quoted, hosts))},),"
    yield "    table=TABLE,"
    yield f"    min_markers={max(1, ceil(MIN_SHARE * len(markers)))},"
    yield "    content=content,"
    yield "    read=partial(read_labelled, read=read),"
    yield ")"
    yield ""
    yield "LAYOUTS = (STUDY,)"
    yield ""


def _imports(known: Iterable[Proposal], *, has_number: bool) -> Iterator[str]:
    modules: dict[str, set[str]] = {"normalizers.notes": {"free_words"}}
    for row in known:
        for _, parser in row.values:
            module, _, function = name_of(parser).rpartition(".")
            if module == "normalizers.phrases":
                modules.setdefault("normalizers", set()).add("phrases")
            else:
                modules.setdefault(module, set()).add(function)
    if not has_number:
        modules.setdefault("normalizers.identifiers", set()).add("nct_id")
    rows = {"criteria" if row.is_criteria else str(row.kind) for row in known}
    modules["schemas.document"] = {"Document"}
    modules["scraper.layouts.labels"] = {"unlabelled", *rows}
    modules["scraper.layouts.layout"] = {"Layout", "find"}
    modules["scraper.layouts.reading"] = {"PageReading", "read_labelled", *([] if has_number else ["id_in_address"])}
    if not has_number:
        yield "import re"
    yield "from functools import partial"
    yield ""
    for module in sorted(modules):
        yield f"from {module} import {', '.join(sorted(modules[module], key=lambda name: (name.islower(), name)))}"


def _row(row: Proposal, *, is_marker: bool) -> Iterator[str]:
    """The lines of a row; one that is left to a person is a comment."""
    if row.kind is None:
        line = f"    # decide: {row.label!r}{f' ({row.why})' if row.why else ''}: {' | '.join(row.samples)}".rstrip(
            ": "
        )
        yield line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
        return
    arguments = [_quoted(row.label)]
    if row.is_criteria and len(row.fields) == 1:
        arguments.append(f"side={_quoted(row.fields[0].rpartition('.')[2])}")
    elif row.kind == "prose" and not row.is_criteria:
        arguments.append(f"field={_quoted(row.fields[0])}")
    elif row.values:
        reads = ", ".join(f"{_fields(fields)}: {_called(parser)}" for fields, parser in row.values)
        arguments.append(f"reads={{{reads}}}")
    if is_marker:
        arguments.append("marker=True")
    name = "criteria" if row.is_criteria else row.kind
    line = f"    {name}({', '.join(arguments)}),"
    if len(line) <= _LONGEST_LINE:
        yield line
        return
    yield f"    {name}("
    yield from (f"        {argument}," for argument in arguments)
    yield "    ),"


_LONGEST_LINE: Final = 120


def _fields(fields: Sequence[str]) -> str:
    return _quoted(fields[0]) if len(fields) == 1 else f"({', '.join(map(_quoted, fields))})"


def _called(parser: Parser) -> str:
    """A parser as a site's file names it."""
    module, _, function = name_of(parser).rpartition(".")
    return f"phrases.{function}" if module == "normalizers.phrases" else function


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _form(address: str) -> str:
    """The form of an address: the id, and parts of several words, are what varies."""
    form = re.sub(r"NCT\d{8}", "<NCT id>", address, flags=re.IGNORECASE)
    return re.sub(r"(?<=/)[^/<>-]+(?:-[^/<>-]+){3,}(?=/|$)", "<slug>", form)


def _left(rows: Sequence[Proposal], addresses: Sequence[str], pages: int, *, has_number: bool) -> Iterator[str]:
    """What is left to a person, a sentence each."""
    for row in rows:
        if row.kind is None:
            shown = f"; below it: {' | '.join(row.samples)}" if row.samples else ""
            yield f"{row.label!r} on {row.pages} of {pages} pages: {row.why or 'nobody knows what it is'}{shown}"
        elif row.why.endswith("?"):
            yield f"{row.label!r}: {row.why}"
    if not has_number:
        yield "no label leads to the NCT id: it is read from the address, which must be given then"
    if not addresses:
        yield "hosts and urls: give the pages by their URL, or write them"
    yield "where the trial ends on the page: content() reads to the end, so a menu below is told as unread"
    yield "which values every page has (required=True), and whether the markers are on no other site's pages"
    yield "where the pages of a trial are found (candidate_urls), if the site is to be fetched"
