"""Columns of tables: a name, a type that never depends on the data, a description, and how their value is found."""

import json
import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from graphlib import TopologicalSorter
from itertools import pairwise
from types import NoneType
from typing import Any, Final, NamedTuple, TypeAlias, get_args, get_origin

from pydantic import BaseModel

from schemas.trial import Arm, Contact, Criterion, Enrollment, Intervention, Location, Outcome, SecondaryId
from schemas.values import Age, PartialDate
from scraper.exports.formats import Inexpressible

Value: TypeAlias = str | int | bool | date | datetime | tuple[str, ...] | None
"""What a cell can hold; a moment is a `datetime` in UTC."""


class Kind(StrEnum):
    """The type of a column."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    """A text in ISO 8601, as precise as the page: `2021`, `2021-08` or `2021-08-01`."""
    DAY = "day"
    MOMENT = "moment"
    """In UTC."""
    LIST = "list"
    """Of texts; one text where a format has no lists, see `joined`."""


class Column(NamedTuple):
    """One column."""

    name: str
    kind: Kind
    description: str
    of: Callable[[Any], Value]
    """The value, from what the table's row is made of."""
    path: str = ""
    """The canonical field that it shows."""
    words: tuple[str, ...] = ()
    """The only words that it can hold; none where it can hold others."""

    @property
    def meaning(self) -> str:
        """All that a reader should know."""
        return f"{self.description} One of {', '.join(self.words)}." if self.words else self.description


Of = Callable[[Any], Any]
"""Finds something in what a row is made of."""


def text(name: str, description: str, of: Callable[[Any], str | None], path: str = "") -> Column:
    """A column of texts, which every format can hold as they are."""

    def value(row: object) -> str | None:
        found = of(row)
        return None if found is None else plain(str(found))

    return Column(name, Kind.TEXT, description, value, path)


def listed(name: str, description: str, of: Callable[[Any], Iterable[str]], path: str = "") -> Column:
    """A column of lists of texts."""
    return Column(name, Kind.LIST, description, lambda row: tuple(plain(str(one)) for one in of(row)), path)


def within(column: Column, of: Of) -> Column:
    """A column whose value is found in a part of what the row is made of."""
    return column._replace(of=lambda row: column.of(of(row)))


def columns_of(model: type[BaseModel], of: Of, *, without: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns that show the plain fields of a part of a record; its lists of parts have tables of their own.

    Args:
        model: the part's class.
        of: finds the part in what a row is made of; None where there is none.
        without: fields that are left out.
    """
    return tuple(column for column in _columns(model, of) if column.path not in without)


def joined(values: Iterable[str]) -> str:
    r"""A list as one text, its entries between ` | ` as in the registry's own tables; a `|` within one is `\|`."""
    return " | ".join(value.replace("|", r"\|") for value in values)


def plain(text: str) -> str:
    r"""A text that every format can hold: control characters are escapes such as `\x1b`, lines end with `\n`."""
    return _UNWRITABLE.sub(_escape, text) if _UNWRITABLE.search(text) else text


def integer(number: int) -> int:
    """The number, if every format can hold it.

    Raises:
        Inexpressible: it is too great.
    """
    if number > _GREATEST:
        raise Inexpressible(f"it has a number of {len(str(number))} digits")
    return number


def as_text(value: object) -> str:
    """A value given as JSON as one text: a text as it is, all else as JSON with names in the order of the schema."""
    return plain(value) if isinstance(value, str) else plain(json.dumps(_in_order(value), ensure_ascii=False))


def _in_order(value: object) -> object:
    """The same in one order: PostgreSQL keeps the names in an order of its own."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value, key=lambda name: (_PLACES.get(name, 0), name))}
    return [_in_order(one) for one in value] if isinstance(value, (list, tuple)) else value


def days(value: PartialDate) -> tuple[date, date]:
    """The first and the last day that a date can be."""
    first, last = value.month or 1, value.month or 12
    return (
        date(value.year, first, value.day or 1),
        date(value.year, last, value.day or monthrange(value.year, last)[1]),
    )


_PARTS: Final = frozenset({"design", "eligibility"})
"""Fields whose parts are fields themselves, which have names of their own without the whole's."""


def _places(*models: type[BaseModel]) -> Mapping[str, int]:
    before = TopologicalSorter[str]()
    for model in models:
        for earlier, later in pairwise(model.model_fields):
            before.add(later, earlier)
    return {name: place for place, name in enumerate(before.static_order())}


_PLACES: Final = _places(Age, Arm, Contact, Criterion, Enrollment, Intervention, Location, Outcome, SecondaryId)
"""Where a name stands, so that those of each part are in its order."""

_GREATEST: Final = 2**53
"""The greatest integer that every format holds as it is: spreadsheets count in floating point."""

_UNWRITABLE: Final = re.compile("\r\n?|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML, and with it a spreadsheet, cannot hold, nor UTF-8."""


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign.startswith("\r"):
        return "\n"
    return f"\\x{ord(sign):02x}" if sign < "\u0100" else f"\\u{ord(sign):04x}"


def _columns(model: type[BaseModel], of: Of, prefix: str = "", above: str = "", whole: str = "") -> Iterator[Column]:
    for name, field in model.model_fields.items():
        kinds = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
        kind = next((one for one in kinds if one is not NoneType), str)
        meaning = " ".join(f"{whole} {field.description or ''}".split())
        path, column, part = f"{above}{name}", f"{prefix}{name}", _part(of, name)
        if get_origin(field.annotation) is tuple:
            if not issubclass(kind, BaseModel):
                yield listed(column, meaning, part, path)._replace(words=_words(kind))
        elif issubclass(kind, BaseModel):
            start, what = ("", "") if name in _PARTS else (f"{column}_", meaning)
            yield from _columns(kind, part, start, f"{path}.", what)
        elif issubclass(kind, PartialDate):
            yield Column(column, Kind.DATE, meaning, part, path)
            yield Column(f"{column}_earliest", Kind.DAY, f"The first day that `{column}` can be.", _day(part, 0), path)
            yield Column(f"{column}_latest", Kind.DAY, f"The last day that `{column}` can be.", _day(part, 1), path)
        elif kind is int:
            yield Column(column, Kind.INTEGER, meaning, _checked(part), path)
        elif kind in _PLAIN:
            yield Column(column, _PLAIN[kind], meaning, part, path)
        else:
            yield text(column, meaning, part, path)._replace(words=_words(kind))


def _words(kind: type) -> tuple[str, ...]:
    return tuple(map(str, kind)) if issubclass(kind, StrEnum) else ()


_PLAIN: Final = {bool: Kind.BOOLEAN, datetime: Kind.MOMENT}
"""Types that are no text; vocabularies are."""


def _part(of: Of, name: str) -> Of:
    return lambda row: None if (whole := of(row)) is None else getattr(whole, name)


def _checked(of: Of) -> Of:
    return lambda row: None if (number := of(row)) is None else integer(number)


def _day(of: Of, place: int) -> Of:
    return lambda row: None if (value := of(row)) is None else days(value)[place]
