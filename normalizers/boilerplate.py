"""What stands on a trial's page and is not the trial: named rules that find it.

Every removed block is given back with the name of its rule, so that nothing vanishes without a reason. Rules come
in two kinds. Those that know a block by its whole text (`Loading...`, `{{SITE_NAME}}`) or by the region that the
markup names hold everywhere. Those that follow a heading (`FAQs`, `See also`) or know a part by its manner
(a form's labels, a copyright line) are for what stands around a trial, or for a page of a layout nobody knows.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from normalizers.phrases import phases, status
from schemas.document import Block, Document, undecorated


class Removed(NamedTuple):
    """A block that is not the trial, and why."""

    block: Block
    rule: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page parted into the trial and everything around it."""

    document: Document
    """The trial's own blocks, with their numbers on the page."""
    page: Document
    """All blocks."""
    content: range
    """The positions of those between the trial's start and end."""
    rules: Mapping[int, str]
    """The positions of those among them that are no text of the trial, each with its rule."""

    @property
    def removed(self) -> tuple[Removed, ...]:
        """All blocks that are not the trial's own: those before it, within, and after."""
        blocks = self.page.blocks
        return (
            *(Removed(block, BEFORE) for block in blocks[: self.content.start]),
            *(Removed(blocks[position], rule) for position, rule in self.rules.items()),
            *(Removed(block, AFTER) for block in blocks[max(self.content.start, self.content.stop) :]),
        )


WIDGETS = frozenset(
    {
        "add a private note",
        "add notes visible only to you.",
        "advertisement",
        "abc select a piece of text.",
        "back to results",
        "back to search",
        "back to top",
        "copy link",
        "download pdf",
        "email this page",
        "image",
        "investigator avatar",
        "loading",
        "loading...",
        "loading…",
        "menu",
        "other languages supported:",
        "powered by ai",
        "primary contact",
        "print",
        "print this page",
        "read less",
        "read more",
        "save",
        "save this study",
        "save trial",
        "send it to people through a passcode protected link.",
        "share",
        "share this page",
        "share this study",
        "show less",
        "show more",
        "skip to content",
        "skip to main content",
        "veeva-enabled site",
    }
)
"""Blocks that are a control, a picture's stand-in or a note about one, by their whole text."""

SIGN_UPS = frozenset(
    {
        "accept",
        "accept all",
        "accept all cookies",
        "accept cookies",
        "contact us",
        "cookie policy",
        "cookie preferences",
        "cookie settings",
        "create account",
        "create an account",
        "decline",
        "get notified",
        "log in",
        "login",
        "manage cookies",
        "newsletter",
        "register",
        "reject all",
        "sign in",
        "sign up",
        "subscribe",
    }
)
"""Blocks that ask the reader for consent or an account, by their whole text."""

_PHASES = (
    "phase 0: exploratory study",
    "phase 1: researchers test a new drug",
    "phase 2: the drug or treatment",
    "phase 2: researchers",
    "phase 3: the drug or treatment",
    "phase 3: researchers",
    "phase 4: studies occurring after",
    "phase 4: researchers",
)
_EXPLAINERS = {
    "interventional": ("interventional studies are often prospective",),
    "observational": ("in an observational study, the investigators", "observational studies are"),
    "phase": _PHASES,
    "n/a": _PHASES,
}
"""Beginnings of sentences by which the aggregator explains a term of the field, by that term."""

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
_PLACEHOLDER = re.compile(r"\{\{\s*[A-Z][A-Z0-9_. ]*\s*\}\}")
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

WIDGET = "widget"
OTHER_TRIALS = "other trials"
BEFORE = "before the trial"
AFTER = "after the trial"


def clean(
    document: Document,
    content: range | None = None,
    known: Mapping[int, str] | None = None,
    labels: Callable[[Block], bool] | None = None,
) -> Cleaned:
    """Part a page into the trial and everything around it.

    Args:
        document: the page, as `marked` gives it.
        content: the positions of the blocks between a known layout's start and end of content; then only rules that
            cannot touch a trial's own words work inside it. None on pages of unknown layout: all rules work.
        known: positions that the layout itself knows as boilerplate, each with the name of its rule.
        labels: tells the layout's own labels, which no list of other trials goes on over.
    """
    blocks = document.blocks
    rules = dict(known or {})
    if document.form != "json":  # nothing stands around its values
        for rule, positions in _around(document) if content is None else _other_trials(document, content, labels):
            for position in positions:
                rules.setdefault(position, rule)
    if content is None:
        content = range(len(blocks))
    kept: list[Block] = []
    within: dict[int, str] = {}
    before = ""
    for position in content:
        block = blocks[position]
        text = block.text
        if name := rules.get(position) or document.boilerplate.get(position):
            within[position] = name
        elif block.kind != "value" and explains(text, before):
            within[position] = "explainer"
        else:
            kept.append(block)
            before = text
    return Cleaned(replace(document, blocks=tuple(kept), boilerplate={}), document, content, within)


