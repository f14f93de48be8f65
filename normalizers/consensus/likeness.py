"""How two values of one field stand to each other, whoever they are from."""

from enum import StrEnum
from typing import NamedTuple


class Likeness(StrEnum):
    """How a value stands to the one that was chosen."""

    SAME = "same"
    VARIANT = "variant"
    """The same in other words."""
    LESS = "less"
    """It says less, and contradicts nothing."""
    MORE = "more"
    """It says more, and contradicts nothing."""
    EARLIER = "earlier"
    """It became the chosen one, without anybody's word on it."""
    LATER = "later"
    """It is what the chosen one became."""
    DIFFERENT = "different"


class Compared(NamedTuple):
    """What a comparison found; `why` and `differences` are for people."""

    likeness: Likeness
    why: str = ""
    differences: tuple[str, ...] = ()
    is_damage: bool = False
    """What differs are signs that one of the two has lost."""
    is_loud: bool = False
    """No doubt excuses it: what one page demands, the other forbids."""


SAME = Compared(Likeness.SAME)
DIFFERENT = Compared(Likeness.DIFFERENT)


def plain(chosen: object, other: object) -> Compared:
    """Values that are equal or not."""
    return SAME if chosen == other else DIFFERENT


def of_parts(found: list[Likeness]) -> Likeness:
    """How wholes stand to each other whose parts stand so; what lacks one thing and adds another says less."""
    for likeness in (Likeness.DIFFERENT, Likeness.LESS, Likeness.MORE, Likeness.VARIANT):
        if likeness in found:
            return likeness
    return Likeness.SAME
