"""JSON in the making: parts that are blank are left out."""

from collections.abc import Mapping
from typing import cast

from schemas.values import Json

Values = Mapping[str, object]
"""An object in the making, of which some parts may be blank."""


def pruned(value: object) -> Json:
    """The value as JSON without what is blank: null, and objects and lists that hold nothing."""
    if isinstance(value, Mapping):
        parts = {name: pruned(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if not _is_blank(part)}
    if isinstance(value, (list, tuple)):
        return [part for part in map(pruned, value) if not _is_blank(part)]
    return cast("str | int | None", value)


def _is_blank(value: Json) -> bool:
    return value is None or value in ([], {})
