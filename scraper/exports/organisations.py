"""The organisations of a trial, each with its class where only one is possible."""

from typing import NamedTuple

from schemas.consensus import Consensus
from schemas.vocabulary import AgencyClass
from scraper.sites.ctgov import STUDY


class Organisation(NamedTuple):
    """A sponsor or collaborator."""

    name: str | None
    agency_class: AgencyClass | None


def organisations(found: Consensus) -> list[Organisation]:
    """The lead sponsor, whose name may not be known, then the collaborators.

    The schema holds each class once, so that of several nobody knows whose it is, but where they are as many as the
    organisations. In the registry's own record the first is the lead sponsor's.
    """
    trial = found.trial
    names = [trial.sponsor, *trial.collaborators]
    return [Organisation(*one) for one in zip(names, _classes(found, len(names)), strict=True)]


def _classes(found: Consensus, organisations: int) -> list[AgencyClass | None]:
    known = found.trial.funder_types
    if len(known) == 1:
        return [known[0]] * organisations
    decision = found.decisions.get("funder_types")
    if not known or decision is None or decision.page != STUDY.key:
        return [None] * organisations
    if len(known) == organisations:
        return list(known)
    return [known[0], *[None] * (organisations - 1)]
