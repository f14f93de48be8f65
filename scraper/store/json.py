"""JSON as the store writes it: the same text for the same value, everywhere."""

import json

from schemas.values import Json

__all__ = ["Json", "dumps"]


def dumps(value: object) -> str:
    """The value in one line without blanks, keys as they come, letters of every script as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
