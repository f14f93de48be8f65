"""A table for a site that nobody has read yet, proposed from the label-shaped blocks of some of its pages.

A label is told by the tables of other sites, by standing on several pages, or by its form. What stands below it is
tried with the parsers that other layouts use: one that reads all values, of a field that is called so, is proposed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from normalizers import phrases
from normalizers.boilerplate import marked
from normalizers.criteria.heading_words import mentions_criteria
from normalizers.identifiers import nct_id
from normalizers.notes import free_words, name_of
from normalizers.text import fold
from schemas.document import Document, undecorated
from schemas.extraction import Parser
from scraper.layouts.labels import Fields, Kind, Label, Unit, units
from scraper.sites import LAYOUTS

LONGEST: Final = 60
"""Characters of a label at the most: longer ones are sentences."""
LONGEST_VALUE: Final = 160
"""Characters of a value at the most: longer ones are running text."""
LIKE: Final = 0.6
"""How much the words of a label must be like those of a field for what stands below it to be that field."""
SAMPLES: Final = 3
"""Values that are shown of a label."""


class Proposal(NamedTuple):
    """A row of a table, or a label of which nobody but a person can say what it is."""

    label: str
    """As most pages write it, without a colon."""
    pages: int
    """How many of the pages show it."""
    samples: tuple[str, ...]
    """Some of what stands below it."""
    kind: Kind | None
    """What stands below it; None where the row is left to a person."""
    values: tuple[tuple[Fields, Parser], ...] = ()
    """As `Label.values`."""
    fields: Fields = ()
    why: str = ""
    """What speaks for the row, or what makes it doubtful."""

    @property
    def is_criteria(self) -> bool:
        """Whether it is a label of criteria."""
        return (
            bool(self.fields) and all(name.startswith("eligibility.") for name in self.fields) and self.kind == "prose"
        )


class _Seen(NamedTuple):
    """A label on one page."""

    words: str
    values: tuple[str, ...]
    place: float
    """From 0, the beginning of the page, to 1."""


def propose(documents: Sequence[Document]) -> list[Proposal]:
    """The rows of a table in the order of the pages.

    Args:
        documents: some pages of one layout.
    """
    pages = [_units(document) for document in documents]
    times = Counter(key for page in pages for key in {_key(unit.text) for unit in page})
    seen: dict[str, list[_Seen]] = {}
    for page in pages:
        for key, found in _labels(page, times, several=len(pages) > 1):
            if len(seen.setdefault(key, [])) < len(pages):
                seen[key].append(found)
    ordered = sorted(seen.items(), key=lambda item: sum(found.place for found in item[1]) / len(item[1]))
    return [_proposal(key, found) for key, found in ordered]


def _units(document: Document) -> list[Unit]:
    document = marked(document)
    known = {document.blocks[position].number for position in document.boilerplate}
    return units(block for block in document.blocks if block.number not in known and block.region != "footer")


def _labels(page: Sequence[Unit], times: Mapping[str, int], *, several: bool) -> Iterator[tuple[str, _Seen]]:
    places = [place for place, unit in enumerate(page) if _is_label(unit, times, several=several)]
    given: set[str] = set()
    for place, end in pairwise([*places, len(page)]):
        key = _key(page[place].text)
        if key not in given:  # once more, lower on the page, are other trials
            given.add(key)
            head, tail = _parted(page[place].text)
            values = (tail,) if tail else tuple(unit.text for unit in page[place + 1 : end])
            yield key, _Seen(head.rstrip(" :："), values, place / len(page))


def _is_label(unit: Unit, times: Mapping[str, int], *, several: bool) -> bool:
    head, tail = _parted(unit.text)
    key = _key(unit.text)
    if len(head) > LONGEST or not any(map(str.isalpha, key)) or nct_id(head) is not None:
        return False
    if key in _known():
        return True
    if head.endswith((".", ";", ",")) or any(
        _reads(parser, text) for _, parser in _parsers() for text in (head, unit.text)
    ):
        return False  # a sentence, a value
    if several:
        return times[key] > 1
    return bool(tail) or unit.text.endswith(":") or unit.block.kind == "heading" or unit.opens_row


def _parted(text: str) -> tuple[str, str]:
    """A label and the value behind its colon, if one stands there."""
    head, colon, tail = text.partition(":")
    return (head, tail.strip()) if colon and tail.strip() and len(head) <= LONGEST else (text, "")


def _key(text: str) -> str:
    return fold(undecorated(_parted(text)[0].rstrip(" :：?")))


def _proposal(key: str, seen: Sequence[_Seen]) -> Proposal:
    label = Counter(found.words for found in seen).most_common(1)[0][0]
    values = [value for found in seen for value in found.values]
    is_prose = any(len(value) > LONGEST_VALUE for value in values)
    short = [value for value in values if not phrases.blank(value)] or values
    samples = tuple(dict.fromkeys(value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…" for value in values))
    plain = Proposal(label, len(seen), samples[:SAMPLES], None)
    if not values:
        is_known = any(known.kind == "heading" for known in _known().get(key, ()))
        why = "another site calls a group so" if is_known else "nothing stands below it: a group, or not the trial's"
        return plain._replace(kind="heading" if is_known else None, why=why)
    if mentions_criteria(label) and any(len(found.values) > 1 for found in seen):
        side = "inclusion" if "inclusion" in key else "exclusion"
        both = ("inclusion" in key) == ("exclusion" in key)
        fields = ("eligibility.inclusion", "eligibility.exclusion", "eligibility.other")
        return plain._replace(
            kind="prose", fields=fields if both else (f"eligibility.{side}",), why="it names criteria"
        )
    for known in _known().get(key, ()):
        if found := _as_elsewhere(plain, known, short, is_prose=is_prose):
            return found
    if is_prose:
        field = _most_like(key, [("summary",), ("description",)])
        return plain._replace(kind="prose", fields=field, why="it is called so") if field else plain
    kind: Kind = "one" if all(len(found.values) == 1 for found in seen) else "many"
    readable = [(fields, parser) for fields, parser in _parsers() if all(_reads(parser, value) for value in short)]
    several = list(dict.fromkeys(fields for fields, _ in readable))
    if (field := _most_like(key, several) or (several[0] if len(several) == 1 else None)) is not None:
        parser = next(parser for fields, parser in readable if fields == field)
        return plain._replace(kind=kind, values=((field, parser),), fields=field, why=f"{name_of(parser)} reads it")
    if readable:
        return plain._replace(why=f"by its values it may be {' or '.join(' and '.join(fields) for fields in several)}")
    if (field := next(((name,) for name in _WORDS if _names(key, name)), None)) is not None:
        return plain._replace(kind=kind, values=((field, free_words),), fields=field, why="it is called so")
    return plain


def _reads(parser: Parser, text: str) -> bool:
    return len(text) <= LONGEST_VALUE and parser(text) is not None


def _as_elsewhere(plain: Proposal, known: Label, short: Sequence[str], *, is_prose: bool) -> Proposal | None:
    """A row as another layout has it; None where what stands below the label is something else."""
    if known.is_structured or not known.fields:
        return None
    if known.kind == "prose":
        return plain._replace(kind="prose", fields=known.fields, why="another site calls it so")
    if is_prose or not known.values or (known.telling is not None and not _reads(known.telling, short[0])):
        return None
    more = "; what else stands below it?" if known.kind == "one" and len(short) > plain.pages else ""
    why = f"another site calls it so{more}"
    return plain._replace(kind=known.kind, values=known.values, fields=known.fields, why=why)


def _most_like(key: str, several: Iterable[Fields]) -> Fields | None:
    """The fields whose name, or what sites call them, is most like some words; None where none is."""
    scored = [(_likeness(key, fields), fields) for fields in several]
    best = max(scored, default=(0.0, ()))
    return best[1] if best[0] >= LIKE else None


@cache
def _likeness(key: str, fields: Fields) -> float:
    words = set(key.split())
    return max(
        max(SequenceMatcher(None, key, name).ratio(), len(words & set(name.split())) / len(words | set(name.split())))
        for name in _called(fields)
    )


def _names(key: str, field: str) -> bool:
    """Whether all words of a field, as some site calls it, are among some words."""
    return any(set(name.split()) <= set(key.split()) for name in _called((field,)))


@cache
def _called(fields: Fields) -> frozenset[str]:
    """What fields are called: by sites, and in the schema."""
    called = {fold(alias) for known in _tables() if set(fields) & set(known.fields) for alias in known.aliases}
    return frozenset({*called, *(name.rpartition(".")[2].replace("_", " ") for name in fields)})


@cache
def _tables() -> tuple[Label, ...]:
    """The labels of all pages; records have pointers."""
    return tuple(known for layout in LAYOUTS for known in layout.labels if not known.name.startswith("/"))


@cache
def _known() -> Mapping[str, list[Label]]:
    found: dict[str, list[Label]] = {}
    for known in _tables():
        for alias in known.aliases:
            found.setdefault(fold(alias.rstrip(" :?")), []).append(known)
    return found


@cache
def _parsers() -> tuple[tuple[Fields, Parser], ...]:
    """What the layouts read below their labels, and who reads it, where that knows values from other words."""
    pairs = [
        pair for layout in LAYOUTS for known in layout.labels for pair in known.values if pair[1](_NONSENSE) is None
    ]
    return (*dict.fromkeys(pairs), (("nct_id",), nct_id))


_NONSENSE: Final = "Xyzzy plugh"
"""A parser that reads this reads everything."""

_WORDS: Final = ("conditions", "keywords", "sponsor", "collaborators", "title", "official_title", "acronym")
"""Fields whose words can be anything: only what a label is called tells them."""
