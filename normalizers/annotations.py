"""What a page adds to a value, such as when it was looked at: `(updated 3 days ago)` is no part of the value."""

import re

_WHEN = r"\d+ (?:second|minute|hour|day|week|month|year)s? ago|yesterday|today"
_ANNOTATION = re.compile(
    r"\((?:last )?(?:added|changed|checked|modified|posted|reviewed|updated|verified)\b[^)]*\)$"
    rf"|\((?:{_WHEN})\)$"
    rf"|\b(?:added|changed|checked|modified|posted|reviewed|updated|verified) (?:{_WHEN})$",
    re.IGNORECASE,
)


def has_annotation(text: str) -> bool:
    """Whether a value ends in a remark of the page: `Mayo Clinic (updated 3 days ago)`."""
    return text[-1:] in _LAST and _ANNOTATION.search(text) is not None


_LAST = frozenset(")oOyY")
"""What a remark ends with: most values end otherwise."""
