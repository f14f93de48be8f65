"""Tells markup that ends in the middle: within a list, a table or a section, and without the document's own end."""

import re
from collections import Counter
from typing import Final

_TAG: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|template|textarea)\b.*?(?:</(?P=raw)|\Z)"
    rb"|<(?P<end>/?)(?P<name>article|body|div|dl|html|main|ol|section|table|ul)\b",
    re.IGNORECASE | re.DOTALL,
)
_OPTIONAL: Final = frozenset({b"body", b"html"})
"""Elements whose end tags may be left out; nothing stands behind one that is there."""


def open_element(content: bytes) -> str | None:
    """The innermost element that is open where the markup ends, though its end tag may not be left out.

    None where there is none, and where the page's own end is there, so that the tag was only forgotten.

    Args:
        content: of the page, in UTF-8.
    """
    names: list[bytes] = []
    times = Counter[bytes]()  # of each name among them: pages can hold millions of tags
    for match in _TAG.finditer(content):
        name = (match["name"] or b"").lower()
        if name in _OPTIONAL and match["end"]:
            return None
        if not name or name in _OPTIONAL:
            continue
        if not match["end"]:
            names.append(name)
            times[name] += 1
        while match["end"] and times[name]:
            last = names.pop()
            times[last] -= 1
            if last == name:
                break
    return names[-1].decode() if names else None
