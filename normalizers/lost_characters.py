"""Characters that a site lost: the `?` that stands in their place is no part of the text."""

import re


def has_lost_character(text: str) -> bool:
    """Whether a mark stands where no question ends: `Rome ? diagnosis`, `?-lactams`."""
    return _LOST_CHARACTER.search(text) is not None and _LOST_CHARACTER.search(_QUESTION.sub("", text)) is not None


_LOST_CHARACTER = re.compile(r"[?¿\ufffd]")
_QUESTION = re.compile(
    r"(?:^|[.!?:;(\"'])(?:and|or|if yes|,|\s)*"
    r"(?:are|can|could|did|do|does|had|has|have|how|is|may|should|was|were|what|when|where|which|who|why|will|would)\b"
    r"[^?]{1,1000}+(?<=[\w)\]\"'%])\?(?=[\"')\]]*(?:$|\s+[^\sa-z]))",
    re.IGNORECASE,
)
"""A question from its first word to its mark: the mark stands right behind a word, and the sentence ends with it."""
