"""What makes the free words of a row or a list doubtful: a button, another label, another field's value."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from normalizers import phrases
from normalizers.identifiers import nct_ids
from normalizers.interventions import intervention
from normalizers.page_chrome import not_an_entry
from schemas.extraction import Parser
from scraper.layouts.labels import Fields, Label, Reads, one

DATES_NOT_READ = frozenset({"First received", "Verified date"})
"""Rows of dates that no field holds."""

# How registrants say so; `E-mail address` is a label.
_BY_MAIL = re.compile(r"\b(?:only|please|use)\b.*\be-?mail\b|\be-?mail (?:only|please)\b", re.IGNORECASE)


def doubtful_row(name: str, value: str) -> str | None:
    """What makes the value of a row of free words doubtful: a button or another label can stand in its place."""
    if phrases.blank(value):
        return None
    if value.lower().startswith((f"{name.lower()} ", f"{name.lower()}:")):
        return "its own label once more"
    digits = sum(map(str.isdigit, value))
    if name == "Phone" and _BY_MAIL.search(value) and not_an_entry(value) is None:
        return None  # the registrant's own words: `E-mail only`
    if (name == "Secondary ID" and not digits) or (name == "Phone" and digits < sum(map(str.isalpha, value))):
        return "words for a number"
    if name == "Contact" and _ROLE.match(value):
        return "a word that begins no name"
    if name in DATES_NOT_READ:
        return "no date"
    return "a trial's number" if name in _NAMES and nct_ids(value) else None


_ROLE = re.compile(r"[a-z]{4,}:? (?=[A-Z]|n/a)")
"""The rest of a label that begins as this one does: `person Robin Example`, but `de Vries`, `pei shu`."""
_NAMES = frozenset({"Official title", "Source", "Contact"})


def no_condition(text: str) -> str | None:
    """What makes a line no condition, in one phrase: it is a sentence or a control, or another field holds it."""
    if text.endswith((".", "!")) and len(text.split()) > _LONGEST_WITH_A_STOP:
        return "a sentence"
    return not_an_entry(text) or next(
        (f"what {name} holds" for name, reads in _OTHERS if reads(text) is not None), None
    )


_LONGEST_WITH_A_STOP = 4
"""Words of a condition that ends in a full stop: a longer one is a sentence."""
_OTHERS: Sequence[tuple[str, Callable[[str], object]]] = (
    ("the design", phrases.design_parts),
    ("an intervention", intervention),
    ("the status", phrases.status),
    ("the study type", phrases.study_type),
    ("the phase", phrases.phases),
)


def free_row(
    *aliases: str,
    reads: Reads | None = None,
    fields: Fields = (),
    telling: Parser | None = None,
    may_be_blank: bool = False,
    required: bool = False,
) -> Label:
    """A row of a two-column table that holds free words.

    Args:
        aliases: as of `one`; the last one is the row's name without a colon.
        reads: as of `one`.
        fields: as of `one`.
        telling: as of `one`.
        may_be_blank: as of `one`.
        required: as of `one`.
    """
    return one(
        *aliases,
        reads=reads,
        fields=fields,
        telling=telling,
        tells=False,
        inline=True,
        doubts=partial(doubtful_row, aliases[-1]),
        may_be_blank=may_be_blank,
        required=required,
    )
