"""The registry's table of conditions, interventions and phases, also where a copy lost its columns.

```
Condition Intervention Phase
COPD
Drug: Navarixin
Drug: Placebo
Phase 2
```

The registry writes the type before each intervention. So a line is a condition as long as none of them has come.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from normalizers import phrases
from normalizers.interventions import intervention
from normalizers.notes import free_words
from normalizers.text import fold
from schemas.document import Block, Document, undecorated
from schemas.record import IssueCode
from scraper.layouts.labels import Unit
from scraper.layouts.reading import PageReading
from scraper.structures.free_rows import no_condition


def without_columns(document: Document, heads: Collection[str]) -> Document:
    """The page with each line of such a table by itself, as a copy without columns has it.

    Args:
        document: the page.
        heads: the table's headings in one line, in lower case.
    """
    return replace(document, blocks=tuple(_lines(document.blocks, heads)))


def _lines(blocks: Sequence[Block], heads: Collection[str]) -> Iterator[Block]:
    width = 0
    for block in blocks:
        if block.kind == "row" and len(block.cells) > 1 and fold(block.text) in heads:
            width = len(block.cells)
            yield Block(block.number, "line", block.text)
        elif width and block.kind == "row" and len(block.cells) == width:
            for cell in block.cells:
                yield from (Block(block.number, "line", line) for line in cell.split("\n") if line)
        else:
            width = 0
            yield block


def is_of_table(units: Sequence[Unit], place: int) -> bool:
    """Whether a line can only be the table's: an intervention with its type, or a phase."""
    text = units[place].text
    return intervention(text) is not None or phrases.phases(text) is not None


def read_conditions(page: PageReading, name: str) -> None:
    """Read the lines of the table.

    Args:
        page: the page.
        name: the table's label.
    """
    sections = page.sections
    is_behind, before = False, ""
    for quote in (quote for place in sections.between(name) for quote in sections.quotes(place)):
        if quote.text == before:
            continue  # the same value twice in a row is one
        before = quote.text
        if undecorated(quote.text) != quote.text:
            page.issue("interventions" if is_behind else "conditions", IssueCode.AMBIGUOUS, quote.text, _SIGNED)
        if intervention(quote.text) is not None:
            page.add("interventions", quote, intervention, repeats=False)
            is_behind = True
        elif phrases.phases(quote.text) is not None:
            page.add("phases", quote, phrases.phases, repeats=False)
            is_behind = True
        elif is_behind or _is_no_condition(quote.text):
            message = "this stands among conditions, interventions and phases, and is none of them"
            for field in ("interventions", "phases") if is_behind else ("conditions",):
                page.issue(field, IssueCode.NOT_UNDERSTOOD, quote.text, message)
        else:
            page.add("conditions", quote, free_words, repeats=False)


_SIGNED = "a sign of the page stands around these words"


def _is_no_condition(text: str) -> bool:
    return fold(text) in _HEADINGS or no_condition(text) is not None or _holds_a_type(text)


_HEADINGS = frozenset({"condition", "condition or disease", "intervention", "intervention/treatment", "phase"})
"""The table's headings, each a line by itself where they stand in another order."""


def _holds_a_type(text: str) -> bool:
    """Whether several cells stand in one line: `COPD Drug: Navarixin Phase 2`."""
    words = text.split()
    return any(word[-1] == ":" and phrases.intervention_type(word[:-1]) is not None for word in words[1:])
