"""What changed between two versions of a trial: one change for each value that is new, gone or different."""

import hashlib
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from pydantic.main import IncEx
from pydantic_core import to_json

from normalizers.alignment import KINDS, entry_name, pairs
from normalizers.text import composed
from schemas.record import Record
from schemas.trial import Trial
from schemas.values import Json


class Change(NamedTuple):
    """One value that differs."""

    field: str
    """Where, as a path of canonical names: `status`, `enrollment.count`, `arms[UC-MSCs Treatment].description`,
    `eligibility.inclusion[3].children[0].text`. An entry of a list is named in brackets by its own words, shortened
    where they are long; a criterion by its position from 0, in the old list where it is gone, else in the new one. A
    list of plain values is named alone: `conditions`."""
    old: Json
    """The value before, as JSON; null where there was none. Criteria are shown without markers."""
    new: Json
    """The value now; null where there is none any more."""


def content(record: Record) -> dict[str, Json]:
    """What makes a record one version and not another, in one form for all records that say the same.

    It is the trial, and which fields and lists have which kinds of issues. Where and when the page was found, the
    quotes, the issues' words and issues of the page as a whole are no part of it, nor are the criteria's markers,
    which change with every criterion put in before them. In which normal form letters with marks are written makes no
    difference. All lists are sets: an entry counts once, and order means
    nothing. That holds for criteria too: what a heading says of those below it is their cohort.
    Values that are not known and empty lists are left out, so that a field the schema gains changes no content before
    a page shows it.
    """
    trial = _composed(record.trial.model_dump(mode="json", exclude_defaults=True, exclude=_MARKERS))
    return {"trial": _unordered(trial), "issues": [{"field": field, "code": code} for field, code in _issues(record)]}


def content_hash(record: Record) -> str:
    """The SHA-256 of a record's content, in hexadecimal: the same in every process and on every machine.

    Two records have the same hash if, and only if, `changes` finds nothing between them.
    """
    return hashlib.sha256(to_json(content(record))).hexdigest()


def changes(old: Record, new: Record) -> list[Change]:
    """What differs between two records' contents, in the order of the schema, within a list by position.

    Entries of a list that are equal in both are passed over. The others are paired, first by what names them (an
    arm's label, an outcome's type and measure), then with the one that reads most alike; a pair is compared value by
    value, so that a renamed arm is one change, and so is a reworded criterion. What finds no partner is gone or new
    as a whole.

    Args:
        old: the version before.
        new: the version now.
    """
    had, has = _issues(old), _issues(new)
    return [
        *trial_changes(old.trial, new.trial),
        *(Change("issues", {"field": field, "code": code}, None) for field, code in had if (field, code) not in has),
        *(Change("issues", None, {"field": field, "code": code}) for field, code in has if (field, code) not in had),
    ]


def trial_changes(old: Trial, new: Trial) -> list[Change]:
    """What differs between two trials, as `changes` tells it of two records.

    Args:
        old: the version before.
        new: the version now.
    """
    before = _composed(old.model_dump(mode="json", exclude=_MARKERS))
    after = _composed(new.model_dump(mode="json", exclude=_MARKERS))
    return [*_compare("", before, after)]


_WHOLE: Final = frozenset({"eligibility.minimum_age", "eligibility.maximum_age"})
"""Objects that are one value: a number says nothing without its unit."""

_CRITERION: Final[dict[str, IncEx | bool]] = {"marker": True}
_CRITERION["children"] = {"__all__": _CRITERION}  # however deep criteria are nested

_MARKERS: Final[IncEx] = {
    "eligibility": {side: {"__all__": _CRITERION} for side in ("inclusion", "exclusion", "other")}
}
"""What is left out of a trial: the criteria's markers."""


def _issues(record: Record) -> list[tuple[str, str]]:
    """Return which fields have which kinds of issues, in alphabetical order.

    For an entry of a list it is the list, since entries have other positions with every one put in before them.
    """
    return sorted(
        {(issue.field.partition("[")[0], issue.code.value) for issue in record.issues if issue.field is not None}
    )


def _composed(value: Json) -> Json:
    """Return a value with all texts in it in one normal form."""
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, dict):
        return {name: _composed(part) for name, part in value.items()}
    return [_composed(part) for part in value] if isinstance(value, list) else value


def _unordered(value: Json) -> Json:
    """Return a value with all lists in it made sets: sorted, each entry once."""
    if isinstance(value, dict):
        return {name: _unordered(part) if isinstance(part, dict | list) else part for name, part in value.items()}
    if isinstance(value, list):
        entries = {to_json(entry): entry for entry in map(_unordered, value)}
        return [entries[text] for text in sorted(entries)]
    return value


def _compare(path: str, old: Json, new: Json) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(path, old, new)
    elif path not in _WHOLE and (isinstance(old, dict) or isinstance(new, dict)):
        before = old if isinstance(old, dict) else {}
        after = new if isinstance(new, dict) else {}
        for name in before or after:
            yield from _compare(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    else:
        yield Change(path, old, new)


def _compare_lists(path: str, old: Sequence[Json], new: Sequence[Json]) -> Iterator[Change]:
    before, after = _first_positions(old), _first_positions(new)
    gone = {position: old[position] for text, position in before.items() if text not in after}
    come = {position: new[position] for text, position in after.items() if text not in before}
    kind = KINDS.get(_name(path))
    partners = {} if kind is None else pairs(kind, gone, come)
    found = [
        (position, 0, [Change(_at(path, entry, position), entry, None)])
        for position, entry in gone.items()
        if position not in partners.values()
    ]
    for position, entry in come.items():
        if position in partners:
            partner = gone[partners[position]]
            found.append((position, 1, [*_compare(_at(path, partner, position), partner, entry)]))
        else:
            found.append((position, 1, [Change(_at(path, entry, position), None, entry)]))
    for _, _, differences in sorted(found, key=itemgetter(0, 1)):
        yield from differences


def _first_positions(entries: Sequence[Json]) -> dict[bytes, int]:
    """Return where each entry of a set stands first."""
    positions: dict[bytes, int] = {}
    for position, entry in enumerate(entries):
        positions.setdefault(to_json(_unordered(entry)), position)
    return positions


def _at(path: str, entry: Json, position: int) -> str:
    """Return the path of a list's entry."""
    return f"{path}[{entry_name(_name(path), entry) or position}]" if isinstance(entry, dict) else path


def _name(path: str) -> str:
    return path.rpartition(".")[2]
