"""JSON as the store writes it: the same text for the same value, everywhere."""

import json
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""A value that JSON can hold."""


def dumps(value: object) -> str:
    """The value in one line without blanks, keys as they come, letters of every script as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
