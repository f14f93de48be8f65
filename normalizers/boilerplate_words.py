"""Words that are boilerplate by themselves, and sentences that explain the term before them."""

import re
from typing import Final

WIDGET: Final = "widget"
SIGN_UP: Final = "sign-up"

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
    "contacts and locations": ("this section provides the contact details",),
    "interventional": ("interventional studies are often prospective",),
    "observational": ("in an observational study, the investigators", "observational studies are"),
    "phase": _PHASES,
    "n/a": _PHASES,
}
"""Beginnings of sentences that explain a term of the field, by that term."""


def sentence_rule(text: str) -> str:
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


_WHOLE_TEXTS = dict.fromkeys(WIDGETS, WIDGET) | dict.fromkeys(SIGN_UPS, SIGN_UP)

_EXPLAINER_INITIALS = frozenset(
    "".join(sentence[0] + sentence[0].upper() for sentences in _EXPLAINERS.values() for sentence in sentences)
)


_PLACEHOLDER = re.compile(r"\{\{\s*[A-Z][A-Z0-9_. ]*\s*\}\}")
