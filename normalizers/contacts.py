"""People who answer questions about a trial: `Mary Doetown, Prof; John Roeville, Dr`."""

import re

from normalizers.phrases import blank
from normalizers.text import clean


def contacts(text: str) -> tuple[str, ...]:
    """The names in one line, told apart by semicolons, since commas stand before degrees."""
    return tuple(name for part in text.split("; ") if (name := part.strip()))


def contact_name(text: str) -> str | None:
    """The name of a person or an office; None where the words are a number, an address or a notice in brackets."""
    letters = sum(map(str.isalpha, text))
    if "@" in text or text.startswith("[") or letters <= sum(map(str.isdigit, text)):
        return None
    return text


def phone(text: str) -> str | None:
    """A number in the page's words, such as `E-mail only`; None for an address that slipped into its row."""
    return None if "@" in text or blank(text) else clean(text)


def email(text: str) -> str | None:
    """An e-mail address; None for what a site shows in its place, such as `[email protected]`."""
    words = clean(text)
    return words if _EMAIL.fullmatch(words) and not blank(text) else None


_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
