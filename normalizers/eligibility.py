"""Who can take part: ages, sex, healthy volunteers, and the criteria of both sides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from normalizers.ages import is_backwards
from normalizers.lost_characters import has_lost_character
from normalizers.notes import Notes
from schemas.extraction import Extraction
from schemas.record import IssueCode
from schemas.trial import Criterion, Eligibility


def read_eligibility(
    notes: Notes, extraction: Extraction, values: Mapping[str, Any], damage: str | None
) -> Eligibility:
    """Read who can take part.

    Args:
        notes: gets the words behind each value, and what is doubtful.
        extraction: what the page says.
        values: what was read already: sex, ages, healthy volunteers.
        damage: how the site damages criteria, where it is known to.
    """
    if is_backwards(values.get("minimum_age"), values.get("maximum_age")):
        limits = [extraction.quotes(f"eligibility.{name}")[0] for name in ("minimum_age", "maximum_age")]
        if limits[0] != limits[1]:  # one phrase that holds both has an order of its own
            words = f"{limits[0].text} to {limits[1].text}"
            notes.issue("eligibility.minimum_age", IssueCode.MISMATCH, words, "the minimum is above the maximum")
    parts = [
        notes.criteria("eligibility" if text.side == "other" else f"eligibility.{text.side}", text)
        for text in extraction.criteria
    ]
    read = Eligibility(
        **values,
        inclusion=tuple(criterion for part in parts for criterion in part.inclusion),
        exclusion=tuple(criterion for part in parts for criterion in part.exclusion),
        other=tuple(criterion for part in parts for criterion in part.other),
    )
    for part in parts:
        for doubt in part.doubts:
            notes.issue("eligibility", IssueCode.AMBIGUOUS, doubt.text, doubt.message)
    if damage is not None:
        _distrust(notes, read, damage)
    return read


def _distrust(notes: Notes, read: Eligibility, damage: str) -> None:
    """Note each kind of damage once a page, with the first criterion that can have it: it is the site's.

    A comparison sign can be wrong or gone wherever a number stands, and a `?` stand for any sign.
    """
    doubtful: dict[str, list[tuple[str, str]]] = {}
    for side in ("inclusion", "exclusion", "other"):
        for path, text in _texts(f"eligibility.{side}", getattr(read, side)):
            if any(map(str.isdigit, text)):
                doubtful.setdefault(damage, []).append((path, text))
            elif has_lost_character(text):
                doubtful.setdefault("a sign in these words was lost on this site", []).append((path, text))
    for reason, criteria in doubtful.items():
        path, text = criteria[0]
        if len(criteria) == 1:
            notes.issue(path, IssueCode.UNTRUSTED, text, reason)
        else:
            notes.issue("eligibility", IssueCode.UNTRUSTED, text, f"{reason} (so in {len(criteria):,} criteria)")


def _texts(path: str, criteria: Iterable[Criterion]) -> Iterator[tuple[str, str]]:
    """The criteria's paths and words, also those of their children."""
    for place, criterion in enumerate(criteria):
        here = f"{path}[{place}]"
        yield here, criterion.text
        yield from _texts(f"{here}.children", criterion.children)
