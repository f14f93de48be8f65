"""Values and moments in the words of tables: short, in one line, in the order of the schema."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from schemas import trial as trials
from schemas.consensus import Relation
from schemas.record import Issue
from schemas.trial import Criterion, Part
from schemas.values import Age
from scraper.store.history import Sighting
from scraper.store.json import Json


def minute(at: datetime | None) -> str:
    """A moment as tables show it, also where nothing says when."""
    return "no date" if at is None else f"{at:%Y-%m-%d %H:%M}"


def iso(at: datetime | None) -> str | None:
    """A moment as JSON shows it."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def words(relation: Relation) -> str:
    """How a relation between two pages' values is called wherever people read it: `says less`."""
    return relation.value.replace("_", " ")


def brief(value: Json, longest: int = 60) -> str:
    """A value in few words; "" where there is none.

    Args:
        value: as JSON.
        longest: characters.
    """
    return shortened(whole(value), longest)


def whole(value: Json) -> str:
    """A value in one line, however long it is."""
    # Two parts of one value need no comma: 18 YEARS, 50 ESTIMATED.
    is_pair = isinstance(value, dict) and len(value) == 2
    return flat(value, " " if is_pair else ", ")


def flat(value: Json, between: str = ", ") -> str:
    """The words of a value and of its parts; lists of entries begin with their number.

    Args:
        value: as JSON.
        between: what parts two values of an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return between.join(part for part in map(flat, _in_order(value)) if part)
    if isinstance(value, list):
        if any(isinstance(entry, dict) for entry in value):
            return f"{len(value)}: " + "; ".join(map(flat, value))
        return ", ".join(map(flat, value))
    return " ".join(str(value).split())


def shortened(text: str, longest: int) -> str:
    """A text of at most so many characters, with an ellipsis where it was longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def difference(old: Json, new: Json) -> str:
    """Two values shortened so that the first difference stays visible: `RECRUITING → COMPLETED`."""
    before, after = _apart(whole(old), whole(new))
    return f"{before or '–'} → {after or '–'}"


def differences(found: Iterable[tuple[str, Json, Json, str | None]]) -> Iterator[tuple[str, str]]:
    """Changes as names and values, ready to be printed.

    Args:
        found: of each change the field, the old value, the new one, and the anomaly where it is improbable.
    """
    for field, old, new, anomaly in found:
        yield field, f"{difference(old, new)}{f'  (anomaly: {anomaly})' if anomaly else ''}"


def location(page: Sighting) -> str | None:
    """Where a page lies, in the archive or where it was imported from; None where it is not known.

    As `ctv.veeva.com.warc.gz:1000`, or the file alone that holds nothing else.
    """
    return page.file if page.start is None else f"{page.file}:{page.start}"


def page_as_json(page: Sighting) -> dict[str, Json]:
    """Which page it was: address, bytes, and place in the archive or in the file that it was imported from."""
    place: Json = None if page.file is None else {"file": page.file, "start": page.start}
    archived, imported = (None, place) if page.is_imported else (place, None)
    return {"url": page.url, "sha256": page.sha256, "archive": archived, "imported_from": imported}


_PARTS: Final[tuple[type[BaseModel], ...]] = (
    Age,
    Issue,
    *(part for part in vars(trials).values() if isinstance(part, type) and issubclass(part, Part) and part is not Part),
)


def _in_order(value: Mapping[str, Json]) -> Iterable[Json]:
    """The values of a part of a record in the order of the schema, which PostgreSQL does not keep.

    A criterion stands without its marker, which means nothing in a line with others.
    """
    part = next((part for part in _PARTS if value.keys() <= part.model_fields.keys()), None)
    if part is None:
        return value.values()
    return [value[name] for name in part.model_fields if name in value and (part, name) != (Criterion, "marker")]


def _apart(old: str, new: str) -> tuple[str, str]:
    same = next((index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    if same > 60:
        old, new = (f"…{text[same - 20 :]}" for text in (old, new))
    return shortened(old, 120), shortened(new, 120)
