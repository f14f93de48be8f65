"""People who answer questions about a trial: `Masoud Soleimani, Prof; Leila Dehghani, Dr`."""

import re


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
    return None if "@" in text else text


def email(text: str) -> str | None:
    """An e-mail address; None for what a site shows in its place, such as `[email protected]`."""
    return text if _EMAIL.fullmatch(text) else None


_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
