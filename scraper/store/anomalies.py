"""Anomalies: changes of a trial that are improbable, so that a mistake of the site or of the reader is likelier."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from normalizers.alignment import trigrams
from normalizers.changes import Change
from schemas.consensus import Consensus
from schemas.record import Record
from schemas.trial import Criterion
from schemas.values import PartialDate
from schemas.vocabulary import Status


def anomalies(
    changes: Sequence[Change], old: Record | Consensus, new: Record | Consensus, seen_at: datetime | None
) -> list[str | None]:
    """Why each change is improbable, in a short phrase such as `moved by 3 years`; None where it is ordinary.

    An anomaly asks a person to look; the change may be right all the same. An anomaly of a list as a whole is given
    for each change in it.

    Args:
        changes: what `normalizers.changes` found between the two records or trials.
        old: the version before.
        new: the version now.
        seen_at: when its page was fetched or captured; None where nothing says when.
    """
    lists = [change.field.partition("[")[0] for change in changes]
    of_lists = {name: _list_anomaly(name, changes, old, new) for name in _LISTS.intersection(lists)}
    return [
        of_lists.get(name) or _value_anomaly(change, new, seen_at) for name, change in zip(lists, changes, strict=True)
    ]


def _value_anomaly(change: Change, new: Record | Consensus, seen_at: datetime | None) -> str | None:
    """Return what is improbable about one value."""
    # In some time zones it is the next day already.
    tomorrow = None if seen_at is None else f"{seen_at + timedelta(days=1):%Y-%m-%d}"
    match change.old, change.new:
        case _, str(after) if change.field == "last_updated" and tomorrow is not None and after > tomorrow:
            return "after the day on which it was seen"
        case str(before), str(after) if change.field in _RULES:
            return _RULES[change.field](before, after)
        case int(before), int(after) if change.field == "enrollment.count":
            # A trial that was withdrawn has no participants, whatever it hoped for.
            return None if new.trial.status == Status.WITHDRAWN and not after else _other_size(before, after)
        case _, None if not (change.field.endswith("]") or change.field.rpartition(".")[2] in _COME_AND_GO):
            return "there is none any more"
    return None


def _other_years(old: str, new: str) -> str | None:
    first, last = sorted([PartialDate(old), PartialDate(new)])
    years = last.year - first.year
    # The month or day that one of them leaves open is taken to be that of the other.
    if (last.month or first.month or 0, last.day or first.day or 0) < (
        first.month or last.month or 0,
        first.day or last.day or 0,
    ):
        years -= 1
    return f"moved by {years} years" if years >= 2 else None


def _earlier(old: str, new: str) -> str | None:
    return "earlier than before" if new < old[: len(new)] else None


def _reopened(old: str, new: str) -> str | None:
    return f"back from {old}" if old in _ENDED and new in _OPEN else None


def _other_name(old: str, new: str) -> str | None:
    before, after = trigrams(old), trigrams(new)
    return "wholly different words" if len(before & after) < 0.25 * min(len(before), len(after)) else None


def _other_type(_: str, new: str) -> str | None:
    return f"hardly any trial becomes {new}"


def _shrunk(old: str, new: str) -> str | None:
    return f"{len(old):,} characters shrunk to {len(new):,}" if len(old) >= 5 * len(new) else None


def _other_size(old: int, new: int) -> str | None:
    if old >= 10 * new:
        return f"{old // new:,} times fewer" if new else f"none left of {old:,}"
    if new >= 10 * old:
        return f"{new // old:,} times as many" if old else "none before"
    return None


_RULES: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    "completion_date": _other_years,
    "description": _shrunk,
    "last_updated": _earlier,  # it leaps ahead by years whenever an old entry is brought up to date
    "official_title": _other_name,
    "primary_completion_date": _other_years,
    "sponsor": _other_name,
    "start_date": _other_years,
    "status": _reopened,
    "study_type": _other_type,
    "summary": _shrunk,
    "title": _other_name,
}
"""Fields that hold words, each with its rule for a change from one text to another."""

_ENDED: Final = frozenset({Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN})

_ENROLLING: Final = frozenset({Status.ENROLLING_BY_INVITATION, Status.NOT_YET_RECRUITING, Status.RECRUITING})

_OPEN: Final = _ENROLLING | {Status.ACTIVE_NOT_RECRUITING, Status.AVAILABLE, Status.SUSPENDED}

_CRITERIA: Final = frozenset({"eligibility.inclusion", "eligibility.exclusion", "eligibility.other"})

_PLAIN: Final = frozenset({"collaborators", "conditions", "funder_types", "interventions", "keywords", "phases"})
"""Lists of plain values: their changes have the list's name alone. An arm's interventions are one, too."""

_LISTS: Final = _CRITERIA | _PLAIN | {"arms", "contacts", "locations", "outcomes", "secondary_ids"}

_COME_AND_GO: Final = _PLAIN | {"issues", "maximum_age", "minimum_age"}
"""What may vanish without being an anomaly: an entry of a list, or an age limit, since a trial may have none."""


def _list_anomaly(name: str, changes: Sequence[Change], old: Record | Consensus, new: Record | Consensus) -> str | None:
    """Return what is improbable about a list as a whole."""
    before: Sequence[object] = attrgetter(name)(old.trial)
    after: Sequence[object] = attrgetter(name)(new.trial)
    if before and not after:
        # Registries take the contacts away when nobody can enrol any more.
        may_go = name == "contacts" and new.trial.status not in _ENROLLING
        return None if may_go else f"none left of {len(before)}"
    if name not in _CRITERIA or not before:
        return None
    return _shrunk(_words(attrgetter(name)(old.trial)), _words(attrgetter(name)(new.trial))) or _mostly_changed(
        name, changes, len(before), len(after)
    )


def _words(criteria: Sequence[Criterion]) -> str:
    return "".join(criterion.text + _words(criterion.children) for criterion in criteria)


def _mostly_changed(name: str, changes: Sequence[Change], before: int, after: int) -> str | None:
    """Return in what share criteria changed where it is more than half, of those before or of those now."""
    gone: set[tuple[str, bool]] = set()
    come: set[tuple[str, bool]] = set()
    for change in changes:
        criterion = re.match(rf"{re.escape(name)}\[\d+\]", change.field)
        if criterion is not None:
            whole = criterion[0] == change.field
            if not (whole and change.old is None):
                gone.add((criterion[0], whole))  # of whole ones the place is the old one, of others the new one
            if not (whole and change.new is None):
                come.add((criterion[0], whole))
    for number, total in ((len(gone), before), (len(come), after)):
        if number >= 3 and 2 * number > total:
            return f"{number} of {total} criteria changed at once"
    return None
