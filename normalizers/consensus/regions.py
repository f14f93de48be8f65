"""Names of countries and states beside each other: `USA`, `United States`; `Korea, Republic of`, `South Korea`."""

import re
from typing import Final

from normalizers.consensus.likeness import DIFFERENT, Compared, Likeness
from normalizers.consensus.texts import plain_letters

_WORD: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = 3
"""Letters of a code such as `USA` at the most."""
_COMPASS: Final = frozenset({"north", "south", "east", "west", "northern", "southern", "eastern", "western"})
_OF_MANY: Final = _COMPASS | {
    *("and", "democratic", "federal", "islamic", "kingdom", "new", "of", "people", "republic", "saint", "state"),
    *("states", "the", "united"),
}
"""Words in the names of many countries and states."""
_RENAMED: Final = {
    "burma": "myanmar",
    "czechia": "czech",
    "holland": "netherlands",
    "ivoire": "ivory",
    "russian": "russia",
    "swaziland": "eswatini",
    "turkiye": "turkey",
}
"""Words of which the registry and the sites use both, or the registry once used the one and now the other."""


def region(chosen: str, other: str) -> Compared:
    """Names of countries, or of states: of one where they share a word of their own, or one is short for the other."""
    ours, theirs = _words(chosen), _words(other)
    if "".join(ours) == "".join(theirs) or _is_code(ours, theirs) or _is_code(theirs, ours):
        return Compared(Likeness.VARIANT)
    only_ours, only_theirs = {*ours} - {*theirs}, {*theirs} - {*ours}
    if only_ours and only_theirs and not ({*ours} & {*theirs}) - _OF_MANY:
        return DIFFERENT
    return DIFFERENT if only_ours & _COMPASS and only_theirs & _COMPASS else Compared(Likeness.VARIANT)


def _words(name: str) -> list[str]:
    return [_RENAMED.get(word, word) for word in _WORD.findall(plain_letters(name))]


def _is_code(short: list[str], long: list[str]) -> bool:
    """Whether a name is letters of a longer one in their order, from the first on: `TX` for `Texas`."""
    letters = "".join(short)
    rest = iter("".join(long))
    return 0 < len(letters) <= _CODE and letters[0] == next(rest, "") and all(letter in rest for letter in letters[1:])
