"""The facts at the end of a listing, told by their places alone: conditions, NCT id, sponsor, date.

Nothing labels them, so what stands among them and is none of them would be taken for one. Each must look like what its
place says, and what is too much is told.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from normalizers.co_occurrence import unrelated
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, nct_ids
from normalizers.page_chrome import not_an_entry
from normalizers.phrases import phases, sex, status
from normalizers.text import fold
from schemas.document import Block
from schemas.extraction import Quote
from schemas.record import Issue, IssueCode
from scraper.errors import ExtractError
from scraper.layouts.labels import Unit
from scraper.layouts.sections import Sections


class Facts(NamedTuple):
    """The facts, as far as their places tell them."""

    nct_id: Quote
    place: int
    """The unit of the NCT id."""
    conditions: tuple[Quote, ...]
    sponsor: Quote | None
    date: Quote | None
    issues: tuple[Issue, ...]


def facts_of(sections: Sections, places: Sequence[int], *, is_labelled: bool) -> Facts:
    """Read the facts.

    Args:
        sections: the page's.
        places: the units that the facts stand in.
        is_labelled: whether they stand below their label, so that those before the NCT id are the conditions.

    Raises:
        ExtractError: there is no NCT id among them, or there are several, of which each could be the trial's.
    """
    units = sections.units
    place = next((place for place in places if nct_id(units[place].text) is not None), None)
    if place is None:
        raise ExtractError(
            "the page shows no NCT id under Study details"
            if places
            else "the page shows no NCT id under Study details: nothing stands there, the values are missing"
        )
    own = nct_id(units[place].text) or ""
    _refuse_others(own, [units[other].text for other in places if is_labelled or other > place])
    before = [other for other in places if is_labelled and other < place]
    after = [other for other in places if other > place]
    quote = sections.quote(place)
    if any(_is_labelled(units[fact]) for fact in (*before, *after)):
        return Facts(quote, place, (), None, None, ())  # among labels a place tells nothing
    issues: list[Issue] = []
    conditions = _conditions(sections, before, issues)
    sponsor, date = _sponsor_and_date(sections, after, units[place], issues)
    return Facts(quote, place, conditions, sponsor, date, tuple(issues))


def in_order(texts: Sequence[str], *, below_prose: bool) -> bool:
    """Whether texts begin with the facts of a listing: conditions, an NCT id, a sponsor, a date.

    Args:
        texts: what stands below the last label.
        below_prose: prose stands there first, then the NCT id.
    """
    place = next((place for place, text in enumerate(texts) if nct_id(text) is not None), 0)
    if not 0 < place < len(texts) - 2:
        return False
    names = (texts[place + 1],) if below_prose else (*texts[:place], texts[place + 1])
    return all(map(_is_name, names)) and partial_date(texts[place + 2]) is not None


def _refuse_others(own: str, texts: Sequence[str]) -> None:
    ids = dict.fromkeys(found for text in texts for found in nct_ids(text))
    if others := [found for found in ids if found != own]:
        raise ExtractError(f"the page shows several NCT ids that could be the trial's: {', '.join((own, *others))}")


def _conditions(sections: Sections, places: Sequence[int], issues: list[Issue]) -> tuple[Quote, ...]:
    """The lines before the NCT id. Those of another form than most, or that no condition looks like, are told."""
    if not places:
        return ()
    units = sections.units
    above = (unit.text for unit in units[: places[0] - 1])
    strange = unrelated([units[place].text for place in places], above)
    names = [place for n, place in enumerate(places) if n not in strange and _is_name(units[place].text)]
    # What shares a row with the label has the label's form.
    apart = [place for place in names if units[place].block is not units[places[0] - 1].block]
    chosen = {*_usual(units, apart), *({*names}.difference(apart))}
    taken: list[Quote] = []
    texts: set[str] = set()
    for place in places:
        if place in chosen:
            quotes = sections.quotes(place)
            if not texts.issuperset(quote.text for quote in quotes):
                taken += quotes
                texts.update(quote.text for quote in quotes)
            continue
        text = sections.quote(place).text
        message = "this stands among the conditions and does not look like one"
        issues.append(Issue(field="conditions", code=IssueCode.NOT_UNDERSTOOD, text=text, message=message))
    return tuple(taken)


def _usual(units: Sequence[Unit], places: Sequence[int]) -> Sequence[int]:
    """The places of the form that most of them have; of two forms that are as frequent, neither."""
    if len(places) < 2:
        return places
    blocks = [units[place].block for place in places]
    # A gap between a label and the first line says nothing of that line.
    gaps = [blocks[0].after_gap and blocks[1].after_gap, *(block.after_gap for block in blocks[1:])]
    forms = [(block.kind, block.depth, bool(block.marker), gap) for block, gap in zip(blocks, gaps, strict=True)]
    (most, times), *others = Counter(forms).most_common()
    if others and others[0][1] == times:
        return []
    return [place for place, form in zip(places, forms, strict=True) if form == most]


def _sponsor_and_date(
    sections: Sections, places: Sequence[int], own: Unit, issues: list[Issue]
) -> tuple[Quote | None, Quote | None]:
    """What follows the NCT id: one line, the sponsor, and a date; either can be missing."""
    units = sections.units
    # A heading opens a part of the page that nobody knows.
    stop = next((n for n, place in enumerate(places) if _is_heading(units[place], own)), len(places))
    places = places[:stop]
    end = next((n for n, place in enumerate(places) if partial_date(units[place].text) is not None), None)
    names = places[:end]
    date = None if end is None else sections.quote(places[end])
    dates = [place for place in places if partial_date(units[place].text) is not None]
    if date is not None and len({partial_date(units[place].text) for place in dates}) > 1:
        words = " | ".join(sections.quote(place).text for place in dates)
        message = "the page shows several dates where it shows one"
        issues.append(Issue(field="last_updated", code=IssueCode.AMBIGUOUS, text=words, message=message))
        date = None
    others = [place for place in places[len(names) :] if _is_name(units[place].text)]
    if names and others:
        names = [*names, *others]  # the sponsor stands before the date, and something else behind it, or the other way
    if len(names) == 1 and _is_name(units[names[0]].text):
        return sections.quote(names[0]), date
    if names:
        words = " | ".join(units[place].text for place in names)
        message = (
            "this stands where the sponsor stands and does not look like one"
            if len(names) == 1
            else "one line stands here where only the sponsor is expected; which one that is, nobody can tell"
        )
        issues.append(Issue(field="sponsor", code=IssueCode.NOT_UNDERSTOOD, text=words, message=message))
        for place in names:
            sections.quote(place)
    return None, date


def _is_heading(unit: Unit, own: Unit) -> bool:
    return unit.block.kind == "heading" and own.block.kind != "heading"


_LONGEST_NAME = 160
"""Characters; the registry's longest sponsor and condition have some 120 to 160."""
_WORDS_OF_A_SENTENCE = 6
"""Names of companies end in a point too: `Taisho Pharmaceutical Co., Ltd.`"""
_ADDRESS = re.compile(r"@|https?:|www\.|\{\{", re.IGNORECASE)
_BUTTON = re.compile(
    r"(?:ads?|advert\w*|apply|click|compare|download|find|get|join|learn|open|print|promoted|read|see|share|show|sign"
    r"|sponsored|subscribe|tap|view)\b",
    re.IGNORECASE,
)
"""Words that begin what a control or an advertisement says; no sponsor and no condition of the registry begins so."""
_TO_READERS = re.compile(r"\b(?:my|our|this|us|we|you|your)\b", re.IGNORECASE)