def marked(document: Document) -> Document:
    """Say which blocks are boilerplate wherever they stand, and clear the cells of the others of such lines.

    Each block is judged here and nowhere else: what looks for the trial among them goes by `Document.boilerplate`.
    """
    if document.form == "json":
        return document  # nothing stands around its values: `SHARE` is an acronym there
    rules: dict[int, str] = {}
    blocks: list[Block] = []
    for position, block in enumerate(document.blocks):
        own = _cleared(block) if block.kind == "row" else block
        if rule := _block_rule(block) or (WIDGET if _is_emptied(block, own) else ""):
            rules[position] = rule
        blocks.append(own)
    return replace(document, blocks=tuple(blocks), boilerplate=rules)


def _is_emptied(row: Block, cleared: Block) -> bool:
    """Whether a row held nothing but lines of boilerplate."""
    return cleared is not row and any(row.cells) and not any(cleared.cells)


def _cleared(row: Block) -> Block:
    """A row without the lines of boilerplate in its cells; its text still has all words."""
    before = ""
    cells: list[str] = []
    for cell in row.cells:
        kept: list[str] = []
        for line in cell.split("\n"):
            if not (_sentence_rule(line) or explains(line, before)):
                kept.append(line)
                before = line or before
        cells.append("\n".join(kept))
    return row._replace(cells=tuple(cells))


def _block_rule(block: Block) -> str:
    """The rule that knows a block as boilerplate wherever it stands; blank where none does."""
    if block.kind == "image":
        return "image"
    if block.region in ("navigation", "dialog"):
        return block.region
    return _sentence_rule(block.text)


def _sentence_rule(text: str) -> str:
    """The rule that knows words as boilerplate by themselves; blank where none does."""
    if len(text) <= 60 and (rule := _WHOLE_TEXTS.get(text.lower())):
        return rule
    return "placeholder" if "{{" in text and _PLACEHOLDER.search(text) else ""


def explains(text: str, before: str) -> bool:
    """Whether words explain the term of the field that stands before them.

    Elsewhere they are the trial's own: `Observational studies are rare in knee pain, so …`.

    Args:
        text: the words.
        before: what stands before them, other explanations left out.
    """
    if len(text) <= 20 or text[0] not in _EXPLAINER_INITIALS or len(before) > 60:
        return False
    words, term = text.lower(), before.lower()
    return any(known in term and words.startswith(sentences) for known, sentences in _EXPLAINERS.items())


_WHOLE_TEXTS = dict.fromkeys(WIDGETS, WIDGET) | dict.fromkeys(SIGN_UPS, "sign-up")

_EXPLAINER_INITIALS = frozenset(
    "".join(sentence[0] + sentence[0].upper() for sentences in _EXPLAINERS.values() for sentence in sentences)
)


def _around(document: Document) -> Iterator[tuple[str, Sequence[int]]]:
    """What the rules for pages of unknown layout find."""
    blocks = document.blocks
    for position, block in enumerate(blocks):
        if block.region in ("form", "footer"):
            yield block.region, (position,)
        text = block.text
        if len(text) <= 400:
            if _COOKIES.search(text):
                yield "sign-up", (position,)
            if _FOOTER.search(text):
                yield "footer", (position,)
    yield from _forms(blocks)
    yield from _faqs(blocks)
    yield from _other_trials(document, range(len(blocks)))
    yield from _menus(blocks)


def _forms(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[int]]]:
    """Labels of a form's fields, and between two of them those that alone would be none."""
    last = -4
    for position, block in enumerate(blocks):
        text = block.text
        if len(text) <= 100 and block.kind in ("line", "item") and _FIELD_LABEL.fullmatch(text):
            yield "form", (position,)
        elif position - last > 3 or text.lower() not in _FIELD_LABELS_BESIDE_OTHERS:
            continue
        else:
            yield "form", (position,)
        last = position


def _faqs(blocks: Sequence[Block]) -> Iterator[tuple[str, Sequence[int]]]:
    """A heading such as `FAQs`, then questions, each with what stands below it up to the next one.

    Headings that stand one below the other are one; so each block is looked at once.
    """
    start: int | None = None
    question: int | None = None
    for position, block in enumerate(blocks):
        text = block.text
        if start is not None and text.endswith("?"):
            question = position
        elif text.lower().rstrip(":") in _FAQ_HEADINGS:
            if question is None or position - question > 1:
                if start is not None and question is not None:
                    yield "FAQ", range(start, position)
                    start = question = None
                start = position if start is None else start
        elif start is not None and (question is None or position - question > 1):
            yield "FAQ", range(start, position)  # an answer is one block: what follows is a question or another part
            start = question = None
    if start is not None:
        yield "FAQ", range(start, len(blocks))


def _other_trials(
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
        stop = next_label.from_(heading + 1)
        end = heading + 1
        for position in range(heading + 1, stop):
            if position - end > 4:
                break  # a card has a few lines; five without a trial's number are no card
            if _NCT_ID.search(blocks[position].text):
                end = position + 1
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
    for position in range(min(first_prose + 1, len(blocks))):
        block = blocks[position]
        if position < first_prose and block.kind == "item" and len(block.text.split()) <= 4:
            run.append(position)
            continue
        if len(run) >= 8:
            yield "navigation", run
        run = []
