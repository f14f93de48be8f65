"""What a site's file declares about each layout of its pages."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter

from schemas.document import Block, Document
from schemas.raw import Quote, RawTrial
from schemas.record import Issue
from schemas.trial import Trial
from schemas.vocabulary import Site
from scraper.layouts.labels import Label, spellings
from scraper.layouts.sections import Sections


@dataclass(frozen=True, slots=True)
class Reading:
    """What a layout makes of a page: the quotes, and what it left unread."""

    raw: RawTrial
    unread: tuple[Block, ...]
    """Blocks between start and end of content that no field took."""
    labels: tuple[Block, ...] = ()
    """Those of them that stand where labels stand."""
    again: tuple[tuple[str, Quote], ...] = ()
    """Canonical fields that the page shows once more: all must say the same."""
    issues: tuple[Issue, ...] = ()
    """What is doubtful before any words are read: two values in one place, words that belong to no field."""
    shown: Callable[[], Iterable[str]] = tuple
    """Tells which of the layout's labels the page shows, as `spellings` gives them; only the drift guard asks."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of page on one site."""

    site: Site
    name: str
    urls: tuple[str, ...]
    """The forms of its addresses, with `<…>` for what varies."""
    hosts: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    """Labels that tell the layout, each in all its forms."""
    enough: int
    """How many of the marks a page must show. Fewer than all, so that one renamed label is reported, not fatal."""
    lacks: tuple[str, ...]
    """Labels that a page of this layout never shows: they tell it from its siblings."""
    never_shows: frozenset[str]
    """Canonical fields that the layout never shows, so that completeness is judged fairly."""
    labels: tuple[Label, ...]
    """Its labels in reading order; of a JSON document the JSON Pointers, without the numbers of list entries."""
    required: frozenset[str]
    """Canonical fields that every page of it has."""
    content: Callable[[Document], range]
    """The positions of the blocks that are the trial."""
    extract: Callable[[Document], Reading]
    """Reads a page that was cleaned to its content; `Document.address` is the page's URL where it is known."""
    boilerplate: Callable[[Document, range], Mapping[int, str]] | None = None
    """Positions within the content that are no text of the trial, each with the name of its rule."""
    untrusted: Mapping[str, str] = field(default_factory=dict)
    """Canonical fields whose values the site is known to damage, and how."""
    ends_early: Callable[[Document, range], str | None] = lambda _, __: None
    """Says where a page with this content ends before its end; None where it does not, or nothing of it tells."""
    is_own: Callable[[Document], bool] = lambda _: True
    """Whether a page with enough marks is surely of the layout: other sites' pages can have some labels, too."""

    @property
    def key(self) -> str:
        """Site and name, as in `veeva/study`."""
        return f"{self.site}/{self.name}"

    def missing(self, trial: Trial) -> list[str]:
        """The required fields that have no value."""
        return [path for path, value in _values(self.required) if value(trial) in (None, ())]

    @property
    def frame(self) -> tuple[Label, ...]:
        """The marks that are no labels of the trial: they stand where its part of the page begins or ends."""
        inside = {form.lower() for known in self.labels for form in known.forms}
        return tuple(Label(forms, "nothing") for forms in self.marks if forms[0] not in inside)


@cache
def _values(paths: frozenset[str]) -> list[tuple[str, Callable[[Trial], object]]]:
    return [(path, attrgetter(path)) for path in sorted(paths)]


def shown(layout: Layout, words: AbstractSet[str], reading: Reading) -> tuple[str, ...]:
    """The labels of a layout that a page of it shows, in the layout's order, then the marks around the trial.

    Args:
        layout: the page's.
        words: the page's short texts in lower case, before it was cleaned.
        reading: what the layout made of the page.
    """
    inside = frozenset(reading.shown())
    return (
        *(form for forms in spellings(layout.labels) for form in forms if form in inside),
        *(known.name for known in layout.frame if not words.isdisjoint(known.forms)),
    )


def find(document: Document, *forms: str) -> list[int]:
    """The positions of blocks that are one of these labels, and of table rows that begin with one.

    Args:
        document: the page.
        forms: of up to 60 characters, in lower case.
    """
    places = document.places
    return sorted({position for form in forms if form in places for position in places[form]})


def ends_before(document: Document, content: range, line: str) -> str | None:
    """Say that a page ends before the line behind the trial; None where it does not.

    Args:
        document: the page.
        content: the positions of the blocks that are the trial.
        line: what stands behind them on every whole page, in lower case.
    """
    ends = find(document, line)
    # A menu above the trial may hold the same words.
    is_whole = ends and ends[-1] >= content.start
    return None if is_whole else f"the page ends before the line {line!r}"


def reading(
    raw: RawTrial,
    sections: Sections,
    again: Iterable[tuple[str, Quote | None]] = (),
    after: Iterable[Block] = (),
    shown: Callable[[], Iterable[str]] | None = None,
) -> Reading:
    """The quotes of a page that was read by its labels, and the blocks that nobody read.

    Args:
        raw: the quotes.
        sections: the page's sections, after everything was read off them.
        again: fields that the page may show once more.
        after: unread blocks behind the sections.
        shown: tells the labels of the page where they are more than those of the sections.
    """
    unread: list[Block] = []
    labels: list[Block] = []
    last: int | None = None
    for index in sections.unread():
        block = sections.block(index)
        if not unread or unread[-1] is not block:
            unread.append(block)
        # In a text capture a gap stands before a label and before its value: what follows a new label is its value.
        is_value = block.after_gap and index - 1 == last
        if sections.stands_like_a_label(index) and not is_value and (not labels or labels[-1] is not block):
            labels.append(block)
            last = index
    repeated = tuple((path, quote) for path, quote in again if quote is not None)
    return Reading(raw, (*unread, *after), tuple(labels), repeated, sections.issues, shown=shown or sections.shown)
