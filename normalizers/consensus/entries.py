"""Lists of entries that have parts: each entry of one page beside the one of the other that it is."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from normalizers.alignment import closest
from normalizers.consensus.likeness import DIFFERENT, SAME, Compared, Likeness, plain
from normalizers.consensus.regions import region
from normalizers.consensus.texts import prose, reading, shortened
from normalizers.consensus.values import listed, words
from normalizers.text import fold
from schemas.trial import Location, Part


def _any(_chosen: object, _other: object) -> Compared:
    """Names of one thing differ between sites, such as a number's kind: that is no difference of the thing."""
    return Compared(Likeness.VARIANT)


_TRIED: Final = 5
"""Entries of one name that are tried at the most, each a comparison of texts; trials have two or three."""


@dataclass(frozen=True)
class Entries:
    """How the entries of a list are told apart and compared."""

    names: tuple[str, ...]
    """The parts that name an entry."""
    parts: Mapping[str, Callable[[Any, Any], Compared]]
    """The other parts, each with its comparison; a part that one of the two lacks says less."""
    key: Callable[[str], str] = lambda text: reading(text).key
    """What counts of a name."""

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
        for fits in (operator.eq, self._is_no_other, self._bear_one_name):
            named: dict[str, list[int]] = {}
            for place, entry in theirs.items():
                named.setdefault(self._key(entry), []).append(place)
            for place, entry in tuple(ours.items()):
                same = named.get(self._key(entry), [])
                partner = next((one for one in same[:_TRIED] if fits(entry, theirs[one])), None)
                if partner is not None:
                    same.remove(partner)
                    pairs.append((ours.pop(place), theirs.pop(partner)))
        pairs += self._named_in_part(ours, theirs)
        pairs += [(one, rough) for rough, one in self._named_in_part(theirs, ours)]
        left, right = ({place: self._words(one) for place, one in rest.items()} for rest in (ours, theirs))
        return pairs + [(ours.pop(old), theirs.pop(new)) for new, old in closest(left, right).items()]

    def _named_in_part(self, rough: dict[int, Part], others: dict[int, Part]) -> list[tuple[Part, Part]]:
        """Take out the entries with some of the names of others, and these: a city stands for its hospitals."""
        pairs: list[tuple[Part, Part]] = []
        wholes: dict[str, list[int]] = {}
        for place, entry in others.items():
            names = self._names(entry)
            for left_out in range(len(names) if len(self.names) > 1 and all(names) else 0):
                wholes.setdefault("|".join((*names[:left_out], "", *names[left_out + 1 :])), []).append(place)
        for place, entry in tuple(rough.items()):
            whole = [one for one in wholes.get(self._key(entry), ()) if one in others]
            whole = [one for one in whole if self._is_no_other(entry, others[one])] if any(self._names(entry)) else []
            pairs += [(entry, others.pop(one)) for one in whole]
            if whole:
                del rough[place]
        return pairs

    def _is_no_other(self, chosen: Part, other: Part) -> bool:
        """Whether nothing says that two entries of one name are two."""
        return all(likeness is not Likeness.DIFFERENT for likeness, _ in self._parts_compared(chosen, other))

    def _bear_one_name(self, chosen: Part, _: Part) -> bool:
        return any(self._names(chosen))

    def _compared(self, chosen: Part, other: Part) -> list[tuple[Likeness, str]]:
        """How two entries stand to each other, part by part, and what differs in words."""
        if chosen == other:
            return []
        ours, theirs = self._names(chosen), self._names(other)
        if ours == theirs:
            found = []
        elif all(not name or name == one for name, one in zip(theirs, ours, strict=True)):
            found = [(Likeness.LESS, "")]
        elif all(not name or name == one for name, one in zip(ours, theirs, strict=True)):
            found = [(Likeness.MORE, "")]
        else:
            line = f"{shortened(self._words(chosen))} reads {shortened(self._words(other))} here"
            found = [(Likeness.DIFFERENT, line)]
        return found + self._parts_compared(chosen, other)

    def _parts_compared(self, chosen: Part, other: Part) -> list[tuple[Likeness, str]]:
        """How the parts that name nothing stand to each other."""
        found: list[tuple[Likeness, str]] = []
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
                line = (
                    f"{part} of {shortened(self._words(chosen))}: {shortened(_told(ours))},"
                    f" here {shortened(_told(theirs))}"
                )
                found.append((likeness, line if likeness is Likeness.DIFFERENT else ""))
        return found

    def _words(self, entry: Part) -> str:
        """The names of an entry; where it has none, its other parts."""
        for names in (self.names, self.parts):
            if words := ", ".join(str(value) for name in names if (value := getattr(entry, name))):
                return words
        return ""

    def _names(self, entry: Part) -> tuple[str, ...]:
        return tuple(self.key(str(getattr(entry, name) or "")) for name in self.names)

    def _key(self, entry: Part) -> str:
        return "|".join(self._names(entry))


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


_EXTENSION: Final = re.compile(r"(?:\b(?:extension|ext)\b\.?|(?<=[\d\s)])x\.?|#)\s?:?\s?(?=\d)", re.IGNORECASE)
_WITHOUT_AREA: Final = 7
"""Digits of a number at the least that another one can end with: it may have a country and an area before them."""


def _phone(chosen: str, other: str) -> Compared:
    """Telephone numbers: their digits, however they are grouped. One without extension says less."""
    (line, extension), (other_line, other_extension) = _digits(chosen), _digits(other)
    short, long = sorted((line, other_line), key=len)
    if not short or (short != long and not (len(short) >= _WITHOUT_AREA and long.endswith(short))):
        return SAME if fold(chosen) == fold(other) else DIFFERENT
    if extension and other_extension and extension != other_extension:
        return DIFFERENT
    if extension == other_extension:
        return SAME
    return Compared(Likeness.LESS if extension else Likeness.MORE)


def _digits(phone: str) -> tuple[str, str]:
    """The digits of a number without zeros before them, and those of its extension."""
    parts = ["".join(filter(str.isdigit, part)) for part in _EXTENSION.split(phone, maxsplit=1)]
    return parts[0].lstrip("0"), "".join(parts[1:])


def _address(chosen: str, other: str) -> Compared:
    """Addresses of mail: every sign makes another one, but no capital letter."""
    return SAME if fold(chosen) == fold(other) else DIFFERENT


def _number(text: str) -> str:
    """A trial's number elsewhere by its letters and digits; what stands between them makes no difference."""
    return "-".join(_LETTERS_OR_DIGITS.findall(fold(text)))


_LETTERS_OR_DIGITS: Final = re.compile(r"[^\W\d_]+|\d+")

interventions: Final = Entries(("name",), {"type": plain})
arms: Final = Entries(("label",), {"type": plain, "description": prose, "interventions": words})
contacts: Final = Entries(("name",), {"phone": _phone, "email": _address})
locations: Final = Entries(("facility", "city"), {"state": region, "country": region})
outcomes: Final = Entries(("measure",), {"type": plain, "description": prose, "time_frame": prose})
secondary_ids: Final = Entries(("id",), {"kind": _any, "domain": _any}, _number)

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
