"""Which of the lines above the first label of a listing is the title.

The page itself shows it: by a heading, by showing it twice, by its `title` element, by its address. Where these do not
agree, an issue says so; where nothing tells which of several lines it is, there is no title.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from normalizers.identifiers import slugged
from normalizers.page_chrome import explains_field, not_an_entry
from normalizers.text import fold
from schemas.document import Block
from schemas.record import Issue, IssueCode

WORDS_OF_A_TITLE = 4
"""Fewer words can be a button or an entry of a menu."""


class Piece(NamedTuple):
    """A block, or a line of a row's cell."""

    text: str
    block: Block
    place: int
    """Whatever the caller counts by."""


class Page(NamedTuple):
    """What else a page says of its title."""

    title: str
    """The words of its `title` element."""
    address: str | None
    form: str
    image: int | None = None
    """The place of the last block `Image` above the first label: captures show it above the title."""
    has_prose: bool = False
    """A white label: between title and chips, and below them, prose stands that is not the trial's."""


class Title(NamedTuple):
    """What is taken for the title."""

    title: Piece | None
    issues: Sequence[Issue] = ()
    rivals: Sequence[Piece] = ()
    """Pieces of which each can be the title."""


def title_of(
    pieces: Sequence[Piece],
    kinds: Sequence[object],
    run: range,
    page: Page,
    *,
    begins_chip: Callable[[Piece], bool],
    lacks_status: bool,
) -> Title:
    """The title as the page itself shows which piece it is; where it does not, the only one that can be it.

    It stands above the chips; only where nothing there can be it, it may stand below them.

    Args:
        pieces: all above the first label.
        kinds: by piece, the chip that it is, or None.
        run: where the chips stand.
        page: what else the page says.
        begins_chip: whether a piece begins with a chip's words and may be one.
        lacks_status: no chip is a status, so that a piece below the title may be one in unknown words.
    """
    first = next((n for n in run if kinds[n] is not None), len(pieces))
    unknown = [n for n, chip in enumerate(kinds) if chip is None]
    if (title := _voted([pieces[n] for n in unknown if n < first], page)) is not None:
        return title
    above = _unvoted([pieces[n] for n in unknown if run and n < run[0]], page, begins_chip, lacks_status=lacks_status)
    if len(above) == 1:
        return Title(above[0], _contradiction(above[0], _other_words(above[0], page)))
    if not above:
        below = [pieces[n] for n in unknown if not page.has_prose or n < run.stop]
        return _voted(below, page) or Title(None)
    message = "each of these can be the title, and the page does not show which one is"
    words = " | ".join(piece.text for piece in above)
    return Title(None, [issue("title", IssueCode.AMBIGUOUS, words, message)], above)


def _unvoted(
    pieces: Sequence[Piece], page: Page, begins_chip: Callable[[Piece], bool], *, lacks_status: bool
) -> list[Piece]:
    """Of the pieces above the chips those that can be the title where the page does not show which one is."""
    signs = [begins_chip(piece) or _is_of_page(piece.text) for piece in pieces]
    strange = [piece for piece, is_strange in zip(pieces, signs, strict=True) if is_strange]
    named = [piece for piece, is_strange in zip(pieces, signs, strict=True) if not is_strange] or strange
    if not named:
        return []
    above = named
    if page.image is not None:
        behind = [piece for piece in named if piece.place > page.image]
        is_more = len({fold(piece.text) for piece in behind}) > 1 + page.has_prose
        above = behind if is_more else behind[:1] or named
    above = [piece for piece in above if piece.block.kind != "item"] or above
    above = [piece for piece in above if _is_long(piece)] or above
    if len(above) > 1:
        return above
    # Below a listing's title only a status in unknown words can stand; a white label has a second title there.
    title = above[0]
    below = [piece for piece in named if piece.place > title.place and fold(piece.text) != fold(title.text)]
    rivals = below if len(below) > page.has_prose + lacks_status else []
    image = -1 if page.image is None else page.image
    rivals += [piece for piece in strange if piece.place > image and _is_long(piece) and piece != title]
    return sorted((title, *rivals), key=lambda piece: piece.place)


