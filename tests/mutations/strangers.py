"""Mutations that put something new between the parts of a page: pairs, cards, advertisements, buttons, chips."""

from collections.abc import Callable, Iterator, Sequence

from normalizers.ages import age_range
from normalizers.phrases import phases, sex, status
from schemas.document import Block
from tests.mutations.bases import Base
from tests.mutations.mutant import (
    Mutant,
    Seam,
    changed,
    first_of_content,
    heading,
    inserted,
    labelled,
    line,
    pair_in_own_style,
    seams,
    texts,
)
from tests.mutations.vocabulary import (
    ADVERTISEMENTS,
    CHIPS,
    DECORATIONS,
    KNOWN_BUTTONS,
    NEW_BUTTONS,
    OTHER_TRIAL,
    TOOLTIPS,
    UNKNOWN_PAIRS,
    VOCABULARY_FIELDS,
)
from tests.reskin import Dice, Group, Outline


def pair_as_heading(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A label that nobody knows as a heading, its value as a paragraph."""
    yield from _pairs(base, dice, lambda name, value: Group(heading(name), "prose", (line(value),)))


def pair_as_lines(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The same as two plain lines."""
    yield from _pairs(base, dice, _lines)


def pair_in_a_line(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The same in one line, with a colon between them."""
    yield from _pairs(base, dice, lambda name, value: _lines(f"{name}: {value}"))


def pair_as_own_label(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The same in the form of the page's own labels."""
    yield from _pairs(base, dice, pair_in_own_style)


def card(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A card of another trial, with its number."""
    title, number, state, sponsor = (OTHER_TRIAL[name] for name in ("title", "nct_id", "status", "sponsor"))
    cards: Sequence[tuple[str, tuple[Group, ...]]] = (
        ("below a heading", (Group(heading("Related trials"), "prose", _block_lines(title, number, state, sponsor)),)),
        ("as lines", (_lines(title, number, state, sponsor),)),
        ("with its title as heading", (Group(heading(title), "prose", _block_lines(state, number, sponsor)),)),
        (
            "with labels",
            (
                Group(heading("You may also like"), "prose", (line(title),)),
                pair_in_own_style("NCT ID", number),
                pair_in_own_style("Sponsor", sponsor),
            ),
        ),
        ("as a row", (Group(None, "prose", (line(f"{state} {number} - {title}"),)),)),
    )
    for seam in seams(base):
        name, groups = dice.choice(cards)
        yield _new(base, seam, f"a card {name}", *groups)


def advertisement(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A line of advertisement."""
    yield from _each_seam(base, dice, ADVERTISEMENTS)


def tooltip(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A sentence that explains a label."""
    yield from _each_seam(base, dice, TOOLTIPS)


def tooltip_below_label(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The same between a label and its value."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        if group.holds in {"one", "many"} and group.body:
            words = dice.choice(TOOLTIPS)
            page = _with_body(base, place, (line(words), *group.body))
            yield Mutant(f"{words!r} below {texts(group)[0]!r}", page, (words, *texts(group)))


def known_button(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The words of a button that the cleaner knows."""
    yield from _each_seam(base, dice, KNOWN_BUTTONS)


def new_button(base: Base, dice: Dice) -> Iterator[Mutant]:
    """The words of a button that nobody knows."""
    yield from _each_seam(base, dice, NEW_BUTTONS)


def chip(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A chip that nobody knows, among those of a listing."""
    if base.layout.site != "trialx":
        return
    for place, number in _chip_places(base):
        group = base.page.groups[place]
        for _ in range(2):
            words = dice.choice(CHIPS)
            body = (*group.body[:number], line(words, gap=number == 0), *group.body[number:])
            behind = group.body[number - 1].text if number else "the title"
            yield Mutant(f"chip {words!r} behind {behind[:40]!r}", _with_body(base, place, body), (words,))


def decorated(base: Base, dice: Dice) -> Iterator[Mutant]:
    """A value of a vocabulary with something beside it."""
    for place in labelled(base.page):
        group = base.page.groups[place]
        if group.known is None or group.holds == "prose" or VOCABULARY_FIELDS.isdisjoint(group.known.fields):
            continue
        for number, block in enumerate(group.body):
            if block.kind == "line" and _is_word(group, block.text):
                yield _decorated(base, place, number, dice)
    if base.layout.site == "trialx":
        for place, number in _chip_places(base):
            body = base.page.groups[place].body
            if number < len(body) and any(reads(body[number].text) is not None for reads in _CHIPS):
                yield _decorated(base, place, number, dice)


_CHIPS: tuple[Callable[[str], object], ...] = (status, age_range, sex, phases)


def _is_word(group: Group, text: str) -> bool:
    """Whether a line is of the vocabulary that the label's values are of; other numbers stand beside the NCT id."""
    reads = group.known.telling if group.known is not None else None
    return reads is None or reads(text) is not None or phases(text) is not None


def _decorated(base: Base, place: int, number: int, dice: Dice) -> Mutant:
    group = base.page.groups[place]
    block = group.body[number]
    words = dice.choice(DECORATIONS).format(block.text)
    body = (*group.body[:number], block._replace(text=words, cells=()), *group.body[number + 1 :])
    return Mutant(f"{block.text!r} -> {words!r}", _with_body(base, place, body), (words, *texts(group)))


def _with_body(base: Base, place: int, body: tuple[Block, ...]) -> Outline:
    return changed(base.page, place, base.page.groups[place]._replace(body=body))


def _chip_places(base: Base) -> Iterator[tuple[int, int]]:
    """Where chips stand: behind the title, up to the first label."""
    known = labelled(base.page)
    start = first_of_content(base.page)
    title = next((block.text for block in base.page.document.blocks if block.number == base.page.title), None)
    for place in range(start, known[0] if known else start + 1):
        group = base.page.groups[place]
        above = [number for number, block in enumerate(group.body) if block.text == title]
        if place == start and group.label is None and not above:
            continue
        for number in range(above[-1] + 1 if above else 0, len(group.body) + 1):
            yield place, number


def _pairs(base: Base, dice: Dice, write: Callable[[str, str], Group]) -> Iterator[Mutant]:
    for seam in seams(base):
        name, value = dice.choice(UNKNOWN_PAIRS)
        yield _new(base, seam, f"{name}: {value}", write(name, value))


def _each_seam(base: Base, dice: Dice, among: Sequence[str]) -> Iterator[Mutant]:
    for seam in seams(base):
        words = dice.choice(among)
        yield _new(base, seam, repr(words), _lines(words))


def _new(base: Base, seam: Seam, what: str, *groups: Group) -> Mutant:
    words = tuple(text for group in groups for text in texts(group))
    own = base.page.groups
    if seam.number:
        where = f"behind {own[seam.place].body[seam.number - 1].text[:40]!r}"
    elif seam.place < len(own):
        where = f"before {texts(own[seam.place])[0][:40]!r}"
    else:
        where = "at the end"
    return Mutant(f"{what}, {where}", inserted(base.page, seam, *groups), words)


def _lines(*words: str) -> Group:
    return Group(None, "prose", _block_lines(*words))


def _block_lines(*words: str) -> tuple[Block, ...]:
    return tuple(line(text, gap=number == 0) for number, text in enumerate(words))
