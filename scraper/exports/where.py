"""Conditions on what is exported: `status=RECRUITING`, `start_date>=2024`, `locations.country = France`.

A condition is a field, an operator and a value. `=` and `!=` compare as a whole, `~` looks for a text within; capitals
make no difference. A list fulfils a condition if one of its entries does, `!=` if none is equal. A value that is not
known fulfils none, but `FIELD=` with nothing behind it asks for just that, and `FIELD!=` for the others. A date that is
a month or a year fulfils what each of its days would.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from normalizers.text import composed
from schemas.values import Age, PartialDate
from schemas.vocabulary import AgeUnit
from scraper.exports.columns import Column, Kind, Value, days
from scraper.exports.formats import Condition, Entry, Level
from scraper.exports.list_tables import list_tables
from scraper.exports.main_table import main_table
from scraper.exports.private import is_of_contacts
from scraper.exports.table import Table

OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "~")

_PARTS: Final = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(!=|<=|>=|=|<|>|~)\s*(.*?)\s*", re.DOTALL)

_YES_OR_NO: Final = {"yes": True, "true": True, "no": False, "false": False}

_MINUTES: Final = {
    AgeUnit.YEARS: 525_960,  # of 365.25 days, so that twelve months are a year
    AgeUnit.MONTHS: 43_830,
    AgeUnit.WEEKS: 10_080,
    AgeUnit.DAYS: 1_440,
    AgeUnit.HOURS: 60,
    AgeUnit.MINUTES: 1,
}


def condition(text: str, level: Level, *, with_contacts: bool) -> Condition:
    """What tells of a trial or page whether a condition holds.

    Args:
        text: the condition.
        level: which of the two.
        with_contacts: whether contacts may be asked for.

    Raises:
        ValueError: it is no condition, there is no such field or word, or the two cannot be compared.
    """
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no condition such as status=RECRUITING; the operators are {' '.join(OPERATORS)}")
    name, operator, value = match.groups()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    try:
        field = _field(name, _fields(level, with_contacts=with_contacts))
    except ValueError:
        if not with_contacts and is_of_contacts(name.lower()):
            raise ValueError(f"{name} can be asked for only with --with-contacts") from None
        raise
    if not value:
        if operator not in {"=", "!="}:
            raise ValueError(f"{text!r}: there is no value behind {operator}")
        return lambda entry: bool(field.values(entry)) is (operator == "!=")
    if operator == "!=":
        equals = _test(field, "=", value)
        return lambda entry: bool(found := field.values(entry)) and not any(map(equals, found))
    holds = _test(field, operator, value)
    return lambda entry: any(map(holds, field.values(entry)))


class _Field(NamedTuple):
    """What a condition is about."""

    name: str
    kind: str
    """A `Kind`, or `_AGE`."""
    words: tuple[str, ...]
    values: Callable[[Entry], list[Any]]
    """The values that are known: one, or as many as a list has."""


_AGE: Final = "age"


def _fields(level: Level, *, with_contacts: bool) -> Mapping[str, _Field]:
    """By the names of columns, and by canonical paths."""
    found: dict[str, _Field] = {}
    for column in main_table(level, with_contacts=with_contacts, alone=True).columns:
        field = _Field(column.name, column.kind, column.words, partial(_of_column, column))
        found[column.name] = field
        found.setdefault(column.path, field)
    for table in list_tables(level, with_contacts=with_contacts):
        for column in table.columns:
            if column.path not in found:
                field = _Field(column.path, column.kind, column.words, partial(_of_table, table, column))
                found[column.path] = field
    for limit in ("minimum_age", "maximum_age"):
        path = f"eligibility.{limit}"
        found[path] = found[limit] = _Field(limit, _AGE, (), partial(_ages, limit))
    found["enrollment"] = found["enrollment_count"]
    found.pop("", None)
    return found


def _of_column(column: Column, entry: Entry) -> list[Any]:
    return _known(column.of(entry))


def _of_table(table: Table, column: Column, entry: Entry) -> list[Any]:
    return [value for item in table.items(entry) for value in _known(column.of(item))]


def _known(value: Value) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [] if value is None else [value]


def _ages(limit: str, entry: Entry) -> list[Any]:
    age: Age | None = getattr(entry.trial.eligibility, limit)
    return [] if age is None else [age]


def _field(name: str, fields: Mapping[str, _Field]) -> _Field:
    field = fields.get(name) or fields.get(name.lower())
    if field is None:
        near = get_close_matches(name.lower(), fields) or [one for one in fields if name.lower() in one][:3]
        cure = f"did you mean {' or '.join(near)}?" if near else "docs/tables.md lists the columns"
        raise ValueError(f"there is no field {name}: {cure}")
    return field


def _test(field: _Field, operator: str, value: str) -> Callable[[Any], bool]:
    """What compares one value of a field."""
    ordered = _ORDERED.get(field.kind)
    if ordered is not None and operator != "~":
        wanted = ordered.span(_parsed(field, ordered.parse, value, ordered.what))
        return lambda found: _compares(operator, ordered.span(found), wanted)
    if field.kind == Kind.BOOLEAN and operator == "=":
        answer = _parsed(field, lambda word: _YES_OR_NO[word.lower()], value, "yes or no")
        return lambda found: found is answer
    if ordered is not None or field.kind == Kind.BOOLEAN or operator not in {"=", "~"}:
        raise ValueError(f"{field.name} cannot be compared by {operator}")
    if operator == "~":
        part = _folded(value)
        return lambda found: part in _folded(found)
    whole = _folded(_word(field, value) if field.words else value)
    return lambda found: _folded(found) == whole


def _word(field: _Field, value: str) -> str:
    """The word of a vocabulary that a user means, who may write it with blanks or small letters."""
    words = {_letters(word): word for word in field.words}
    word = words.get(_letters(value))
    if word is None:
        near = [words[letters] for letters in get_close_matches(_letters(value), words)]
        cure = f"did you mean {' or '.join(near)}?" if near else f"it is one of {', '.join(field.words)}"
        raise ValueError(f"{field.name} is never {value}: {cure}")
    return word


def _letters(word: str) -> str:
    return re.sub(r"[\W_]", "", word).upper()


def _folded(text: str) -> str:
    return " ".join(composed(text).casefold().split())


def _parsed(field: _Field, parse: Callable[[str], Any], text: str, what: str) -> Any:  # noqa: ANN401 - of any kind
    try:
        return parse(text)
    except (ValueError, KeyError):
        raise ValueError(f"{field.name} is compared with {what}, not with {text!r}") from None


def _age(text: str) -> Age:
    match = re.fullmatch(r"(\d{1,6})\s*([a-z]*?)s?", text.lower(), re.ASCII)
    if match is None:
        raise ValueError(text)
    return Age(value=int(match[1]), unit=AgeUnit(f"{match[2].upper() or 'YEAR'}S"))


_Span: TypeAlias = tuple[int, int]
"""The least and the greatest that a value can be: days, minutes or numbers."""


def _days(value: str | date) -> _Span:
    if isinstance(value, date):  # a moment is one, too
        return value.toordinal(), value.toordinal()
    first, last = days(PartialDate(value))
    return first.toordinal(), last.toordinal()


def _minutes(age: Age) -> _Span:
    minutes = age.value * _MINUTES[age.unit]
    return minutes, minutes


class _Order(NamedTuple):
    """How values that are more or less are compared."""

    parse: Callable[[str], Any]
    span: Callable[[Any], _Span]
    what: str
    """What can be compared with them."""


_DATES: Final = _Order(PartialDate, _days, "a date such as 2024, 2024-05 or 2024-05-31")

_ORDERED: Final[Mapping[str, _Order]] = {
    Kind.DATE: _DATES,
    Kind.DAY: _DATES,
    Kind.MOMENT: _DATES,
    Kind.INTEGER: _Order(lambda text: int(text.replace(",", "")), lambda number: (number, number), "a whole number"),
    _AGE: _Order(_age, _minutes, "an age such as 18, 18 years or 6 months"),
}


def _compares(operator: str, found: _Span, wanted: _Span) -> bool:
    """Whether a value surely compares so, whatever of its span it is."""
    (least, greatest), (first, last) = found, wanted
    return {
        "=": first <= least and greatest <= last,
        "<": greatest < first,
        "<=": greatest <= last,
        ">": least > last,
        ">=": least >= first,
    }[operator]
