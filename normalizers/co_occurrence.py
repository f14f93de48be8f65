"""Whether the words of an entry come up again in the rest of a text.

A trial's condition does, in its title, its description or its criteria: of 188 conditions that 63 records of the
registry list, two and more each, 5 do not, and those have capitals.
"""

import re
from collections.abc import Iterable, Sequence

LETTERS = 4
"""Of a word that says something, at the least."""
STEM = 5
"""Letters by which two words are the same: `Gliomas` is `glioma`."""
SOME_STEMS = 10
"""A text with fewer is hardly more than a title: nothing comes up in it again."""

UNRELATED = "of the words of this entry none stands elsewhere on the page"

_WORD = re.compile(rf"[^\W\d_]{{{LETTERS},}}")
_SAY_NOTHING = frozenset(
    ("center", "contact", "disease", "disorder", "follow", "from", "more", "patients", "study", "syndrome", "team")
) | frozenset(("that", "this", "trial", "with"))


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that say something."""
    return frozenset(word[:STEM] for word in _WORD.findall(text.lower()) if word not in _SAY_NOTHING)


def unrelated(entries: Sequence[str], texts: Iterable[str]) -> list[int]:
    """The positions of entries of which no word stands in the texts, unless they are written like a name.

    Args:
        entries: of one list.
        texts: the rest of the page.
    """
    if len(entries) < 2:
        return []
    known = stems(" ".join(texts))
    if len(known) < SOME_STEMS:
        return []
    return [
        place
        for place, entry in enumerate(entries)
        if any(word[0].islower() and len(word) >= LETTERS for word in entry.split()[1:])
        and known.isdisjoint(stems(entry))
    ]
