"""The decisions of a consensus: for each field the page whose value counts, and how the others stand to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from normalizers.consensus.likeness import DIFFERENT, SAME, Compared, Likeness
from normalizers.consensus.pages import Doubt, Page, dated
from normalizers.consensus.rules import DOUBTS, RULES, Rule
from schemas.consensus import Consensus, Decision, Nearness, Observation, Opinion, Origin, Relation
from schemas.trial import Design, Eligibility, Trial

_NO_ORIGINS: Final[Mapping[str, Origin]] = MappingProxyType({})


def consensus(observations: Iterable[Observation], origins: Mapping[str, Origin] = _NO_ORIGINS) -> Consensus:
    """One trial from what its pages show.

    The result does not depend on the order of the observations. Each value stands as a whole on one page.

    Args:
        observations: of one trial, one of each site and layout; equal ones count once.
        origins: where the pages have their values from, by site and layout (`veeva/study`).

    Raises:
        ValueError: there is none, they are of several trials, or two that differ are of one page.
    """
    found = _of_one_trial(observations)
    pages = dated(found, origins)
    decisions: dict[str, Decision] = {}
    values: dict[str, Any] = {}
    for rule in RULES:
        shown = [page for page in pages if _value(rule.field, page) not in _BLANK]
        if shown:
            chosen, decisions[rule.field] = _decision(rule, shown, pages)
            if decisions[rule.field].value not in ([], None):
                values[rule.field] = _value(rule.field, chosen)
    return Consensus(
        trial=_trial(values),
        sources=tuple(page.observation.record.source for page in pages),
        decisions=decisions,
    )


_BLANK: Final = (None, ())


def _of_one_trial(observations: Iterable[Observation]) -> list[Observation]:
    found: dict[str, Observation] = {}
    for one in observations:
        if found.setdefault(one.key, one) != one:
            raise ValueError(f"two observations of one page: {one.key}")
    if not found:
        raise ValueError("a consensus needs one observation at the least")
    ids = sorted({one.record.trial.nct_id for one in found.values()})
    if len(ids) > 1:
        raise ValueError(f"a consensus is of one trial, and these are several: {', '.join(ids)}")
    return list(found.values())


def _value(field: str, page: Page) -> Any:  # noqa: ANN401 - the fields have values of all kinds
    return _GETTERS[field](page.observation.record.trial)


_GETTERS: Final = {rule.field: attrgetter(rule.field) for rule in RULES}


def _trial(values: Mapping[str, Any]) -> Trial:
    parts: dict[str, dict[str, Any]] = {"design": {}, "eligibility": {}}
    own: dict[str, Any] = {}
    for field, value in values.items():
        whole, _, part = field.partition(".")
        if part:
            parts[whole][part] = value
        else:
            own[whole] = value
    return Trial(**own, design=Design(**parts["design"]), eligibility=Eligibility(**parts["eligibility"]))


class _Rank(NamedTuple):
    """What decides between pages, in this order; the lowest counts."""

    doubt: Doubt
    age: int
    """Of values that change over time: days before the last day there is."""
    stands_back: bool
    """As the field's rule says."""
    own_words: bool
    nearness: Nearness
    key: str


def _rank(rule: Rule, page: Page) -> _Rank:
    as_of = page.as_of or date.min
    return _Rank(
        page.doubt(rule.field),
        date.max.toordinal() - as_of.toordinal() if rule.changes else 0,
        rule.stands_back(page.observation.record.trial),
        rule.field in page.origin.own_words,
        page.origin.nearness,
        page.key,
    )


def _decision(rule: Rule, shown: Sequence[Page], pages: Sequence[Page]) -> tuple[Page, Decision]:
    """The page whose value counts, and the decision."""
    ranks = {page.key: _rank(rule, page) for page in (shown if rule.denies is None else pages)}
    ordered = sorted(shown, key=lambda page: ranks[page.key])
    chosen = _denying(rule, ordered, pages, ranks)
    if chosen is None:
        chosen = _fullest(rule, ordered, ranks)
        reason = _reason(chosen, ordered, ranks)
    else:
        reason = "a page that comes first shows nothing here, and by the rest of what it shows nothing can stand here"
    others = sorted((page for page in shown if page is not chosen), key=attrgetter("key"))
    return chosen, Decision(
        field=rule.field,
        value=chosen.value(rule.field),
        page=chosen.key,
        rule=reason,
        opinions=tuple(_opinion(rule, chosen, page) for page in ((chosen, *others) if chosen in shown else others)),
    )


def _denying(rule: Rule, shown: Sequence[Page], pages: Sequence[Page], ranks: Mapping[str, _Rank]) -> Page | None:
    """The first page that comes before all that show the field, shows nothing here, and denies what they show."""
    if rule.denies is None:
        return None
    ordered = sorted(pages, key=lambda page: ranks[page.key])
    for page in ordered[: ordered.index(shown[0])]:
        trial = page.observation.record.trial
        if all(rule.denies(trial, other.observation.record.trial) for other in shown):
            return page
    return None


