"""The tables of what a trial has several of: a row for each condition, arm, criterion, location and so on."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from schemas.trial import Arm, Contact, Criterion, Intervention, Location, Outcome, SecondaryId, Trial
from scraper.exports.columns import Column, Kind, columns_of, text, within
from scraper.exports.formats import Entry, Level
from scraper.exports.main_table import NCT_ID, PAGE
from scraper.exports.table import Table


class Item(NamedTuple):
    """One of several things of an entry, and its place among them."""

    entry: Entry
    position: int
    value: Any


def list_tables(level: Level, *, with_contacts: bool) -> Iterator[Table]:
    """The tables, in the order of the schema.

    Args:
        level: whether they are of trials, or of pages.
        with_contacts: whether there is one of contacts.
    """
    yield _of_texts("conditions", "condition", level)
    yield _of_texts("keywords", "keyword", level)
    yield _of_texts("collaborators", "collaborator", level)
    yield _of_parts("secondary_ids", SecondaryId, level)
    yield _of_parts("interventions", Intervention, level)
    yield _of_parts("arms", Arm, level)
    meaning = "Who may take part: one row for each criterion, in the order of the page."
    yield _table("criteria", meaning, level, _CRITERION, _placed)
    yield _of_parts("outcomes", Outcome, level)
    yield _of_parts("locations", Location, level)
    if with_contacts:
        yield _of_parts("contacts", Contact, level)


def of_entry(column: Column) -> Column:
    """A column of the entry that an item belongs to."""
    return within(column, lambda item: item.entry)


POSITION: Final = Column("position", Kind.INTEGER, "The place in the list, from 0.", lambda item: item.position)


def _table(
    name: str, meaning: str, level: Level, own: tuple[Column, ...], of: Callable[[Trial], Iterable[object]]
) -> Table:
    above = (NCT_ID,) if level == "trial" else (NCT_ID, PAGE)

    def items(entry: Entry) -> list[Item]:
        return [Item(entry, position, value) for position, value in enumerate(of(entry.trial))]

    key = (*(column.name for column in above), POSITION.name)
    return Table(name, meaning, (*map(of_entry, above), POSITION, *own), items, key)


def _of_texts(name: str, column: str, level: Level) -> Table:
    meaning = _meaning(name)
    return _table(name, meaning, level, (text(column, meaning, _value, name),), lambda trial: getattr(trial, name))


def _of_parts(
    name: str, part: type[Arm | Contact | Intervention | Location | Outcome | SecondaryId], level: Level
) -> Table:
    columns = tuple(column._replace(path=f"{name}.{column.path}") for column in columns_of(part, _value))
    return _table(name, _meaning(name), level, columns, lambda trial: getattr(trial, name))


def _meaning(name: str) -> str:
    return " ".join((Trial.model_fields[name].description or "").split())


def _value(item: Item) -> Any:  # noqa: ANN401 - of any list
    return item.value


class _Placed(NamedTuple):
    """A criterion in its tree."""

    side: str
    path: str
    parent: int | None
    depth: int
    criterion: Criterion


_CRITERION: Final = (
    text(
        "side", "`inclusion`, `exclusion`, or `other` where the page does not surely say.", lambda one: one.value.side
    ),
    Column(
        "parent", Kind.INTEGER, "The position of the criterion above; blank at the top.", lambda one: one.value.parent
    ),
    Column("depth", Kind.INTEGER, "How many criteria stand above it.", lambda one: one.value.depth),
    text("path", "Its canonical path, as `trialpages explain` takes it.", lambda one: one.value.path),
    *columns_of(Criterion, lambda one: one.value.criterion),
)


def _placed(trial: Trial) -> list[_Placed]:
    found: list[_Placed] = []

    def walk(criteria: Iterable[Criterion], side: str, path: str, parent: int | None, depth: int) -> None:
        for number, one in enumerate(criteria):
            here = len(found)
            found.append(_Placed(side, f"{path}[{number}]", parent, depth, one))
            walk(one.children, side, f"{path}[{number}].children", here, depth + 1)

    for side in ("inclusion", "exclusion", "other"):
        walk(getattr(trial.eligibility, side), side, f"eligibility.{side}", None, 0)
    return found
