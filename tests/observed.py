"""Observations of a trial for tests of the consensus: what the registry, two copies and an unknown site show."""

from datetime import UTC, datetime

from normalizers.consensus import consensus
from schemas.consensus import Nearness, Observation, Origin
from tests.changing import SOURCE, record

REGISTRY, COPY, OTHER, STRANGER = "ctgov/study", "veeva/study", "trialx/listing", "elsewhere/page"
DAMAGED = "inclinicaltrials/details"
ORIGINS = {
    REGISTRY: Origin(Nearness.REGISTRY),
    COPY: Origin(Nearness.COPY, {"sponsor": "it spells sponsors in its own way", "conditions": "it has its own list"}),
    OTHER: Origin(Nearness.COPY),
    DAMAGED: Origin(Nearness.REWORKED),
}


def moment(day):
    """A day such as `2026-03-01`, at noon; none for none."""
    return None if day is None else datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


def seen(page, day=None, issues=(), **fields):
    """A page that was seen on a day to show these fields."""
    site, _, layout = page.partition("/")
    source = SOURCE.model_copy(update={"site": site, "layout": layout, "fetched_at": moment(day)})
    return Observation(record=record(tuple(issues), source, **fields))


def decided(field, *observations, origins=ORIGINS):
    """The decision on a field."""
    return consensus(observations, origins).decisions[field]


def relations(field, *observations):
    """How each page stands to the chosen one, by page."""
    return {one.page: one.relation.value for one in decided(field, *observations).opinions}


def relation(field, chosen, other, *, page=COPY):
    """How the value of a copy stands to the registry's, both of an unknown day, from either side."""
    found = []
    for ours, theirs in ((chosen, other), (other, chosen)):
        decision = decided(field, seen(REGISTRY, **nested(field, ours)), seen(page, **nested(field, theirs)))
        found += [one.relation.value for one in decision.opinions if one.page == page]
    return tuple(found)


def nested(field, value):
    """A field as the keyword arguments of a trial."""
    whole, _, part = field.partition(".")
    return {whole: {part: value} if part else value}


def texts(*words):
    """Criteria of these words."""
    return [{"text": text} for text in words]
