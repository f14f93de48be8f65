"""Tables as Arrow has them: typed batches of rows, which Parquet and DuckDB take as they are."""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa

from scraper.exports.columns import Kind
from scraper.exports.table import Row, Table

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.LIST: pa.list_(pa.string()),
}


def described(name: str, kind: Any, description: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    """A field with what it means in its metadata."""
    return pa.field(name, kind, metadata={"description": description} if description else None)


def schema_of(table: Table) -> Any:  # noqa: ANN401
    """The Arrow schema of a table."""
    fields = [described(column.name, _TYPES[column.kind], column.meaning) for column in table.columns]
    return pa.schema(fields, metadata={"description": table.description})


def rows_as_arrow(schema: Any, rows: Iterable[Row]) -> Any:  # noqa: ANN401
    """Rows of a table as an Arrow table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
