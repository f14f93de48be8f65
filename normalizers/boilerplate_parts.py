"""Parts of a page that stand around a trial: forms, questions, lists of other trials, menus, footers."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from normalizers.boilerplate_words import SIGN_UP
from normalizers.phrases import phases, status
from schemas.document import Block, Document, undecorated

OTHER_TRIALS: Final = "other trials"

_COOKIES = re.compile(
    r"(?:we|this (?:web)?site|our partners)\b.{0,40}\buses? (?:\w+ )?cookies|by (?:continuing|using) .{0,60}cookies"
    r"|cookies? (?:help|allow|enable) us|sign up for .{0,40}(?:notification|newsletter|updates|alerts)"
    r"|subscribe to (?:our|the)|would you like to be notified|we have submitted the contact information",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:©|\(c\)|copyright\b).{0,20}\b(?:19|20)\d\d\b|\ball rights reserved\b"
    r"|^data sourced from "
    r"|^(?:(?:privacy (?:policy|notice)|terms (?:of (?:use|service)|(?:and|&) conditions)|cookie (?:policy|settings)"
    r"|contact us|about us|sitemap|accessibility|help|disclaimer)[\s|·•/,-]*)+$",
    re.IGNORECASE,
)
_FIELD_LABEL = re.compile(
    r".{1,40}\*$|(?:first|last|full|your) name|your message|send(?: a)? message|enter your contact details.{0,60}"
    r"|i agree to .{1,80}",
    re.IGNORECASE,
)
_FIELD_LABELS_BESIDE_OTHERS = frozenset(
    {"email", "e-mail", "email address", "message", "other language", "phone", "phone number", "submit", "zip code"}
)
"""Words that label a form's field where other fields are near; by themselves they can label a trial's contact."""
_NCT_ID = re.compile(r"\bNCT\d{8}\b", re.IGNORECASE)

_FAQ_HEADINGS = frozenset(
    {"faq", "faqs", "frequently asked questions", "learn more about clinical trials", "questions and answers"}
)
_OTHER_TRIALS_HEADINGS = frozenset(
    form + colon
    for colon in ("", ":")
    for form in (
        "explore similar trials",
        "more trials",
        "other trials",
        "other trials you may be interested in",
        "related clinical trials",
        "related studies",
        "related trials",
        "see also",
        "similar clinical trials",
        "similar studies",
        "similar trials",
        "you may also be interested in",
        "you may also like",
    )
)


def parts_around(document: Document) -> Iterator[tuple[str, Sequence[int]]]:
    """What the rules for pages of unknown layout find."""
    blocks = document.blocks
    for number, block in enumerate(blocks):
        if block.region in ("form", "footer"):
            yield block.region, (number,)
        text = block.text
        if len(text) <= 400:
            if _COOKIES.search(text):
                yield SIGN_UP, (number,)
            if _FOOTER.search(text):
                yield "footer", (number,)
    yield from _forms(blocks)
    yield from _faqs(blocks)
    yield from other_trials(document, range(len(blocks)))
    yield from _menus(blocks)


def _forms(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[int]]]:
    """Labels of a form's fields, and between two of them those that alone would be none."""
    last = -4
    for number, block in enumerate(blocks):
        text = block.text
        if block.kind in ("line", "item") and _FIELD_LABEL.fullmatch(text):
            yield "form", (number,)
        elif number - last > 3 or text.lower() not in _FIELD_LABELS_BESIDE_OTHERS:
            continue
        else:
            yield "form", (number,)
        last = number


def _faqs(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[int]]]:
    """A heading such as `FAQs`, then questions, each with what stands below it up to the next one.

    Headings that stand one below the other are one; so each block is looked at once.
    """
    start: int | None = None
    question: int | None = None
    for number, block in enumerate(blocks):
        text = block.text
        if start is not None and text.endswith("?"):
            question = number
        elif text.lower().rstrip(":") in _FAQ_HEADINGS:
            if question is None or number - question > 1:
                if start is not None and question is not None:
                    yield "FAQ", range(start, number)
                    start = question = None
                start = number if start is None else start
        elif start is not None and (question is None or number - question > 1):
            yield "FAQ", range(start, number)  # an answer is one block: what follows is a question or another part
            start = question = None
    if start is not None:
        yield "FAQ", range(start, len(blocks))


def other_trials(
    document: Document, content: range, labels: Callable[[Block], bool] | None = None
) -> Iterator[tuple[str, Sequence[int]]]:
    """A heading such as `See also`, then the list below it as long as its entries name other trials.

    Each block is looked at once, however many such headings a page has.
    """
    blocks = document.blocks[: content.stop]
    places = document.places
    next_label = _First(lambda place: labels is not None and labels(blocks[place]), len(blocks))
    # The last card's own lines after its number: short ones, such as a status and a phase. Within a trial others may
    # be the trial's own.
    next_foreign = _First(lambda place: not _is_of_card(blocks[place], is_within_trial=labels is not None), len(blocks))
    listed = told = 0  # behind the last number of a list, and behind all of it
    for heading in sorted(place for form in _OTHER_TRIALS_HEADINGS & places.keys() for place in places[form]):
        if heading not in content or undecorated(blocks[heading].text).lower() not in _OTHER_TRIALS_HEADINGS:
            continue  # around the trial, or a row
        if heading < listed - 1:
            continue  # among the cards of a list: what follows is the list's
        if next_label.from_(heading) == heading:
            continue  # the layout knows what stands below it
        stop = next_label.from_(heading + 1)
        end = heading + 1
        for number in range(heading + 1, stop):
            if number - end > 4:
                break  # a card has a few lines; five without a trial's number are no card
            if _NCT_ID.search(blocks[number].text):
                end = number + 1
        if end == heading + 1 and heading + 1 < len(blocks):
            continue
        listed = end
        end = min(next_foreign.from_(end), max(end, stop))
        yield OTHER_TRIALS, range(max(heading, told), end)
        told = max(told, end)


def _is_of_card(block: Block, *, is_within_trial: bool) -> bool:
    """Whether a block behind the number of another trial can be of its card."""
    if block.kind == "heading" or len(block.text) > 30:
        return False
    return not is_within_trial or status(block.text) is not None or phases(block.text) is not None


class _First:
    """The first place from a given one on of which something holds; asked in rising order, it looks once at each."""

    def __init__(self, holds: Callable[[int], bool], stop: int) -> None:
        self._holds = holds
        self._stop = stop
        self._asked = 0
        self._found = -1

    def from_(self, place: int) -> int:
        """Return the first place, the stop where there is none; no place asked before may be greater."""
        if not self._asked <= place <= self._found:
            self._asked = place
            self._found = next((each for each in range(place, self._stop) if self._holds(each)), self._stop)
        return self._found


def _menus(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[int]]]:
    """Runs of eight and more items of one or two words before the first long text: a menu without a name."""
    first_prose = next((i for i, block in enumerate(blocks) if len(block.text) > 200), 0)
    run: list[int] = []
    for number in range(min(first_prose + 1, len(blocks))):
        block = blocks[number]
        if number < first_prose and block.kind == "item" and len(block.text.split()) <= 4:
            run.append(number)
            continue
        if len(run) >= 8:
            yield "navigation", run
        run = []
