"""Reading a page by the table of its layout: a label leads to a value, the value to its parser and its field."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from re import Pattern
from urllib.parse import urlsplit

from normalizers.co_occurrence import UNRELATED, unrelated
from normalizers.identifiers import nct_id
from schemas.document import Block, Document
from schemas.extraction import CriteriaText, Extraction, Parser, Prose, Quote, Words
from schemas.record import Issue, IssueCode
from scraper.addresses import page_address
from scraper.errors import ExtractError
from scraper.layouts.labels import Fields, Label
from scraper.layouts.sections import Sections


@dataclass(slots=True)
class PageReading:
    """A page while it is read: what was found, and what is doubtful before any words are understood."""

    document: Document
    """Cleaned to the trial."""
    labels: Sequence[Label]
    sections: Sections
    found: Extraction = field(default_factory=Extraction)
    issues: list[Issue] = field(default_factory=list)
    unread: list[Block] = field(default_factory=list)
    """Blocks outside the sections that nobody reads."""
    unread_labels: list[Block] = field(default_factory=list)
    """Those of them that stand where labels stand."""
    shown: Callable[[], Iterable[str]] | None = None
    """Tells the labels of the page where they are more than those of the sections."""

    def add(self, fields: str | Fields, quote: Quote | None, parser: Parser, *, repeats: bool | None = None) -> None:
        """Add the words of a value; nothing where there are none.

        Args:
            fields: the canonical fields that they are.
            quote: the words.
            parser: who knows what they mean.
            repeats: whether the page shows the fields once more; None: where other words of them stand already.
        """
        if quote is None:
            return
        names = (fields,) if isinstance(fields, str) else fields
        if repeats is None:
            repeats = any(words.fields == names for words in self.found.words)
        self.found.words.append(Words(names, quote, parser, repeats))

    def issue(self, name: str | None, code: IssueCode, text: str, message: str) -> None:
        """Tell something doubtful about a field, or with None about the page."""
        self.issues.append(Issue(field=name, code=code, text=text, message=message))

    def add_all(self, name: str, quotes: Iterable[Quote], parser: Parser) -> None:
        """Add the words of a field of several values."""
        for quote in quotes:
            self.add(name, quote, parser, repeats=False)

    def tell_unrelated(self, label: str, name: str) -> None:
        """Tell entries below a label whose words stand nowhere else on the page.

        Where lines have one form, a label that nobody knows and its value stand among the entries.
        """
        quotes = self.found.quotes(name)
        for place in unrelated([quote.text for quote in quotes], self.sections.texts_outside(label)):
            self.sections.doubt(name, quotes[place].text, UNRELATED)

    def read_table(self, until: int | None = None) -> None:
        """Read every label that leads to a field by itself; what has structure is left to the site's code.

        Args:
            until: the unit at which texts end, where something stands behind them that no label parts from them.
        """
        times = Counter[str]()
        for known in self.labels:
            self._read(known, times[known.name], until)
            times[known.name] += 1

    def _read(self, known: Label, occurrence: int, until: int | None) -> None:
        sections, name = self.sections, known.name
        if not known.fields and known.kind in ("many", "prose"):
            sections.blocks(sections.between(name, occurrence))  # known, and deliberately not read
        elif known.kind == "prose" and not known.is_structured:
            self._read_text(known, occurrence, until)
        elif known.values and (known.kind == "many" or known.lines):
            for place, quote in enumerate(sections.many(name, occurrence)):
                fields, parser = known.values[min(place, len(known.values) - 1)]
                self.add(fields, quote, parser, repeats=False)
        elif known.kind == "one" and (known.values or not known.fields):
            value = sections.maybe(name, occurrence)
            for fields, parser in known.values:
                self.add(fields, value, parser)

    def _read_text(self, known: Label, occurrence: int, until: int | None) -> None:
        passage = self.sections.passage(known.name, occurrence, until)
        if not passage:
            return
        label = self.sections.label_words(known.name, occurrence)
        if known.side is not None:
            self.found.criteria.append(CriteriaText(known.side, passage, label))
        else:
            self.found.prose.append(Prose(known.fields[0], passage, label))


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a layout makes of a page: the words of each field, and what it left unread."""

    found: Extraction
    unread: tuple[Block, ...]
    """Blocks between start and end of content that no field took."""
    labels: tuple[Block, ...]
    """Those of them that stand where labels stand."""
    issues: tuple[Issue, ...]
    """What is doubtful before any words are understood: two values in one place, words that belong to no field."""
    shown: Callable[[], Iterable[str]]
    """Tells which of the layout's labels the page shows, as `spellings` gives them; only the drift guard asks."""


def read_labelled(
    document: Document,
    labels: tuple[Label, ...],
    *,
    read: Callable[[PageReading], None] = PageReading.read_table,
    prepare: Callable[[Document], Document] | None = None,
) -> Extracted:
    """Read a page by its table.

    Args:
        document: the page, cleaned to its content; `Document.address` is its URL where that is known.
        labels: of the table, in reading order.
        read: reads the table, and what has structure.
        prepare: puts blocks into the form that the labels expect.

    Raises:
        ExtractError: something that every page must have is missing, or there twice.
    """
    if prepare is not None:
        document = prepare(document)
    page = PageReading(document, labels, Sections(document, labels))
    read(page)
    return extracted(page)


def extracted(page: PageReading) -> Extracted:
    """What was read, and the blocks that nobody read.

    Raises:
        ExtractError: the page shows no NCT id.
    """
    if page.found.nct_id is None:
        known = next((known for known in page.labels if "nct_id" in known.fields), None)
        raise ExtractError(f"the page shows no NCT id{'' if known is None else f' under {known.name}'}")
    sections = page.sections
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
    return Extracted(
        page.found,
        (*unread, *page.unread),
        (*labels, *page.unread_labels),
        (*sections.issues, *page.issues),
        page.shown or sections.shown,
    )


def id_in_address(document: Document, path: Pattern[str]) -> Quote:
    """The NCT id in the page's address, for sites whose pages do not show it.

    Args:
        document: the page.
        path: the form of the address's path, with the id as its first group.

    Raises:
        ExtractError: the address is not known, or has another form.
    """
    address = page_address(document.address)
    match = path.search(urlsplit(address or "").path)
    if match is None or nct_id(match[1]) is None:
        wrong = "" if address is None else f"; {address} is none of a trial"
        raise ExtractError(
            f"the NCT id stands only in the address of this site's pages: give the address with --url{wrong}"
        )
    return Quote(match[1].upper(), 0, 0)


def without_ending(text: Prose, ending: str) -> Prose:
    """A running text without signs that a site adds to its end."""
    if not text.passage or not text.passage[-1].text.endswith(ending):
        return text
    last = text.passage[-1]
    return text._replace(passage=(*text.passage[:-1], last._replace(text=last.text.removesuffix(ending))))
