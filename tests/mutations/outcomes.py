"""What became of a mutant: the same record, an error, a difference that an issue tells, or a quiet one."""

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from normalizers.text import fold
from schemas.record import Issue, IssueCode, Record
from schemas.trial import Criterion, Design, Eligibility, Part, Trial
from tests.mutations.mutant import Mutant

PROSE = frozenset({"summary", "description", "eligibility.inclusion", "eligibility.exclusion", "eligibility.other"})
"""Fields of running text and criteria; all others are typed."""

_PARTS: dict[str, Any] = {"design": Design, "eligibility": Eligibility}
FIELDS = tuple(
    path
    for name in Trial.model_fields
    for path in ([f"{name}.{part}" for part in _PARTS[name].model_fields] if name in _PARTS else [name])
)
_VALUES = [(path, attrgetter(path)) for path in FIELDS]


class Quiet(IntEnum):
    """What is wrong with a value, the worst last."""

    GREW = 1
    """Prose holds its own words and others."""
    LOST = 2
    """A value, an entry or a part of a text is gone."""
    MORE = 3
    """A list has an entry too many."""
    OTHER = 4
    """Another value stands in its place."""
    INVENTED = 5
    """A value stands where there was none."""


class Difference(NamedTuple):
    """A field that is not what it was."""

    field: str
    kind: Quiet
    before: Any
    after: Any

    @property
    def is_typed(self) -> bool:
        return self.field not in PROSE


def differences(before: Trial, after: Trial) -> list[Difference]:
    """The fields in which two trials differ."""
    if before == after:
        return []
    pairs = [(path, value(before), value(after)) for path, value in _VALUES]
    return [Difference(path, kind_of(path, old, new), old, new) for path, old, new in pairs if old != new]


def kind_of(field: str, before: Any, after: Any) -> Quiet:
    """What kind of difference two values of a field have."""
    if after in (None, ()):
        return Quiet.LOST
    if before in (None, ()):
        return Quiet.INVENTED
    if field in PROSE:
        old, new = _lines(before), _lines(after)
        if _is_within(old, new):
            return Quiet.GREW
        return Quiet.LOST if _is_within(new, old) else Quiet.OTHER
    if _is_part(after, before):
        return Quiet.LOST
    if _is_part(before, after):
        return Quiet.MORE if isinstance(after, tuple) and len(after) > len(before) else Quiet.INVENTED
    return Quiet.OTHER


def new_issues(before: Record, after: Record) -> list[Issue]:
    """The issues of a record that another does not have."""
    known = {(issue.field, issue.code, issue.text) for issue in before.issues}
    return [issue for issue in after.issues if (issue.field, issue.code, issue.text) not in known]


def quiet(before: Record, after: Record, mutant: Mutant) -> list[Difference]:
    """The differences that no new issue tells: none names the field, none quotes the mutation's words."""
    found = differences(before.trial, after.trial)
    if not found:
        return []
    issues = new_issues(before, after)
    if any(quotes(issue, words) for issue in issues for words in mutant.words):
        return []
    if mutant.ends_early and any(issue.field is None and issue.code is IssueCode.MISSING for issue in after.issues):
        found = [difference for difference in found if difference.kind is not Quiet.LOST]
    return [difference for difference in found if not any(names(issue, difference.field) for issue in issues)]


def absorbed(before: Record, after: Record) -> list[Difference]:
    """The typed fields that hold something else though no new issue names them.

    An issue that quotes the mutation's words tells the mutant; whoever reads such a field alone is misled all the same.
    """
    issues = new_issues(before, after)
    return [
        difference
        for difference in differences(before.trial, after.trial)
        if difference.is_typed
        and difference.kind >= Quiet.MORE
        and not any(names(issue, difference.field) for issue in issues)
    ]


def names(issue: Issue, field: str) -> bool:
    """Whether an issue is about a field, a part of it, or what it is a part of."""
    return issue.field is not None and (
        issue.field == field
        or issue.field.startswith((f"{field}.", f"{field}["))
        or field.startswith(f"{issue.field}.")
    )


def quotes(issue: Issue, words: str) -> bool:
    """Whether an issue holds the words, or a part of them that is long enough to be told by."""
    wanted = _folded(words)
    for piece in issue.text.split(" | "):
        quoted = _folded(piece.removesuffix("…"))
        if not quoted or not wanted:
            continue
        if quoted == wanted or (len(wanted) >= _TELLING and wanted in quoted):
            return True
        if len(quoted) >= _TELLING and quoted in wanted:
            return True
    return False


_TELLING = 4
"""How many letters a quotation has at the least that is not all of the words: `of` tells nothing."""

_folded = cache(fold)


def _is_part(part: Any, whole: Any) -> bool:
    """Whether a value says nothing that another does not say, and what it says in the same order."""
    if part == whole or part in (None, ()):
        return True
    if isinstance(part, tuple) and isinstance(whole, tuple):
        rest = iter(whole)
        return all(any(_is_part(entry, other) for other in rest) for entry in part)
    if isinstance(part, Part) and isinstance(whole, Part):
        return all(_is_part(value, getattr(whole, name)) for name, value in part)
    return False


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return [line.strip() for line in value.split("\n") if line.strip()]
    return [text for criterion in value for text in _texts(criterion)]


def _texts(criterion: Criterion) -> Iterator[str]:
    if criterion.cohort:
        yield criterion.cohort
    yield criterion.text
    for child in criterion.children:
        yield from _texts(child)


def _is_within(part: list[str], whole: list[str]) -> bool:
    """Whether all lines stand in another text, in their order."""
    rest = iter(whole)
    return all(any(line in other for other in rest) for line in part)