def _fullest(rule: Rule, ordered: Sequence[Page], ranks: Mapping[str, _Rank]) -> Page:
    """The first page, or one as good that says the same and more, or what became of it."""
    chosen = ordered[0]
    best = ranks[chosen.key]
    if best.nearness is Nearness.REGISTRY and not rule.is_precise:
        return chosen
    equals = [page for page in ordered[1:] if ranks[page.key][:4] == best[:4]]
    while page := next((page for page in equals if _compared(rule, chosen, page).likeness in _FURTHER), None):
        chosen = page
        equals.remove(page)
    return chosen


_FURTHER: Final = frozenset({Likeness.MORE, Likeness.LATER})


def _compared(rule: Rule, chosen: Page, page: Page) -> Compared:
    ours, theirs = _value(rule.field, chosen), _value(rule.field, page)
    if ours == theirs:
        return SAME
    if rule.reads is not None:
        ours, theirs = (rule.reads(one.observation.record.trial) for one in (chosen, page))
    return DIFFERENT if ours in _BLANK else rule.compare(ours, theirs)


def _reason(chosen: Page, ordered: Sequence[Page], ranks: Mapping[str, _Rank]) -> str:
    """The rule that chose a page before the others."""
    if len(ordered) == 1:
        return "the only page that shows it"
    if chosen is not ordered[0]:
        return "it says more than a page that is as good, and contradicts it in nothing"
    best, next_best = ranks[ordered[0].key], ranks[ordered[1].key]
    if best.doubt is not next_best.doubt:
        return "the least doubtful value" if best.doubt else "no other value is free of doubt"
    doubt = "; all are doubtful" if best.doubt else ""
    if best.age != next_best.age:
        return f"the newest observation{doubt}"
    if best.stands_back != next_best.stands_back:
        return f"the other page has no headings of inclusion and exclusion{doubt}"
    if best.own_words != next_best.own_words:
        return f"the other page has words of its own{doubt}"
    if best.nearness is Nearness.REGISTRY:
        return f"the registry's own record comes first{doubt}"
    if best.nearness != next_best.nearness:
        return f"the page nearest to the registry{doubt}"
    return f"equally near pages: the first by name{doubt}"


def _opinion(rule: Rule, chosen: Page, page: Page) -> Opinion:
    compared = _compared(rule, chosen, page)
    relation, why = _relation(rule, chosen, page, compared)
    return Opinion(
        page=page.key,
        value=page.value(rule.field),
        relation=relation,
        as_of=page.as_of,
        seen_at=page.observation.seen_at or page.observation.record.source.fetched_at,
        why=why,
        differences=compared.differences,
    )


_SIMPLE: Final = {
    Likeness.SAME: Relation.AGREES,
    Likeness.VARIANT: Relation.VARIANT,
    Likeness.LESS: Relation.SAYS_LESS,
    Likeness.MORE: Relation.SAYS_MORE,
    Likeness.EARLIER: Relation.OLDER,
    Likeness.LATER: Relation.OLDER,
}


def _relation(rule: Rule, chosen: Page, page: Page, compared: Compared) -> tuple[Relation, str]:
    """How a page stands to the chosen one, and why in a sentence."""
    doubts = (*page.doubts(rule.field), *chosen.doubts(rule.field))
    if compared.is_damage and doubts:
        return Relation.DOUBTFUL, doubts[0].message
    if compared.likeness is not Likeness.DIFFERENT:
        return _SIMPLE[compared.likeness], compared.why
    if compared.is_loud:
        return Relation.CONFLICT, compared.why
    excused_by = DOUBTS if page.breaks_off or chosen.breaks_off else rule.excused_by
    excuse = next((issue for issue in doubts if issue.code in excused_by or issue.field is None), None)
    if excuse is not None:
        return Relation.DOUBTFUL, excuse.message
    own_words = page.origin.own_words.get(rule.field) or chosen.origin.own_words.get(rule.field)
    if rule.has_words and own_words is not None:
        return Relation.VARIANT, own_words
    if rule.changes and page.as_of is not None and chosen.as_of is not None and page.as_of < chosen.as_of:
        return Relation.OLDER, f"older observation, of {page.as_of}; the chosen one is of {chosen.as_of}"
    return Relation.CONFLICT, "; ".join(filter(None, (compared.why, _in_time(page, chosen))))


def _in_time(page: Page, chosen: Page) -> str:
    """A note where the pages are of different days: one may not have followed a change of the record."""
    if page.as_of is None or chosen.as_of is None or page.as_of == chosen.as_of:
        return ""
    return f"this page speaks of {page.as_of}, the chosen one of {chosen.as_of}"
