"""Printing the store's content as tables and sentences: records side by side, versions, changes, explanations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from pydantic import BaseModel

from schemas import trial as trials
from schemas.record import Issue, Record
from schemas.trial import Part, field_names
from schemas.values import Age
from scraper.console.printing import out
from scraper.console.tables import pairs, say, side_by_side
from scraper.field_rules import field_path, never_shows
from scraper.provenance import Explained
from scraper.store.history import Absence, RecordedChange, Sighting, Standing, Version
from scraper.store.json import Json
from scraper.store.tables import Result


def minute(at: datetime | None) -> str:
    """A moment as tables show it; None is one that nothing says."""
    return "no date" if at is None else f"{at:%Y-%m-%d %H:%M}"


def print_side_by_side(records: Sequence[Record], confirmed: Mapping[tuple[str, str], datetime | None]) -> None:
    """Print one column per record, one row per canonical field; where they do not fit, one table below the other.

    Args:
        records: of one trial.
        confirmed: when each was last seen, by site and layout.
    """
    names = field_names()
    columns = []
    for record in records:
        key = f"{record.source.site}/{record.source.layout}"
        trial = record.trial.model_dump(mode="json")
        cells = [_cell(name, key, trial) for name in names]
        time = confirmed[record.source.site, record.source.layout]
        columns.append((key, [*cells, str(len(record.issues) or ""), minute(time)]))
    side_by_side("field", [*names, "issues", "last confirmed"], columns)
    say("– never shown by this layout")


def print_history(nct_id: str, entries: Iterable[Version | Absence]) -> None:
    """Print the history of a trial, entry by entry.

    Args:
        nct_id: the trial.
        entries: in the order in which they are printed.
    """
    out(nct_id)
    for entry in entries:
        if isinstance(entry, Absence):
            where = entry.site if entry.layout is None else f"{entry.site}/{entry.layout}"
            say(f"{minute(entry.since)}  {where}  {_away(entry)}")
            continue
        mark = "" if entry.standing is Standing.EFFECTIVE else f"  [{entry.standing}]"
        kind = "first version" if entry.cause is None else _CAUSES[entry.cause]
        say(f"{minute(entry.since)}  {entry.site}/{entry.layout}  {kind}{mark}")
        say(f"{_page(entry.page)}; last seen {minute(entry.confirmed_at)}", indent=2)
        _print_differences((change.field, change.old, change.new, anomaly) for change, anomaly in entry.changes)


def print_changes(changes: Iterable[RecordedChange]) -> int:
    """Print changes below the page that brought them; memory holds those of one page.

    Returns:
        How many there were.
    """
    number = 0
    for (at, nct_id, site, layout, cause), group in groupby(
        changes, lambda change: (change.seen_at, change.nct_id, change.site, change.layout, change.cause)
    ):
        several = list(group)
        number += len(several)
        kind = "" if cause == "page" else f"  {_CAUSES[cause]}"
        say(f"{minute(at)}  {nct_id}  {site}/{layout}{kind}")
        _print_differences((change.field, change.old, change.new, change.anomaly) for change in several)
    return number


def print_explained(nct_id: str, field: str, explained: Iterable[Explained]) -> None:
    """Print why a field is what it is, site by site."""
    say(f"{nct_id} {field}")
    for one in explained:
        out("")
        say(f"{one.site}/{one.layout}")
        pairs(_why(field, one))


def brief(value: Json, longest: int = 60) -> str:
    """A value in few words; "" where there is none.

    Args:
        value: as JSON.
        longest: characters.
    """
    return _short(_whole(value), longest)


def _cell(name: str, key: str, trial: Json) -> str:
    """A field of a record; titles stand there as a whole."""
    path = field_path(name)
    shown = _whole(path.of(trial)) if name in _TITLES else brief(path.of(trial))
    return shown or ("–" if never_shows(key, path) else "")


_TITLES: Final = frozenset({"title", "official_title"})
"""Fields that are not shortened: two trials' titles can have the same beginning."""


def _why(field: str, one: Explained) -> Iterator[tuple[str, str]]:
    yield "value", brief(one.value, 400) or f"({one.state})"
    if one.rule is None:
        return
    for path, quote in one.words:
        where = f"blocks {quote.blocks[0]} to {quote.blocks[1]}" if quote.pointer is None else quote.pointer
        of = "" if path == field else f", read as {path}"
        yield "words", f"“{_short(_flat(quote.text), 300)}” ({where}{of})"
    for issue in one.issues:
        yield "issue", str(issue)
    yield "rule", one.rule
    yield "page", one.page.url or "address not known"
    yield "fetched", minute(one.page.at)
    yield "confirmed", f"{minute(one.confirmed_at)}; as it is since {minute(one.since)}"
    yield "sha256", one.page.sha256
    yield "archive", _location(one.page) or "no copy"
    for value, since, until in one.earlier:
        yield "earlier", f"{brief(value, 400) or '(none)'}, {minute(since)} to {minute(until)}"


_CAUSES = {"code": "the same page, read differently", "page": "changed"}


def _print_differences(differences: Iterable[tuple[str, Json, Json, str | None]]) -> None:
    rows = []
    for field, old, new, anomaly in differences:
        before, after = _apart(_whole(old), _whole(new))
        rows.append((field, f"{before or '–'} → {after or '–'}{f'  (anomaly: {anomaly})' if anomaly else ''}"))
    pairs(rows)


def _apart(old: str, new: str) -> tuple[str, str]:
    """Two texts shortened so that the first difference stays visible."""
    same = next((index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    if same > 60:
        old, new = (f"…{text[same - 20 :]}" for text in (old, new))
    return _short(old, 120), _short(new, 120)


def _whole(value: Json) -> str:
    # Two parts of one value need no comma: 18 YEARS, 50 ESTIMATED.
    is_pair = isinstance(value, dict) and len(value) == 2
    return _flat(value, " " if is_pair else ", ")


def _flat(value: Json, between: str = ", ") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return between.join(part for part in map(_flat, _in_order(value)) if part)
    if isinstance(value, list):
        if any(isinstance(entry, dict) for entry in value):
            return f"{len(value)}: " + "; ".join(map(_flat, value))
        return ", ".join(map(_flat, value))
    return " ".join(str(value).split())


_PARTS: Final[tuple[type[BaseModel], ...]] = (
    Age,
    Issue,
    *(part for part in vars(trials).values() if isinstance(part, type) and issubclass(part, Part) and part is not Part),
)


def _in_order(value: Mapping[str, Json]) -> Iterable[Json]:
    """The values of a part of a record in the order of the schema, which PostgreSQL does not keep."""
    part = next((part for part in _PARTS if value.keys() <= part.model_fields.keys()), None)
    return value.values() if part is None else [value[name] for name in part.model_fields if name in value]


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _away(entry: Absence) -> str:
    what = "gone: not shown any more" if entry.result is Result.GONE else "absent: not shown"
    return what if entry.visits == 1 else f"{what}, {entry.visits:,} visits, the last {minute(entry.until)}"


def _page(page: Sighting) -> str:
    location = _location(page)
    return f"{page.url or 'address not known'} sha256 {page.sha256[:12]}{f' at {location}' if location else ''}"


def _location(page: Sighting) -> str | None:
    return None if page.file is None else f"{page.file}:{page.start}"
