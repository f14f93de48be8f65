"""What the documents say of the store's tables and views, as rows of their own tables."""

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scraper.store import tables
from scraper.store.tables import METADATA, Utc
from scraper.store.views import VIEWS


def described_tables() -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """Each table with its meaning and its columns: their names, types and meanings."""
    about = _captions()
    for table in METADATA.tables.values():
        rows = [(f"`{column.name}`", _type(column), _meaning(column)) for column in table.columns]
        yield table.name, about[table.name], rows


def described_views() -> list[tuple[str, ...]]:
    """Each view with what its rows are, and its columns."""
    columns = [", ".join(f"`{column.name}`" for column in view.query.selected_columns) for view in VIEWS]
    return [(f"`{view.name}`", view.about, names) for view, names in zip(VIEWS, columns, strict=True)]


def _captions() -> Mapping[str, str]:
    """What stands below each table in the code."""
    body = ast.parse(Path(tables.__file__).read_text(encoding="utf-8")).body
    found = {}
    for statement, below in pairwise(body):
        match statement, below:
            case ast.Assign(targets=[ast.Name(id=name)]), ast.Expr(value=ast.Constant(value=str(words))):
                found[name.lower()] = words
    return found


def _type(column: sa.Column[Any]) -> str:
    kinds = ((Utc, "moment"), (sa.JSON, "JSON"), (sa.Boolean, "true or false"), (sa.Text, "text"))
    word = next((word for kind, word in kinds if isinstance(column.type, kind)), "number")
    return word + (", or null" if column.nullable else "")


def _meaning(column: sa.Column[Any]) -> str:
    refers = [f"to `{key.column.table.name}`" for key in column.foreign_keys]
    return "; ".join(filter(None, (*refers, column.doc)))
