"""Records that are JSON: their blocks are values with JSON Pointers (RFC 6901) instead of labels in reading order."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from normalizers.text import lines
from normalizers.trial import LISTS
from schemas.document import Block, Document
from schemas.extraction import Extraction, Passage, Quote, Words
from scraper.errors import ExtractError
from scraper.layouts.labels import Label
from scraper.layouts.reading import Extracted

MAX_ENTRIES: Final = 5_000
"""Of one list: the registry's longest, of a trial's places, have less than three thousand."""


def read_record(
    document: Document,
    labels: Sequence[Label],
    *,
    root: str,
    structure: Callable[["JsonValues", Extraction], None],
) -> Extracted:
    """Read a record by its table, of which each row is named by a pointer without the numbers of list entries.

    Args:
        document: the record, cleaned of what the canonical record does not hold.
        labels: of the table.
        root: the pointer of the part that is read.
        structure: reads what has parts.

    Raises:
        ExtractError: there is no NCT id, or a list is longer than any trial's.
    """
    values = JsonValues(document, root)
    found = Extraction()
    for known in labels:
        for fields, parser in known.values:
            found.words += (Words(fields, quote, parser) for quote in values.of(known))
    structure(values, found)
    if found.nct_id is None:
        raise ExtractError(f"the record has no {next(known.name for known in labels if 'nct_id' in known.fields)}")
    return Extracted(found, values.unread(), (), (), values.shown)


@lru_cache(maxsize=4096)
def without_entries(pointer: str) -> str:
    """A pointer without the numbers of list entries: the same for all entries of a list."""
    return "/".join(part for part in pointer.split("/") if not is_entry(part))


def is_entry(part: str) -> bool:
    """Whether a part of a pointer can be a list's number; a name of many digits is none."""
    return part.isdecimal() and len(part) <= _MOST_DIGITS


_MOST_DIGITS: Final = 6


class JsonValues:
    """The values of one record by JSON Pointer."""

    def __init__(self, document: Document, root: str) -> None:
        """Find the values and the lists.

        Args:
            document: the record.
            root: the JSON Pointer of the part that is read; all pointers begin behind it.
        """
        self._root = root
        self._blocks = {block.pointer: block for block in document.blocks}
        self._unread = dict(self._blocks)
        self._by_name: dict[str, list[Block]] = {}
        for block in document.blocks:
            self._by_name.setdefault(without_entries(block.pointer), []).append(block)
        # Of each list its entries, in the record's order.
        self._lists: dict[str, dict[str, None]] = {}
        for pointer in self._blocks:
            path, _, last = pointer.rpartition("/")
            while path:
                if is_entry(last):
                    entries = self._lists.setdefault(path, {})
                    if last in entries:
                        break  # and so are the lists around it
                    entries[last] = None
                path, _, last = path.rpartition("/")

    def maybe(self, pointer: str) -> Quote | None:
        """The value with a pointer."""
        block = self._blocks.get(self._root + pointer)
        return None if block is None else self._quote(block)

    def _quote(self, block: Block) -> Quote:
        self._unread.pop(block.pointer, None)
        return Quote(block.text, block.number, block.number + 1, block.pointer)

    def of(self, known: Label) -> tuple[Quote, ...]:
        """The values of a row. Those of lists are no values of fields that have one value.

        Raises:
            ExtractError: there are more of them than any trial has.
        """
        several = any(field in LISTS for fields, _ in known.values for field in fields)
        blocks = [block for block in self._by_name.get(known.name, ()) if several or block.pointer == known.name]
        if len(blocks) > MAX_ENTRIES:
            raise ExtractError(f"the record has {len(blocks):,} entries in {known.name}")
        return tuple(map(self._quote, blocks))

    def many(self, pointer: str) -> tuple[Quote, ...]:
        """The values of a list."""
        return tuple(quote for entry in self.entries(pointer) if (quote := self.maybe(entry)) is not None)

    def entries(self, pointer: str) -> Iterator[str]:
        """The pointers of a list's entries.

        Raises:
            ExtractError: there are more of them than any trial has.
        """
        entries = self._lists.get(self._root + pointer, {})
        if len(entries) > MAX_ENTRIES:
            raise ExtractError(f"the record has {len(entries):,} entries in {self._root}{pointer}")
        for entry in entries:
            yield f"{pointer}/{entry}"

    def parts(self, pointer: str, *keys: str) -> tuple[Quote, ...]:
        """Those of an entry's values that it has, in the order of the keys."""
        return tuple(quote for key in keys if (quote := self.maybe(f"{pointer}/{key}")) is not None)

    def passage(self, pointer: str) -> Passage:
        """The lines of a text."""
        quote = self.maybe(pointer)
        if quote is None:
            return ()
        return tuple(
            block._replace(number=quote.start, pointer=quote.pointer) for block in lines(quote.text, quote.start)
        )

    def unread(self) -> tuple[Block, ...]:
        """The values that nobody asked for."""
        return tuple(self._unread.values())

    def shown(self) -> AbstractSet[str]:
        """The pointers without the numbers of list entries."""
        return self._by_name.keys()
