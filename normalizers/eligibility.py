"""Who can take part: ages, sex, healthy volunteers, and the criteria of both sides."""

from collections.abc import Iterable, Iterator

from normalizers import phrases
from normalizers.ages import AgeRange, age, age_range, is_backwards
from normalizers.lost_characters import has_lost_character
from normalizers.notes import Notes
from schemas.raw import Quote, RawTrial
from schemas.record import IssueCode
from schemas.trial import Criterion, Eligibility


def read_eligibility(notes: Notes, raw: RawTrial, damage: str | None) -> Eligibility:
    """Read who can take part.

    Args:
        notes: gets the words behind each value, and what is doubtful.
        raw: what the page says.
        damage: how the site damages criteria, where it is known to.
    """
    if raw.ages is None:
        minimum = notes.one("eligibility.minimum_age", raw.minimum_age, age)
        maximum = notes.one("eligibility.maximum_age", raw.maximum_age, age)
    else:
        minimum, maximum = _ages(notes, raw.ages)
    if is_backwards(minimum, maximum) and raw.minimum_age is not None and raw.maximum_age is not None:
        limits = f"{raw.minimum_age.text} to {raw.maximum_age.text}"
        notes.issue("eligibility.minimum_age", IssueCode.MISMATCH, limits, "the minimum is above the maximum")
    parts = (
        notes.criteria("eligibility.inclusion", raw.inclusion, "inclusion"),
        notes.criteria("eligibility.exclusion", raw.exclusion, "exclusion"),
        notes.criteria("eligibility", raw.criteria, "other"),
    )
    read = Eligibility(
        sex=notes.one("eligibility.sex", raw.sex, phrases.sex),
        minimum_age=minimum,
        maximum_age=maximum,
        healthy_volunteers=notes.one(
            "eligibility.healthy_volunteers", raw.healthy_volunteers, phrases.healthy_volunteers
        ),
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


def _ages(notes: Notes, quote: Quote) -> AgeRange:
    """Both limits stand in one phrase."""
    limits = notes.one("eligibility.minimum_age", quote, age_range)
    if limits is None:
        return AgeRange(None, None)
    notes.quote("eligibility.maximum_age", quote)
    return limits


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
