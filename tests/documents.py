"""The parts of the documents that are made of the code: `make docs` writes them, and a test sees that they are today's.

A made part stands between `<!-- made by make docs: NAME -->` and `<!-- end -->`.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from normalizers.consensus.rules import RULES
from normalizers.notes import name_of
from schemas.trial import field_description, field_names
from scraper.exports import fhir_codes
from scraper.exports.columns import Column
from scraper.exports.dictionary import DICTIONARY
from scraper.exports.formats import FORMATS
from scraper.exports.main_table import main_table
from scraper.exports.tables import CHANGES
from scraper.exports.tables import tables as export_tables
from scraper.exports.views import VIEWS
from scraper.sites import LAYOUTS, ctgov
from tests.store_tables import described_tables, described_views

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
PACKAGES: Final = ("schemas", "normalizers", "scraper")
_PART: Final = re.compile(r"(<!-- made by make docs: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


_MADE: Final[dict[str, Callable[[], str]]] = {}


def _made(part: Callable[[], str]) -> Callable[[], str]:
    """Make a part known by its name."""
    _MADE[part.__name__] = part
    return part


@_made
def folders() -> str:
    """Each package with the first line of its docstring."""
    found = [path.parent for name in PACKAGES for path in sorted((ROOT / name).rglob("__init__.py"))]
    rows = [(folder.relative_to(ROOT), _caption(folder)) for folder in found if folder.name != "versions"]
    return _table(("folder", "what it is for"), [(f"`{folder}/`", caption) for folder, caption in rows])


@_made
def layers() -> str:
    """The folders and modules of `scraper`, the uppermost first, as the import contract has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = (found["layers"] for found in contracts if "scraper.cli" in found.get("layers", ()))
    return f"```\n{' → '.join(name.removeprefix('scraper.') for name in layers)}\n```"


@_made
def sites() -> str:
    """Each layout with its addresses and how many of the record's fields it can show."""
    every = len(field_names())
    rows = [
        (
            f"`{layout.key}`",
            " ".join(f"`{url}`" for url in layout.urls),
            f"{every - len(layout.never_shows)} of {every}",
        )
        for layout in LAYOUTS
    ]
    return _table(("layout", "addresses of its pages", "fields shown"), rows)


@_made
def fields() -> str:
    """The data dictionary: each field with its meaning, and each layout's label or place and parser of it."""
    return "\n\n".join(_field(name) for name in field_names())


def _field(name: str) -> str:
    meaning = " ".join((field_description(name)).split())
    rows = []
    for layout in LAYOUTS:
        if name in layout.fields:
            places = ", ".join(layout.places(name))
            parsers = ", ".join(f"`{name_of(parser)}`" for parser in layout.parsers(name))
            rows.append((f"`{layout.key}`", places.replace("|", "\\|"), parsers or "code of the site"))
    return f"### `{name}`\n\n{meaning}\n\n{_table(('layout', 'label or place', 'parser'), rows)}"


@_made
def formats() -> str:
    """The formats of an export."""
    rows = [
        (
            f"`{one.name}`",
            " ".join(f"`{ending}`" for ending in one.endings),
            one.description,
            "`trialpages[export]`" if one.needs else "",
        )
        for one in FORMATS
    ]
    return _table(("format", "endings", "what it is", "needs"), rows)


@_made
def tables() -> str:
    """The tables of an export of trials, and what one of pages has instead."""
    found = [*export_tables("trial", with_contacts=True), CHANGES, DICTIONARY]
    return "\n\n".join(_columns(table.name, table.description, table.columns) for table in found)


@_made
def alone() -> str:
    """The further columns of formats that have one table alone."""
    names = {column.name for column in main_table("trial", with_contacts=True).columns}
    columns = main_table("trial", with_contacts=True, alone=True).columns
    return _column_table([column for column in columns if column.name not in names])


@_made
def of_pages() -> str:
    """The further columns of an export of pages, and its table of issues."""
    known = {column.name for column in main_table("trial", with_contacts=True).columns}
    main = main_table("page", with_contacts=True)
    issues = export_tables("page", with_contacts=True)[-1]
    return "\n\n".join(
        [
            _columns(main.name, main.description, [column for column in main.columns if column.name not in known]),
            _columns(issues.name, issues.description, issues.columns),
        ]
    )


@_made
def views() -> str:
    """The views of an export."""
    return _table(("view", "what it answers"), [(f"`{view.name}`", view.description) for view in VIEWS])


def _columns(name: str, description: str, columns: Sequence[Column]) -> str:
    return f"### `{name}`\n\n{description}\n\n{_column_table(columns)}"


def _column_table(columns: Sequence[Column]) -> str:
    rows = [(f"`{column.name}`", column.kind, column.meaning.replace("|", "\\|")) for column in columns]
    return _table(("column", "type", "meaning"), rows)


@_made
def outside() -> str:
    """The parts of a registry record that the canonical record has no field for, by module."""
    modules: dict[str, list[str]] = {}
    for part in sorted(ctgov.OUTSIDE_THE_RECORD):
        module, _, rest = part.partition(".")
        modules.setdefault(module, []).append(f"`{rest}`" if rest else "all of it")
    return _table(("module", "parts"), [(f"`{name}`", ", ".join(parts)) for name, parts in modules.items()])


@_made
def codes() -> str:
    """The registry's constants with their codes in FHIR."""
    rows = [
        (f"`{table.element}`", f"`{constant}`", f"`{code.code}`", table.system)
        for table in fhir_codes.ALL_CODES
        for constant, code in table.codes.items()
    ] + [
        ("`phase`", ", ".join(f"`{one}`" for one in phases), f"`{code.code}`", fhir_codes.PHASES)
        for phases, code in fhir_codes.PHASE_CODES.items()
    ]
    return _table(("element", "constant", "code", "system"), rows)


@_made
def consensus() -> str:
    """The rules of a consensus."""
    rows = [(f"`{rule.field}`", "changes" if rule.changes else "", rule.says) for rule in RULES]
    return _table(("field", "over time", "what is no conflict"), rows)


@_made
def origins() -> str:
    """How near each layout is to the registry, and what it shows in its own words."""
    rows = [
        (
            f"`{layout.key}`",
            layout.nearness.name.lower().replace("_", " "),
            "; ".join(f"`{field}`: {note}" for field, note in layout.own_words.items()),
        )
        for layout in sorted(LAYOUTS, key=lambda layout: (layout.nearness, layout.key))
    ]
    return _table(("layout", "nearness", "in words of its own"), rows)


@_made
def store_tables() -> str:
    """The tables of the store with their columns."""
    head = ("column", "type", "meaning")
    return "\n\n".join(f"### `{name}`\n\n{about}\n\n{_table(head, rows)}" for name, about, rows in described_tables())


@_made
def store_views() -> str:
    """The views of the store with their columns."""
    return _table(("view", "rows", "columns"), described_views())


def renewed(text: str) -> str:
    """A document with its made parts as they are today."""
    return _PART.sub(lambda part: f"{part[1]}{_MADE[part[2]]()}\n{part[3]}", text)


def _caption(folder: Path) -> str:
    docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows))


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(renewed(document.read_text(encoding="utf-8")), encoding="utf-8")