def _is_name(text: str) -> bool:
    """Whether words can be a sponsor or a condition: no sentence, number, date, id, chip, address or button's words."""
    words = text.split()
    is_sentence = (
        text[-1] in "?!:"
        or ": " in text
        or "%" in text
        or (text[-1] == "." and len(words) >= _WORDS_OF_A_SENTENCE and words[-1][:1].islower())
    )
    return (
        len(text) <= _LONGEST_NAME
        and any(map(str.isalpha, text))
        and not is_sentence
        and not nct_ids(text)
        and partial_date(text) is None
        and all(reader(text) is None for reader in (status, sex, phases))
        and _ADDRESS.search(text) is None
        and _BUTTON.match(text) is None
        and _TO_READERS.search(text) is None
        and not_an_entry(text) != "the words of a control"
    )


def is_fact(block: Block) -> bool:
    """Whether a line behind prose can be a condition without its label: a name by itself, no item and no sentence."""
    is_line = block.kind in ("line", "heading", "row") and not (block.kind == "line" and block.depth)
    return is_line and block.text[-1] not in ".!?:" and _is_name(block.text)


def _is_labelled(fact: Unit) -> bool:
    """Whether a line of the facts is a label, by its words or as the first cell of two, or begins with one."""
    return (fact.opens_row and len(fact.block.cells) == 2) or fold(fact.text.partition(":")[0]) in _LABELS_OF_FACTS


_LABELS_OF_FACTS = frozenset(
    {
        "clinicaltrials.gov id",
        "clinicaltrials.gov identifier",
        "collaborator",
        "collaborators",
        "condition",
        "conditions",
        "date",
        "id",
        "identifier",
        "identifiers",
        "last update",
        "last updated",
        "lead sponsor",
        "location",
        "locations",
        "nct id",
        "nct number",
        "phase",
        "sponsor",
        "sponsored by",
        "sponsors",
        "start date",
        "status",
        "study id",
        "trial id",
        "updated",
    }
)
"""Words that other sites, and other templates of portals, put before such facts."""
