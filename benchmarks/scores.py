"""How much of a trial an extractor keeps, and how much of what stands around it: recall and precision by blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from normalizers.text import fold
from schemas.document import Block

_Words: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Blocks of one page or of several."""

    kept: int = 0
    """Blocks of the trial that were kept."""
    lost: int = 0
    """Blocks of the trial that were not kept."""
    boilerplate: int = 0
    """Blocks that were kept and are not the trial."""

    def __add__(self, other: "Score") -> "Score":
        return Score(self.kept + other.kept, self.lost + other.lost, self.boilerplate + other.boilerplate)

    @property
    def recall(self) -> float:
        """The kept part of the trial's blocks, from 0 to 1."""
        return self.kept / (self.kept + self.lost) if self.kept + self.lost else 1.0

    @property
    def precision(self) -> float:
        """The trial's part of the kept blocks, from 0 to 1."""
        return self.kept / (self.kept + self.boilerplate) if self.kept + self.boilerplate else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / ((self.precision + self.recall) or 1)


def label(blocks: Sequence[Block], trial: str) -> set[int]:
    """The numbers of the blocks that are the trial.

    The lines of the gold standard must stand on the page in their order, word by word, with other blocks between
    them. A line can be several blocks (a row whose cells are elements of their own), a block several lines. Where
    words stand on the page twice, as a title does in a breadcrumb, the latest place from which all lines follow is
    the trial's.

    Args:
        blocks: the page.
        trial: the trial's blocks, one per line.

    Raises:
        ValueError: some line does not stand on the page; the message quotes it.
    """
    wanted = _words(trial)
    words = [{_words(block.text), _words(block.words)} for block in blocks]
    most = 0
    for start in range(len(blocks) - 1, -1, -1):
        found, read = _follow(words, start, wanted)
        if read == len(wanted):
            return {blocks[place].number for place in found}
        most = max(most, read)
    raise ValueError(f"the page has no {' '.join(wanted[most : most + 8])!r} where the gold standard has it")


def score_numbers(blocks: Sequence[Block], trial: set[int], kept: Iterable[int]) -> Score:
    """The score of an extractor that says which blocks it keeps."""
    keeps = set(kept)
    numbers = {block.number for block in blocks}
    return Score(len(trial & keeps), len(trial - keeps), len(numbers & keeps - trial))


def score_text(blocks: Sequence[Block], trial: set[int], text: str) -> Score:
    """The score of an extractor that gives text: a block is kept where its letters and digits stand in the text.

    Blocks around the trial whose words the trial has too (`Recruiting`) do not count: nobody can tell which is meant.
    """
    output = _letters(text)
    own = _letters(" ".join(block.text for block in blocks if block.number in trial))
    score = Score()
    for block in blocks:
        words = _letters(block.text)
        if not words:
            continue
        kept = words in output
        if block.number in trial:
            score += Score(kept=1) if kept else Score(lost=1)
        elif kept and words not in own:
            score += Score(boilerplate=1)
    return score


def _follow(words: Sequence[set[_Words]], start: int, wanted: _Words) -> tuple[list[int], int]:
    """Where the wanted words stand if the first one stands at the start, and how many of them were found."""
    found: list[int] = []
    read = 0
    for place in range(start, len(words)):
        fits = [form for form in words[place] if form and wanted[read : read + len(form)] == form]
        if fits:
            found.append(place)
            read += max(map(len, fits))
        elif not found:
            break
    return found, read


def _words(text: str) -> _Words:
    """The words to compare: bullets and dashes are no words, since markup may draw them or spell them out."""
    return tuple(word for word in fold(text).split() if any(map(str.isalnum, word)))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
