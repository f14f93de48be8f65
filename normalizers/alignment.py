"""Lists of two versions, or of two pages, entry beside entry: by what names an entry, then by what reads most alike."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from schemas.values import Json


def trigrams(text: str) -> frozenset[str]:
    """The pieces of three characters that a text is made of, whatever its case: texts that share many read alike.

    A shorter text is one piece, an empty one has none. Pieces serve every language, also those that part no words,
    and to count what two texts share of them takes microseconds, where to align the texts takes a millisecond.
    """
    folded = text.casefold()
    return frozenset(folded[start : start + 3] for start in range(max(len(folded) > 0, len(folded) - 2)))


def entry_name(field: str, entry: Json) -> str:
    """What a path calls an entry of a list: its own words, shortened where they are long; "" where it has no name.

    Args:
        field: the list's name.
        entry: as JSON.
    """
    words = _words(entry, KINDS[field].key) if field in KINDS else ""
    return words if len(words) <= 60 else f"{words[:59]}…"


class Kind(NamedTuple):
    """How the entries of a list are told apart."""

    key: tuple[str, ...]
    """The values that name an entry; without any it is known by its position."""
    words: tuple[str, ...]
    """The values that two entries without a common key are likened by."""


_CRITERIA: Final = Kind((), ("text",))

KINDS: Final[Mapping[str, Kind]] = {
    "arms": Kind(("label",), ("label", "description", "interventions")),
    "children": _CRITERIA,
    "contacts": Kind(("name",), ("name", "phone", "email")),
    "exclusion": _CRITERIA,
    "inclusion": _CRITERIA,
    "interventions": Kind(("type", "name"), ("name",)),
    "locations": Kind(("facility", "city"), ("facility", "city")),  # most places of a trial share their country
    "other": _CRITERIA,
    "outcomes": Kind(("type", "measure"), ("measure", "description")),
    "secondary_ids": Kind(("id",), ("id",)),
}
"""The lists of entries, by their name; all other lists hold plain values."""


def pairs(kind: Kind, gone: Mapping[int, Json], come: Mapping[int, Json]) -> dict[int, int]:
    """Which entries of two lists are one: the position in the second list, and the one in the first.

    Args:
        kind: how entries of these lists are told apart.
        gone: entries that the second list has not, by position.
        come: entries that the first list has not, by position.
    """
    found: dict[int, int] = {}
    named: dict[str, list[int]] = {}
    for position, entry in gone.items():
        named.setdefault(_words(entry, kind.key), []).append(position)
    for position, entry in come.items():
        words = _words(entry, kind.key)
        if words and named.get(words):
            found[position] = named[words].pop(0)
    taken = set(found.values())
    left = {position: _words(entry, kind.words) for position, entry in gone.items() if position not in taken}
    right = {position: _words(entry, kind.words) for position, entry in come.items() if position not in found}
    return found | closest(left, right)


def closest(left: Mapping[int, str], right: Mapping[int, str]) -> dict[int, int]:
    """Which texts of two lists read most alike, each once: the position in the second list, and the one in the first.

    Args:
        left: the first list's texts, by position.
        right: the second list's texts, by position.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    first = {position: trigrams(text) for position, text in left.items()}
    second = {position: trigrams(text) for position, text in right.items()}
    for _, before, after in _alike(first, second):
        if before not in taken and after not in found:
            taken.add(before)
            found[after] = before
    return found


def _alike(left: Mapping[int, frozenset[str]], right: Mapping[int, frozenset[str]]) -> list[tuple[float, int, int]]:
    """Return which two texts read alike, the most alike first: the share they have in common, negative, and places."""
    if len(left) * len(right) > 10_000:  # a tenth of a second; so many are another list, not the same one reworded
        return []
    alike: list[tuple[float, int, int]] = []
    for before, theirs in left.items():
        for after, ours in right.items():
            share = 2 * len(theirs & ours) / (len(theirs) + len(ours) or 1)
            if share >= 0.4:  # of two criteria of one trial, one pair in fifty comes this close
                alike.append((-share, before, after))
    return sorted(alike)


def _words(entry: Json, names: Iterable[str]) -> str:
    """Return some values of an entry in one line; a plain value has none."""
    values = [entry[name] for name in names] if isinstance(entry, dict) else []
    return ", ".join(", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values if value)
