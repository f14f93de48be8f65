"""Records of one trial into one trial: which page's value counts, and how the others stand to it."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from normalizers.changes import content  # noqa: F401 - the comparison to come
from schemas.consensus import Consensus, Decision, Observation, Opinion, Relation
from schemas.trial import Trial, field_names


def consensus(observations: Iterable[Observation], nearness: Sequence[str] = ()) -> Consensus:
    """One trial from the current records of its pages.

    Args:
        observations: of one trial, at most one of each site and layout.
        nearness: sites' keys, the registry first, then by how directly a site takes its values from the registry.

    Raises:
        ValueError: there is none, they are of several trials, or two are of one page.
    """
    found = sorted(observations, key=lambda one: (_rank(one, nearness), one.key))
    decisions: dict[str, Decision] = {}
    values: dict[str, Any] = {}
    for name in field_names():
        shown = [(one, value) for one in found if (value := attrgetter(name)(one.record.trial)) not in (None, ())]
        if not shown:
            continue
        winner, value = shown[0]
        values[name] = value
        json = winner.record.trial.model_dump(mode="json")
        for part in name.split("."):
            json = json[part]
        decisions[name] = Decision(
            field=name,
            value=json,
            page=winner.key,
            rule="the page nearest to the registry",
            opinions=tuple(
                Opinion(page=one.key, value=json, relation=Relation.AGREES, as_of=None, seen_at=one.seen_at)
                for one, _ in shown
            ),
        )
    parts: dict[str, dict[str, Any]] = {"design": {}, "eligibility": {}}
    for name in [name for name in values if "." in name]:
        whole, _, part = name.partition(".")
        parts[whole][part] = values.pop(name)
    trial = Trial.model_validate({**values, **parts})
    return Consensus(trial=trial, sources=tuple(one.record.source for one in found), decisions=decisions)


def _rank(one: Observation, nearness: Sequence[str]) -> int:
    site = one.record.source.site
    return list(nearness).index(site) if site in nearness else len(nearness)
