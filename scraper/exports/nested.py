"""Records and their parts as nested Arrow values: structs and lists whose types come from the schema's classes."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from types import NoneType
from typing import Any, Final, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel, JsonValue

from schemas.consensus import Consensus, Decision
from schemas.record import Evidence, Issue, Source
from schemas.trial import Criterion, Trial
from scraper.exports.arrow import described
from scraper.exports.columns import integer, plain
from scraper.exports.formats import Entry, Level


def nested_schema(level: Level, *, with_contacts: bool) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The schema of one row for each trial or page: the trial's fields, and where they are from."""
    trial = [field for field in _fields(Trial) if with_contacts or field.name != "contacts"]
    if level == "trial":
        more = [
            described("sources", pa.list_(_type(Source)), "The pages that show the trial, by site and layout."),
            described("decisions", pa.list_(_type(Decision)), "For each value its page, the rule, and who differs."),
        ]
    else:
        more = [
            described("source", _type(Source), "Where and when the page was found."),
            described("issues", pa.list_(_type(Issue)), "What a person should know about the values."),
            described("evidence", pa.map_(pa.string(), pa.list_(_type(Evidence))), "The words behind each value."),
        ]
    return pa.schema([*trial, *more])


def nested_row(entry: Entry) -> dict[str, object]:
    """The values of a trial or page, by the names of the schema's fields."""
    trial = _struct(entry.trial)
    if isinstance(entry, Consensus):
        return {
            **trial,
            "sources": _value(entry.sources),
            "decisions": [_struct(one) for one in entry.decisions.values()],
        }
    evidence = [(path, _value(words)) for path, words in sorted(entry.evidence.items())]
    return {**trial, "source": _struct(entry.source), "issues": _value(entry.issues), "evidence": evidence}


_CRITERIA: Final = (
    ("parent", pa.int64(), "The place in this list of the criterion above; null at the top."),
    ("depth", pa.int64(), "How many criteria stand above it."),
)
"""How a tree of criteria is told in a list: Parquet knows no type that contains itself."""


def _fields(model: type[BaseModel]) -> list[Any]:
    return [
        described(name, _type(field.annotation), _words(field.description))
        for name, field in model.model_fields.items()
    ]


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _is_json(annotation: object) -> bool:
    """Whether the type of values depends on the field: they are JSON in a text."""
    return annotation is JsonValue


def _type(annotation: Any) -> Any:  # noqa: ANN401
    """The Arrow type of what the schema calls so."""
    if _is_json(annotation):
        return pa.string()
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        return pa.list_(_criterion() if inner is Criterion else _type(inner))
    kinds = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type) and one is not NoneType]
    kind = kinds[0] if kinds else str
    if issubclass(kind, BaseModel):
        return pa.struct(_fields(kind))
    simple = {bool: pa.bool_(), int: pa.int64(), date: pa.date32(), datetime: pa.timestamp("us", "UTC")}
    return simple.get(kind, pa.string())


def _criterion() -> Any:  # noqa: ANN401
    own = {name: field for name, field in Criterion.model_fields.items() if name != "children"}
    plain_fields = [described(name, _type(field.annotation), _words(field.description)) for name, field in own.items()]
    return pa.struct([*(described(*one) for one in _CRITERIA), *plain_fields])


def _struct(part: BaseModel) -> dict[str, object]:
    fields = type(part).model_fields
    return {
        name: _json(value) if _is_json(fields[name].annotation) else _value(value)
        for name in fields
        for value in (getattr(part, name),)
    }


def _json(value: object) -> str:
    return plain(json.dumps(value, ensure_ascii=False))


def _value(value: object) -> object:
    if isinstance(value, BaseModel):
        return _struct(value)
    if isinstance(value, tuple):
        return _listed(value) if value and isinstance(value[0], Criterion) else [_value(one) for one in value]
    if isinstance(value, str):
        return plain(value)
    return integer(value) if type(value) is int else value


def _listed(criteria: Iterable[Criterion]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    def walk(several: Iterable[Criterion], parent: int | None, depth: int) -> None:
        for one in several:
            here = len(found)
            own = {name: _value(getattr(one, name)) for name in Criterion.model_fields if name != "children"}
            found.append({"parent": parent, "depth": depth, **own})
            walk(one.children, here, depth + 1)

    walk(criteria, None, 0)
    return found