def _voted(candidates: Sequence[Piece], page: Page) -> Title | None:
    """The piece that the page shows as its title in more ways than any other, or in the surest of its ways."""
    votes = _votes(candidates, page)
    if not votes:
        return None
    ways = Counter(words for named in votes for words in set(named))
    most = max(ways.values())
    equals = [words for named in votes for words in reversed(named) if ways[words] == most]
    # Between equals few words are hardly a title; then the order of the votes decides, and of several highest headings
    # the last one counts.
    best = next((words for words in equals if len(words.split()) >= WORDS_OF_A_TITLE), equals[0])
    shown = [piece for piece in candidates if fold(piece.text) == best]
    title = next((piece for piece in reversed(shown) if _is_highest(piece.block)), shown[0])
    rivals = [piece for piece in candidates if ways[fold(piece.text)] == most and fold(piece.text) != best]
    if page.has_prose and most == 1 and len(shown) > 1 and title.block.kind != "heading":
        # Twice may be the plain title: the registry's stands right before it.
        before = candidates[candidates.index(shown[0]) - 1 :][:1] if candidates[0] != shown[0] else []
        rivals += [piece for piece in before if len(piece.text.split()) >= _WORDS_OF_AN_ELEMENT]
    if title.block.kind == "heading" and most == 1 and not _is_highest(title.block):
        # A heading of any level can be an advertisement's: it is sure only where nothing else can be the title.
        rivals += [
            piece for piece in candidates if fold(piece.text) != best and len(piece.text.split()) >= WORDS_OF_A_TITLE
        ]
    if rivals:
        return Title(title, _contradiction(title, rivals[0].text), rivals)
    return Title(title, _contradiction(title, _other_words(title, page)))


def _contradiction(title: Piece, rival: str | None) -> list[Issue]:
    if rival is None:
        return []
    message = f"the page names its trial by these words too, and {title.text!r} stands where the title stands"
    return [issue("title", IssueCode.MISMATCH, rival, message)]


def _other_words(title: Piece, page: Page) -> str | None:
    """What the `title` element or the address call the trial, where that is plainly another title."""
    address = urlsplit(page.address or "").path.rstrip("/").rpartition("/")[2].replace("-", " ")
    own = set(slugged(title.text).split("-"))
    for words, enough in ((max(_parts(page.title), key=len), _WORDS_OF_AN_ELEMENT), (address, WORDS_OF_A_TITLE)):
        others = slugged(words).split("-")
        if len(others) >= enough and 2 * len(own.intersection(others)) < min(len(own), len(others)):
            return words
    return None


def _parts(title: str) -> list[str]:
    """The parts of a `title` element: the trial's title and the site's name, in any order."""
    return re.split(r" [|·•–—-] ", title)


_WORDS_OF_AN_ELEMENT = 8
"""Of a `title` element: shorter ones can be the portal's own, the same on all pages."""


def _votes(candidates: Sequence[Piece], page: Page) -> list[list[str]]:
    """What the page says of its title, one way after the other, each with the words that it names."""
    headings = [piece for piece in candidates if piece.block.kind == "heading"]
    highest = [piece for piece in headings if _is_highest(piece.block)]
    times = Counter(fold(piece.text) for piece in candidates)
    twice = [piece for piece in candidates if times[fold(piece.text)] > 1 and " " in piece.text]
    behind = [piece for piece in candidates if page.image is not None and piece.place > page.image]
    if behind and behind[0] not in twice and not _is_of_page(behind[0].text):
        twice = []  # another line than the one behind the image
    named = fold(page.title)
    parts = set(_parts(named))
    titled = [
        piece
        for piece in candidates
        if len(piece.text.split()) >= WORDS_OF_A_TITLE
        and ((words := fold(piece.text)) in parts or (2 * len(words) > len(named) and words in named))
    ]
    path = urlsplit(page.address or "").path.rstrip("/")
    last = path.rpartition("/")[2]
    addressed = [
        piece
        for piece in candidates
        if "-" in last and _agree(slugged(piece.text), last) and len(piece.text.split()) > 1
    ]
    ways = (highest, twice, titled, addressed, headings if len(headings) == 1 and not highest else [])
    return [[fold(piece.text) for piece in way] for way in ways if way]


def _is_of_page(text: str) -> bool:
    """Whether words read like a control, an advertisement, an explanation or a short pair rather than a title."""
    kind = not_an_entry(text)
    is_pair = kind == "a label and its value" and len(text.split()) <= _WORDS_OF_A_PAIR
    return is_pair or kind in ("the words of a control", "words to the reader of the page") or explains_field(text)


_WORDS_OF_A_PAIR = 6
"""A label and its value, such as `Study visits: Home and clinic`, have so many words together; titles have more."""


def _is_long(piece: Piece) -> bool:
    return len(piece.text.split()) >= WORDS_OF_A_TITLE


def _is_highest(block: Block) -> bool:
    return block.kind == "heading" and block.depth == 1


def _agree(one: str, other: str) -> bool:
    """Whether of two slugs one begins with the other: an address can be cut."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 10 and longer.startswith(shorter)


def issue(field: str | None, code: IssueCode, text: str, message: str) -> Issue:
    """An issue, its parts in order."""
    return Issue(field=field, code=code, text=text, message=message)
