"""The rules of a consensus: one row a field, in the order of the schema."""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

from normalizers.consensus import criteria, entries, texts, values
from normalizers.consensus.likeness import Compared, plain
from schemas.record import IssueCode
from schemas.trial import Trial

DOUBTS: Final = frozenset({IssueCode.AMBIGUOUS, IssueCode.MISMATCH, IssueCode.NOT_UNDERSTOOD, IssueCode.UNTRUSTED})
"""The issues that make a value doubtful; the others say that one is missing or that something was not read."""


class Rule(NamedTuple):
    """How the value of one field is chosen, and how the others are compared with it."""

    field: str
    """The canonical path."""
    compare: Callable[[Any, Any], Compared]
    """The chosen value, or what holds it, and another page's."""
    says: str
    """What makes no conflict, for people."""
    changes: bool = False
    """Whether it changes in the course of a trial: then the newest observation counts, and an older one is none."""
    is_precise: bool = False
    """Whether a value that says more, or follows, wins even over the registry's: a date with its day."""
    has_words: bool = False
    """Whether a site's own words for the same things are variants."""
    stands_back: Callable[[Trial], bool] = lambda _: False
    """Whether what a page shows counts after what others show that are as free of doubt and as new."""
    excused_by: frozenset[IssueCode] = DOUBTS
    """The doubts that explain any other value."""
    reads: Callable[[Trial], Any] | None = None
    """What is compared, where it is more than the field."""
    denies: Callable[[Trial, Trial], bool] | None = None
    """Whether a page that shows nothing here says by the rest that what a page behind it shows does not stand."""


def _criteria(side: str) -> Rule:
    """A list of criteria. That a site loses signs explains a lost sign, and no other words."""
    return Rule(
        f"eligibility.{side}",
        partial(criteria.compared, side),
        "white space, markers, nesting, how items are divided, signs that one page lost; a page without headings says"
        " less; what one page demands and the other forbids is a conflict whatever the doubts",
        excused_by=DOUBTS - {IssueCode.UNTRUSTED},
        stands_back=criteria.have_no_headings if side == "other" else lambda _: False,
        reads=attrgetter("eligibility"),
        denies=partial(criteria.deny, side),
    )


_EXACT: Final = "nothing: it is one value of a fixed list"
_DATE: Final = "a month without its day says less"
_PROSE: Final = "white space, case, markup; a text that is a part of the other says less"
_AGE: Final = (
    "the same limit in another unit is a variant; no limit of one page is joined to another page's limit below it"
)
_SPELLINGS: Final = "spellings of one name are variants"

RULES: Final = (
    Rule("nct_id", plain, "nothing: it alone joins pages"),
    Rule(
        "secondary_ids", entries.secondary_ids, "white space and signs within a number; who gave it; a list with fewer"
    ),
    Rule("title", texts.title, "case, quotes, dashes, the acronym in parentheses; a title that is cut off says less"),
    Rule("official_title", texts.title, "case, quotes, dashes; a title that is cut off says less"),
    Rule("acronym", texts.short, "case, white space, signs"),
    Rule("sponsor", values.organisation, _SPELLINGS),
    Rule("collaborators", values.organisations, f"{_SPELLINGS}; a list with fewer says less"),
    Rule("funder_types", values.options, "a list with fewer says less"),
    Rule("status", values.status, "an older status; `UNKNOWN` follows an open status", changes=True, is_precise=True),
    Rule("phases", values.whole_set, "order: phases 2 and 3 are another phase than phase 2"),
    Rule("study_type", plain, _EXACT),
    Rule("conditions", values.words, "order, case, the order of words; a list with fewer says less", has_words=True),
    Rule("keywords", values.words, "order, case, the order of words; a list with fewer says less", has_words=True),
    Rule("interventions", entries.interventions, "order, case; a list with fewer says less"),
    Rule("arms", entries.arms, "order, case; an arm without its type or description says less"),
    Rule(
        "enrollment",
        values.enrollment,
        "an older number; one without its kind says less",
        changes=True,
        is_precise=True,
    ),
    Rule("design.primary_purpose", plain, _EXACT),
    Rule("design.allocation", plain, _EXACT),
    Rule("design.intervention_model", plain, _EXACT),
    Rule("design.masking", plain, _EXACT),
    Rule("design.observational_model", plain, _EXACT),
    Rule("design.time_perspective", plain, _EXACT),
    Rule("eligibility.sex", plain, _EXACT),
    Rule("eligibility.minimum_age", values.age, _AGE, denies=values.denies_age),
    Rule("eligibility.maximum_age", values.age, _AGE, denies=values.denies_age),
    Rule("eligibility.healthy_volunteers", plain, "nothing: it is yes or no"),
    _criteria("inclusion"),
    _criteria("exclusion"),
    _criteria("other"),
    Rule("summary", texts.prose, _PROSE),
    Rule("description", texts.prose, _PROSE),
    Rule("start_date", values.date, f"an older date; {_DATE}", changes=True, is_precise=True),
    Rule("primary_completion_date", values.date, f"an older date; {_DATE}", changes=True, is_precise=True),
    Rule("completion_date", values.date, f"an older date; {_DATE}", changes=True, is_precise=True),
    Rule("last_updated", values.date, f"an older date; {_DATE}", changes=True, is_precise=True),
    Rule(
        "contacts",
        entries.contacts,
        "an older list; how a number is grouped; a list with fewer says less",
        changes=True,
    ),
    Rule(
        "locations", entries.locations, "an older list; names of a country; a list with fewer says less", changes=True
    ),
    Rule(
        "location_count",
        entries.location_counts,
        "an older number; as many as are listed, where the list names fewer",
        changes=True,
        reads=attrgetter("location_count", "locations"),
    ),
    Rule("outcomes", entries.outcomes, "order, case; an outcome without its type or time says less"),
)
"""How each field is decided. White space, typographic signs and letters composed in another way make no difference in
any of them."""
