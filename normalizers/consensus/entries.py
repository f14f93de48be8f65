"""Lists of entries that have parts: each entry of one page beside the one of the other that it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from normalizers.alignment import closest
from normalizers.consensus.likeness import DIFFERENT, SAME, Compared, Likeness, plain
from normalizers.consensus.texts import prose, reading, short, shortened
from normalizers.consensus.values import listed, words
from schemas.trial import Location, Part


def _any(_chosen: object, _other: object) -> Compared:
    """Names of one thing differ between sites, such as a country's: that is no difference of the thing."""
    return Compared(Likeness.VARIANT)


@dataclass(frozen=True)
class Entries:
    """How the entries of a list are told apart and compared."""

    names: tuple[str, ...]
    """The parts that name an entry."""
    parts: Mapping[str, Callable[[Any, Any], Compared]]
    """The other parts, each with its comparison; a part that one of the two lacks says less."""

    def __call__(self, chosen: Sequence[Part], other: Sequence[Part]) -> Compared:
        """Compare two lists."""
        ours, theirs = dict(enumerate(chosen)), dict(enumerate(other))
        found: list[Likeness] = []
        lines: list[str] = []
        for entry, partner in self._pairs(ours, theirs):
            for likeness, line in self._compared(entry, partner):
                found.append(likeness)
                lines += [line] if line else []
        missing, extra = ([self._words(one) for one in left.values()] for left in (ours, theirs))
        return listed(found, missing, extra, lines)

    def _pairs(self, ours: dict[int, Part], theirs: dict[int, Part]) -> list[tuple[Part, Part]]:
        """Take what belongs together out of both lists: equal entries, those of one name, those that read so."""
        pairs: list[tuple[Part, Part]] = []
        named: dict[str, list[int]] = {}
        for place, entry in theirs.items():
            named.setdefault(self._key(entry), []).append(place)
        for must_be_equal in (True, False):
            for place, entry in tuple(ours.items()):
                same = named.get(self._key(entry), ())
                partner = next((one for one in same if not must_be_equal or theirs[one] == entry), None)
                if partner is not None:
                    named[self._key(entry)].remove(partner)
                    pairs.append((ours.pop(place), theirs.pop(partner)))
        left, right = ({place: self._words(one) for place, one in rest.items()} for rest in (ours, theirs))
        return pairs + [(ours.pop(old), theirs.pop(new)) for new, old in closest(left, right).items()]

    def _compared(self, chosen: Part, other: Part) -> list[tuple[Likeness, str]]:
        """How two entries stand to each other, part by part, and what differs in words."""
        if chosen == other:
            return []
        found: list[tuple[Likeness, str]] = []
        name = self._words(chosen)
        if self._key(chosen) != self._key(other):
            found.append((Likeness.DIFFERENT, f"{shortened(name)} reads {shortened(self._words(other))} here"))
        for part, compare in self.parts.items():
            ours, theirs = getattr(chosen, part), getattr(other, part)
            if ours == theirs:
                continue
            if theirs in (None, ()):
                found.append((Likeness.LESS, ""))
            elif ours in (None, ()):
                found.append((Likeness.MORE, ""))
            else:
                likeness = compare(ours, theirs).likeness
                line = f"{part} of {shortened(name)}: {shortened(_told(ours))}, here {shortened(_told(theirs))}"
                found.append((likeness, line if likeness is Likeness.DIFFERENT else ""))
        return found

    def _words(self, entry: Part) -> str:
        return ", ".join(str(value) for name in self.names if (value := getattr(entry, name)))

    def _key(self, entry: Part) -> str:
        return "|".join(reading(str(getattr(entry, name) or "")).key for name in self.names)


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _phone(chosen: str, other: str) -> Compared:
    """Telephone numbers: their digits, however they are grouped."""
    ours, theirs = ("".join(filter(str.isdigit, text)).lstrip("0") for text in (chosen, other))
    return SAME if ours.endswith(theirs) or theirs.endswith(ours) else DIFFERENT


interventions: Final = Entries(("name",), {"type": plain})
arms: Final = Entries(("label",), {"type": plain, "description": prose, "interventions": words})
contacts: Final = Entries(("name",), {"phone": _phone, "email": short})
locations: Final = Entries(("facility", "city"), {"state": _any, "country": _any})
outcomes: Final = Entries(("measure",), {"type": plain, "description": prose, "time_frame": prose})
secondary_ids: Final = Entries(("id",), {"kind": _any, "domain": _any})

Places = tuple[int, tuple[Location, ...]]
"""How many places a page says there are, and those that it lists."""


def location_counts(chosen: Places, other: Places) -> Compared:
    """Numbers of places: as many as are listed says less, where the list does."""
    if chosen[0] == other[0]:
        return SAME
    if all(count == len(listed) for count, listed in (chosen, other)):
        likeness = locations(chosen[1], other[1]).likeness
        if likeness in {Likeness.LESS, Likeness.MORE}:
            return Compared(likeness, "as many as are listed")
    return DIFFERENT
