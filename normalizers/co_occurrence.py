"""Co-occurrence: whether the words of an entry come up again in the rest of the page.

A trial's condition does, in its title, its description or its criteria: of 188 conditions that 63 records of the
registry list, two and more each, 5 do not, and those have capitals.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

MIN_LETTERS: Final = 4
"""Letters of the shortest word that says something."""
STEM_LETTERS: Final = 5
"""Letters by which two words are the same: `Gliomas` is `glioma`."""
MIN_STEMS: Final = 10
"""A text with fewer is hardly more than a title: nothing comes up in it again."""

UNRELATED: Final = "of the words of this entry none stands elsewhere on the page"

_WORD = re.compile(rf"[^\W\d_]{{{MIN_LETTERS},}}")
_SAY_NOTHING = frozenset(
    ("center", "contact", "disease", "disorder", "follow", "from", "more", "patients", "study", "syndrome", "team")
) | frozenset(("that", "this", "trial", "with"))


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that say something."""
    return frozenset(word[:STEM_LETTERS] for word in _WORD.findall(text.lower()) if word not in _SAY_NOTHING)


def unrelated(entries: Sequence[str], texts: Iterable[str]) -> list[int]:
    """The positions of entries of which no word stands in the texts, unless they are written like a name.

    Args:
        entries: of one list.
        texts: the rest of the page.
    """
    if len(entries) < 2:
        return []
    known = stems(" ".join(texts))
    if len(known) < MIN_STEMS:
        return []
    return [
        place
        for place, entry in enumerate(entries)
        if any(word[0].islower() and len(word) >= MIN_LETTERS for word in entry.split()[1:])
        and known.isdisjoint(stems(entry))
    ]
