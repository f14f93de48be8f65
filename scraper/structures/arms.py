"""Arms that are listed one below the other: a name, a type in words, a description, treatments.

```
Exosomes
Experimental group
Description:
One infusion a week.
Treatment:
Biological: Exosome
```
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from normalizers import phrases
from normalizers.interventions import intervention
from schemas.extraction import RawArm
from scraper.layouts.labels import Unit
from scraper.layouts.sections import Sections

SUB_LABELS = ("Description:", "Treatment:")
"""Labels within an arm. An arm may be named `Treatment`: only with its colon the word is a label."""

_ARM_TYPE = re.compile(r"[A-Z][\w ]{2,30} group", re.ASCII)
"""`Experimental group`: the line that follows an arm's name."""


def is_of_an_arm(units: Sequence[Unit], place: int) -> bool:
    """Whether a line belongs to the arms though it is written as a label, or as a label and its value.

    So are an arm's name, its type, a sub-label, and an intervention.
    """
    words = [unit.text for unit in units[max(place - 1, 0) : place + 3]]
    index = min(place, 1)
    if words[index] in SUB_LABELS or phrases.arm_type(words[index]) is not None or intervention(words[index]):
        return True
    return index + 1 < len(words) and (words[index + 1] in SUB_LABELS or _is_type(words, index + 1))


def read_arms(sections: Sections, name: str, form: str) -> tuple[RawArm, ...]:
    """One arm after the other: name, type, then the sub-labels that are shown.

    Args:
        sections: the page's.
        name: the label that the arms stand below.
        form: of the document.
    """
    places = _each_once(sections, name)
    words = [sections.units[place].text for place in places]
    starts = _arm_starts(words)
    arms = []
    for start, end in pairwise([*starts, len(words)]):
        label_quote = sections.quote(places[start])
        # A name such as `2. Cells`: in a text capture it reads like an item, and the number belongs to the name.
        block = sections.block(places[start])
        if form == "text" and block.marker[:1].isalnum():
            label_quote = label_quote._replace(text=block.words)
        type_quote = None
        description: list[int] = []
        treatments: list[int] = []
        parts = dict(zip(SUB_LABELS, (description, treatments), strict=True))
        part: list[int] | None = None
        for index in range(start + 1, end):
            word = words[index]
            if index == start + 1 and _is_type(words, index):
                type_quote = sections.quote(places[index])
            elif word in SUB_LABELS and parts[word] is not part and not parts[word]:
                part = parts[word]
                sections.quote(places[index])
            elif part is not None:
                part.append(places[index])
        sections.tell_intruders("arms", description)
        arms.append(
            RawArm(
                label_quote,
                type_quote,
                sections.blocks(description),
                tuple(sections.quote(place) for place in treatments),
            )
        )
    return tuple(arms)


def _each_once(sections: Sections, name: str) -> list[int]:
    """The lines of the arms, each once where it stands twice in a row, unless it may be an arm's name and its type."""
    places: list[int] = []
    for place in sections.between(name):
        quote = sections.units[place].text
        if places and sections.units[places[-1]].text == quote:
            if _ARM_TYPE.fullmatch(quote) is None:
                sections.quote(place)
                continue
            before = sections.units[places[-2]].text if len(places) > 1 else None
            # Behind a treatment or the label a new arm begins, whose name is the first of both.
            if before is not None and intervention(before) is None:
                sections.doubt("arms", quote, "the same words stand twice: an arm's name and its type, or a type twice")
        places.append(place)
    return places


def _arm_starts(words: list[str]) -> list[int]:
    """Where arms begin: one line above each type; without any type, one line above the arm's first sub-label."""
    starts = [index - 1 for index in range(1, len(words)) if _is_type(words, index)]
    if starts:
        return starts
    for index, word in enumerate(words):
        if word in SUB_LABELS and index and (not starts or word in words[starts[-1] : index]):
            starts.append(index - 1)
    return starts


def _is_type(words: list[str], index: int) -> bool:
    """An arm can be named like a type (`Control group`, `Experimental group`): of two such lines the second is it.

    So can a description be (`Test group`): what stands right below a sub-label is what the sub-label holds.
    """
    if _ARM_TYPE.fullmatch(words[index]) is None or words[index - 1] in SUB_LABELS:
        return False
    following = words[index + 1] if index + 1 < len(words) else ""
    if phrases.arm_type(words[index]) is not None:
        return phrases.arm_type(following) is None or _ARM_TYPE.fullmatch(following) is None
    # A type that nobody has seen yet is told by its place; without any known type beside it, it may be a name.
    return following in SUB_LABELS and intervention(words[index - 1]) is None and any(map(phrases.arm_type, words))
