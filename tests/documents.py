"""The parts of the documents that are made of the code: `make docs` writes them, and a test sees that they are today's.

A made part stands between `<!-- made by make docs: NAME -->` and `<!-- end -->`.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from normalizers.notes import name_of
from schemas.trial import field_description, field_names
from scraper.sites import LAYOUTS
from scraper.store import tables as store_tables
from scraper.store.tables import METADATA, Utc
from scraper.store.views import VIEWS

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
PACKAGES: Final = ("schemas", "normalizers", "scraper")
_PART: Final = re.compile(r"(<!-- made by make docs: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def folders() -> str:
    """Each package with the first line of its docstring."""
    found = [path.parent for name in PACKAGES for path in sorted((ROOT / name).rglob("__init__.py"))]
    rows = [(folder.relative_to(ROOT), _caption(folder)) for folder in found if folder.name != "versions"]
    return _table(("folder", "what it is for"), [(f"`{folder}/`", caption) for folder, caption in rows])


def layers() -> str:
    """The folders and modules of `scraper`, the uppermost first, as the import contract has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = (found["layers"] for found in contracts if "scraper.cli" in found.get("layers", ()))
    return f"```\n{' → '.join(name.removeprefix('scraper.') for name in layers)}\n```"


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


def tables() -> str:
    """The tables of the store with their columns."""
    about = _table_captions()
    parts = []
    for table in METADATA.tables.values():
        rows = [(f"`{column.name}`", _type(column), _meaning(column)) for column in table.columns]
        parts.append(f"### `{table.name}`\n\n{about[table.name]}\n\n{_table(('column', 'type', 'meaning'), rows)}")
    return "\n\n".join(parts)


def _table_captions() -> Mapping[str, str]:
    """What stands below each table in the code."""
    body = ast.parse(Path(store_tables.__file__).read_text(encoding="utf-8")).body
    found = {}
    for statement, below in pairwise(body):
        match statement, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(words))):
                found[name.lower()] = words
    return found


def views() -> str:
    """The views of the store with their columns."""
    rows = [
        (f"`{view.name}`", view.about, ", ".join(f"`{one.name}`" for one in view.query.selected_columns))
        for view in VIEWS
    ]
    return _table(("view", "rows", "columns"), rows)


def _type(column: sa.Column[Any]) -> str:
    kinds = ((Utc, "moment"), (sa.JSON, "JSON"), (sa.Boolean, "true or false"), (sa.Text, "text"))
    word = next((word for kind, word in kinds if isinstance(column.type, kind)), "number")
    return word + (", or null" if column.nullable else "")


def _meaning(column: sa.Column[Any]) -> str:
    refers = [f"to `{key.column.table.name}`" for key in column.foreign_keys]
    return "; ".join(filter(None, (*refers, column.doc)))


_MADE: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {"fields": fields, "folders": folders, "layers": layers, "sites": sites, "tables": tables, "views": views}
)


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
