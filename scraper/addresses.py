"""Tells addresses of web pages from what pages write in their place."""

import re
from typing import Final
from urllib.parse import urlsplit


def page_address(words: str | None) -> str | None:
    """The address; None for anything else: a placeholder, a script, a path, half an address."""
    address = (words or "").strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - it raises for what is no port
    except ValueError:  # `http://[`
        return None
    if parts.scheme not in {"http", "https"} or _HOST.fullmatch(host) is None or _NOT_IN_ADDRESS.search(address):
        return None
    return address


# Letters of any alphabet; the two names are what scripts write for a value that they do not have.
_HOST: Final = re.compile(r"(?!(?:null|undefined)\Z)\w[\w-]*(?:\.\w[\w-]*)*\.?")

# A template that nobody filled in; browsers escape all of these.
_NOT_IN_ADDRESS: Final = re.compile(r"[\s\x00-\x1f\x7f<>{}\[\]\\^`\"]|%7b|%7d|%3c|%3e", re.IGNORECASE)
