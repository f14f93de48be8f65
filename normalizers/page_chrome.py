"""Words of a page itself that can stand among the values of a trial: buttons, advertisements, explanations.

Nothing is removed here: whoever reads a list of free words, such as conditions, asks whether an entry can be one.
"""

import re

from normalizers.dates import partial_date
from normalizers.identifiers import nct_ids, secondary_id

LONGEST_ENTRY = 200
"""Characters of the longest entry of a list; what is longer is running text."""

_COMMANDS = (
    r"add|apply|ask|book|bookmark|browse|call|chat|check|choose|click|close|collapse|compare|connect|contact|copy"
    r"|discover|download|edit|email|enrol+|expand|explore|export|favou?rite|filter|find|follow|get|give|go|hide|invite"
    r"|join|learn|like|list|look|make|manage|message|open|print|read|refer|register|remind|remove|report|request|reset"
    r"|save|schedule|search|see|select|send|set|share|show|sign|sort|start|submit|subscribe|suggest|switch|take|talk"
    r"|tap|tell|track|translate|try|unfollow|update|use|view|visit|watch|write"
)
_CONTROL = re.compile(
    rf"(?:{_COMMANDS})(?: (?:a|all|an|another|as|at|by|for|here|in|it|less|me|more|my|near|nearby|now|of|on|our|out"
    r"|over|the|this|these|to|trials?|up|us|with|your|study|studies|map|pdf|details?|list|page|alert|alerts|updates?"
    r"|team|sites?|directions?)\b.*|$)"
    r"|\+ ?\d+ more|\d+ more|page \d+ of \d+"
    r"|(?:next|previous|back|back to .+|more|less|top|help|info|new|faqs?)|yes|no",
    re.IGNORECASE,
)
_READER = re.compile(
    r"\b(?:you|your|yours|you're|click|tap here|sign up|apply (?:now|today)|sponsored|advertisement|cookies?)\b"
    r"|\b(?:am|can|could|do|may|should|would) i\b.*\?$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:are|can|does|explains?|has|have|indicates?|is|means?|shows?|tells?|was|were|will)\b.*[.!?]$", re.IGNORECASE
)
_NOTE = re.compile(
    r"\((?:updated|verified|last|since|as of|edited|new|see)\b[^()]*\)$"
    r"|\b(?:an?|\d+) (?:minutes?|hours?|days?|weeks?|months?|years?) ago\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[A-Z][^:]{1,38}[a-z]: \S")


_NUMBER = "a number or a date"
_TRIAL = "a trial's number"


def not_an_entry(text: str) -> str | None:
    """Why words cannot be an entry of a list of free words, in one phrase; None where they can be one.

    Args:
        text: of folded white space.
    """
    if len(text) > LONGEST_ENTRY:
        return "running text"
    if _is_control_phrase(text):
        return "the words of a control"
    if addresses_reader(text):
        return "words to the reader of the page"
    if _SENTENCE.search(text):
        return "a sentence"
    if _PAIR.match(text):
        return "a label and its value"
    if nct_ids(text):
        return _TRIAL
    if not any(map(str.isalpha, text)) or partial_date(text) is not None:
        return _NUMBER
    if _NOTE.search(text):
        return "a note of the page"
    return None


def is_control(text: str) -> bool:
    """Whether a line within a text reads like a button: an imperative of a few words without an end."""
    if _ICON.fullmatch(text):
        return True
    return not text[:1].islower() and text[-1] not in ".;:,!?" and len(text.split()) <= 6 and _is_control_phrase(text)


def _is_control_phrase(text: str) -> bool:
    return _CONTROL.fullmatch(text) is not None or _ICON.fullmatch(text) is not None


# The words that stand for a picture.
_ICON = re.compile(r"(?:\w+ )?(?:icon|arrow|tooltip|logo|thumbnail|chevron)|info|question mark", re.IGNORECASE)


def addresses_reader(text: str) -> bool:
    """Whether words are for the reader of the page: `Apply today!`, `See whether you qualify`."""
    return _READER.search(text) is not None


def explains_field(text: str) -> bool:
    """Whether a sentence explains a term of such pages: `The status tells whether a study looks for people.`."""
    return _EXPLAINS.match(text) is not None


_EXPLAINS = re.compile(
    r"(?:[Tt]he |[Tt]his |[Aa]n? )?(?:\w+ ){0,3}?(?:ages?|allocation|conditions?|criteria|design|enrol+ment|funders?"
    r"|identifiers?|masking|phases?|purpose|sex|sponsors?|status|study type|treatments?|volunteers?)"
    r" (?:describes?|explains?|indicates?|means?|refers? to|says?|shows?|tells?)\b.*[.!?]$"
)


def not_an_identifier(text: str) -> str | None:
    """Why words cannot be an identifier of a study, in one phrase; None where they can be one, such as digits alone.

    Its kind and who gave it, in parentheses behind it, may be any words: `OA (Other Identifier: Sponsor)`.
    """
    known = secondary_id(text)
    reason = not_an_entry(text if known is None or known.kind is None else known.id)
    return None if reason == _NUMBER or (reason == _TRIAL and any(map(str.isdigit, text))) else reason


def looks_like_phrase(text: str) -> str | None:
    """Say so where words read like a phrase of a language: some identifiers and names do (`Isfahan med`)."""
    return "it is written as a phrase" if _PHRASE.fullmatch(text) else None


def looks_like_heading(text: str) -> str | None:
    """Say so where words read like a phrase or a heading, also with capitals: no identifier of a study does."""
    words = text.split()
    is_heading = len(words) > 1 and not text.isupper() and all(map(_IS_WORD.fullmatch, words))
    return "it is written as a phrase" if is_heading else looks_like_phrase(text)


_IS_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]*|[A-Z]{1,4}")
"""A word with at most its first letter as a capital, or an abbreviation."""
_PHRASE = re.compile(r"[A-Z]?[a-z]+(?:[ -][a-z]+)*(?: (?:and|for|in|of|the|to|with) [A-Za-z]+)?")
