"""A layout: one kind of page on one site, as its table of labels and the code for what has structure."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Final

from schemas.consensus import Nearness
from schemas.document import Document, undecorated
from schemas.trial import Trial, field_names
from scraper.layouts.labels import Fields, Frame, Label, Row, Unlabelled, spellings
from scraper.layouts.reading import Extracted, read_labelled


@dataclass(frozen=True, eq=False)  # its derived properties are cached beside its fields
class Layout:
    """One kind of page on one site."""

    site: str
    """The site's key, by which its file is named."""
    name: str
    urls: tuple[str, ...]
    """The forms of its addresses, with `<…>` for what varies."""
    hosts: tuple[str, ...]
    table: tuple[Row, ...]
    """Its rows in reading order. They say all that is known of its fields and its labels."""
    min_markers: int
    """How many of its markers a page must show. Fewer than all, so that one renamed label is reported, not fatal."""
    content: Callable[[Document], range]
    """The numbers of the blocks that are the trial."""
    excluded: tuple[str, ...] = ()
    """Labels that a page of this layout never shows, in lower case: they tell it from its siblings."""
    read: Callable[[Document, tuple[Label, ...]], Extracted] = read_labelled
    """Reads a page that was cleaned to its content, by the labels of the table."""
    boilerplate: Callable[[Document, range], Mapping[int, str]] | None = None
    """The numbers of blocks within the content that are no text of the trial, each with the name of its rule."""
    untrusted: Mapping[str, str] = field(default_factory=dict)
    """Canonical fields whose values the site is known to damage, and how."""
    nearness: Nearness = Nearness.UNKNOWN
    """How directly its values come from the registry; of several pages of a trial the nearest counts."""
    own_words: Mapping[str, str] = field(default_factory=dict)
    """Canonical fields that the site shows in words of its own, each with a sentence on them."""
    ends_early: Callable[[Document, range], str | None] = lambda _, __: None
    """Says where a page with this content ends before its end; None where it does not, or nothing of it tells."""
    is_certain: Callable[[Document], bool] = lambda _: True
    """Whether a page with enough markers is surely of the layout: other sites' pages can have some labels, too."""

    @property
    def key(self) -> str:
        """Site and name, as in `veeva/study`."""
        return f"{self.site}/{self.name}"

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """The labels in reading order; of a JSON document the JSON Pointers, without the numbers of list entries."""
        return tuple(row for row in self.table if isinstance(row, Label))

    @cached_property
    def markers(self) -> tuple[Fields, ...]:
        """Labels, and words around the trial, that tell the layout, each in all its forms and in lower case."""
        rows = (row for row in self.table if isinstance(row, Frame) or (isinstance(row, Label) and row.marker))
        return tuple(tuple(alias.lower() for alias in row.aliases) for row in rows)

    @cached_property
    def frame(self) -> tuple[Label, ...]:
        """The words around the trial that tell the layout, as labels with nothing below them."""
        return tuple(Label(row.aliases, "heading") for row in self.table if isinstance(row, Frame))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The canonical fields that its pages can show."""
        return frozenset(name for row in self.table if not isinstance(row, Frame) for name in row.fields)

    @cached_property
    def never_shows(self) -> frozenset[str]:
        """The canonical fields that no page of it shows, so that completeness is judged fairly."""
        return _NAMES - self.fields

    @cached_property
    def required(self) -> frozenset[str]:
        """The canonical fields that every page of it has."""
        rows = (row for row in self.table if isinstance(row, Label | Unlabelled) and row.required)
        return frozenset({"nct_id", *(row.fields[0] for row in rows)})

    def places(self, name: str) -> tuple[str, ...]:
        """Where its pages show a canonical field: the labels in quotation marks, other places in words."""
        rows = (row for row in self.table if not isinstance(row, Frame) and name in row.fields)
        return tuple(dict.fromkeys(place for row in rows for place in row.places))

    def parsers(self, name: str) -> tuple[Callable[..., object], ...]:
        """Who reads a canonical field; none where only the site's code tells."""
        rows = (known for known in self.labels if name in known.fields)
        return tuple(dict.fromkeys(parser for known in rows for parser in known.parsers(name)))

    def extract(self, document: Document) -> Extracted:
        """Read a page that was cleaned to its content.

        Raises:
            ExtractError: something that every page must have is missing, or there twice.
        """
        return self.read(document, self.labels)

    def missing(self, trial: Trial) -> list[str]:
        """The required fields that have no value."""
        return [path for path in sorted(self.required) if attrgetter(path)(trial) in (None, ())]


_NAMES: Final = frozenset(field_names())


def shown(layout: Layout, words: AbstractSet[str], page: Extracted) -> tuple[str, ...]:
    """The labels of a layout that a page of it shows, in the layout's order, then the words around the trial.

    Args:
        layout: the page's.
        words: the page's short texts in lower case, before it was cleaned.
        page: what the layout made of the page.
    """
    inside = frozenset(page.shown())
    return (
        *(form for forms in spellings(layout.labels) for form in forms if form in inside),
        *(known.name for known in layout.frame if any(alias.lower() in words for alias in known.aliases)),
    )


def find(document: Document, *forms: str) -> list[int]:
    """The numbers of blocks that are one of these labels, and of table rows that begin with one.

    Args:
        document: the page.
        forms: of up to 60 characters, in lower case.
    """
    places = document.places
    bare = map(undecorated, forms)  # as the document has them: `Questions?` without its sign
    return sorted({number for form in bare if form in places for number in places[form]})


def ends_before(document: Document, content: range, line: str) -> str | None:
    """Say that a page ends before the line behind the trial; None where it does not.

    Args:
        document: the page.
        content: the numbers of the blocks that are the trial.
        line: what stands behind them on every whole page, in lower case.
    """
    ends = find(document, line)
    # A menu above the trial may hold the same words.
    is_whole = ends and ends[-1] >= content.start
    return None if is_whole else f"the page ends before the line {line!r}"
