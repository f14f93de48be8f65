"""E-mail addresses and phone numbers in running text: where they stand, and the text without them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

EMAIL_MASK: Final = "[e-mail address]"
PHONE_MASK: Final = "[phone number]"

# Each pattern begins where a word does and ends soon, so that time grows with the text alone.
_EMAIL: Final = re.compile(
    r"(?i)(?<![\w.+'%-])[\w.+'%-]{1,80}"
    # Also as people write it who fear programs, and with blanks, where what follows looks like a domain.
    r"(?:[@＠]| [@＠] ?(?=[\w.-]{1,80}\.[a-z]{2})| ?[\[({] ?(?:at|@) ?[\])}] ?| at (?=[\w-]{1,80} dot ))"
    r"[\w-]{1,80}(?:(?:\.| ?[\[({] ?dot ?[\])}] ?| dot )[\w-]{1,40}){1,10}"
)
_PHONE: Final = re.compile(r"(?<![\w/.,-])(?:\+|\(?\d)[\d().  /‐‑–-]{5,24}\d(?![\w/-])")
_VANITY: Final = re.compile(
    r"(?<![\w-])(?:\+?1[ .-])?8(?:00|33|44|55|66|77|88)-(?=[\d-]{0,8}[A-Z])[\dA-Z](?:-?[\dA-Z]){4,9}(?![\w-])"
)
"""`1-800-4-CANCER`: letters stand for digits."""
_POSSIBLE: Final = re.compile(r"(?i)[@＠]|[\d+][\d().  /‐‑–-]{5}|\b8\d\d-|[\[({] ?at ?[\])}]| dot ")
"""What a text must hold for any of them."""
_PHONE_WORDS: Final = re.compile(
    r"(?i)\b(?:tel|phone|telephone|call|fax|telefax|mobile|hotline|helpline|whatsapp|telefon|telefone|telefoon|tlf"
    r"|tel[eé]fono|t[eé]l[eé]phone|тел|телефон|τηλ)(?: ?(?:no|nr|number))?\b[^\w+(]*$"
    r"|(?:电话|電話|전화)[^\w+(]*$|\bcell\s*[:.#]\s*$|\b(?:call|phone|dial|ring|contact)\b[^\d.;+(]*$"
)
_AMERICAN: Final = re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ ./‐‑–-])\d{3}[ .‐‑–-]\d{4}")
"""`302-555-0101`: a number of this form is one without a word that says so."""
_NO_PHONE: Final = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:19|20)\d\d *[–/-] *(?:19|20)\d\d"  # days, spans of years
)
FEWEST_DIGITS: Final = 7
"""Digits of the shortest number that is taken for one of a phone."""
_NEAR: Final = 30
"""Characters before a number in which a word says that it is one of a phone."""


def emails(text: str) -> list[str]:
    """The e-mail addresses in a text, in order."""
    return _EMAIL.findall(text)


def phones(text: str) -> list[str]:
    """The phone numbers in a text, in order: with a `+`, in the American form, or behind a word that says so."""
    return [text[start:end] for start, end in _phones(text)]


@lru_cache(maxsize=1_000)  # a trial says most things several times: in its values, and as what each page says
def without_details(text: str) -> str:
    """A text with `[e-mail address]` and `[phone number]` in their places."""
    if _POSSIBLE.search(text) is None:  # nearly all
        return text
    text = _VANITY.sub(PHONE_MASK, _EMAIL.sub(EMAIL_MASK, text))
    for start, end in reversed(list(_phones(text))):
        text = text[:start] + PHONE_MASK + text[end:]
    return text


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        start, number = match.start(), match[0].rstrip()
        if number.startswith("(") and ")" not in number:  # the bracket is the sentence's
            start, number = start + 1, number[1:]
        is_said = (
            number.startswith("+")
            or _AMERICAN.fullmatch(number)
            or _PHONE_WORDS.search(text[max(start - _NEAR, 0) : start])
        )
        if sum(map(str.isdigit, number)) >= FEWEST_DIGITS and is_said and not _NO_PHONE.fullmatch(number):
            yield start, start + len(number)
