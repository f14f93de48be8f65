"""FHIR R5: each trial as a ResearchStudy, and a Bundle of all of them; `docs/fhir.md` says which element holds what.

Every resource is validated by the standard's own rules before it is kept.
"""

import json
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from fhir.resources.researchstudy import ResearchStudy
from pydantic import ValidationError

from normalizers.text import BULLETS
from schemas.consensus import Consensus, Decision
from schemas.record import Source
from schemas.trial import Arm, Contact, Criterion, Eligibility, Location, Outcome, Trial
from schemas.values import Age, Json
from schemas.vocabulary import EnrollmentType
from scraper.exports.criteria_text import criteria_text, markdown, markup
from scraper.exports.export import Export
from scraper.exports.fhir_codes import (
    ACRONYM,
    AGE_UNITS,
    ARMS,
    COLLABORATOR,
    CONTACT,
    DESIGNS,
    LEAD,
    OFFICIAL,
    ORGANISATIONS,
    OUTCOMES,
    PHASE_CODES,
    PHASES,
    PURPOSES,
    ROLES,
    SEXES,
    STATUSES,
    TITLES,
    UCUM,
    Code,
    coding,
    words,
)
from scraper.exports.folder import files_in, visible_lines
from scraper.exports.formats import Entry, Inexpressible
from scraper.exports.organisations import organisations
from scraper.exports.pruned import Values, pruned
from scraper.sites import ctgov

REGISTRY: Final = "http://clinicaltrials.gov"
"""The system of NCT ids, as HL7 has it in its list of external systems: a name, which no change to https can change."""
BUNDLE: Final = "Bundle.json"


def write(export: Export, folder: Path) -> None:
    """Write `ResearchStudy-NCT05160831.json` for each trial, and `Bundle.json` of all."""

    def resource(found: Entry) -> tuple[str, str]:
        assert isinstance(found, Consensus)  # noqa: S101 - of pages there are no studies
        return found.trial.nct_id, visible_lines(json.dumps(research_study(found), ensure_ascii=False, indent=2))

    with files_in(folder, "ResearchStudy-*.json", export.tell) as files:
        with (files.made / BUNDLE).open("w", encoding="utf-8") as bundle:
            bundle.write('{"resourceType": "Bundle", "type": "collection"')
            separator = ', "entry": ['
            for nct_id, text in export.each(resource):
                files.put(f"ResearchStudy-{nct_id}.json", f"{text}\n")
                bundle.write(f'{separator}\n{{"fullUrl": "{full_url(nct_id)}", "resource": {text}}}')
                separator = ","
            bundle.write("\n]}\n" if files.names else "}\n")
        files.move(BUNDLE)


def full_url(nct_id: str) -> str:
    """What an entry of the bundle is known by: the same for a trial in every export."""
    return uuid5(NAMESPACE_URL, ctgov.record_url(nct_id)).urn


def research_study(found: Consensus) -> Json:
    """A trial as a ResearchStudy, valid by the standard.

    Raises:
        Inexpressible: the standard does not allow it; the message says which element, and why.
    """
    trial = found.trial
    group = _eligibility(trial.eligibility)
    who = {"reference": "#eligibility"} if group else None
    contained = [group, *(_contact(place, one) for place, one in enumerate(trial.contacts, 1))]
    made = pruned(
        {
            "resourceType": "ResearchStudy",
            "id": trial.nct_id,
            "contained": [one for one in contained if one],
            "identifier": _identifiers(trial),
            "title": trial.title or trial.official_title,
            "label": [_label(OFFICIAL, trial.official_title), _label(ACRONYM, trial.acronym)],
            "relatedArtifact": [_artifact(one) for one in found.sources],
            "date": trial.last_updated and str(trial.last_updated),
            "status": "active",
            "primaryPurposeType": PURPOSES.concept(trial.design.primary_purpose),
            "phase": _phase(trial),
            "studyDesign": _design(trial),
            "focus": [{"concept": {"text": f"{words(one.type)}: {one.name}"}} for one in trial.interventions],
            "condition": [{"text": one} for one in trial.conditions],
            "keyword": [{"text": one} for one in trial.keywords],
            "region": [{"text": one} for one in dict.fromkeys(place.country for place in trial.locations) if one],
            "descriptionSummary": _markdown(trial.summary),
            "description": _markdown(trial.description),
            "period": _period(trial),
            "site": [_site(one) for one in trial.locations],
            "note": [{"text": _conflict(one)} for one in found.conflicts],
            "associatedParty": _parties(found),
            "progressStatus": [{"state": STATUSES.concept(trial.status)}] if trial.status else [],
            "recruitment": {**_numbers(trial), "eligibility": who},
            "comparisonGroup": [_arm(place, one) for place, one in enumerate(trial.arms, 1)],
            "outcomeMeasure": [_outcome(one) for one in trial.outcomes],
        }
    )
    try:
        ResearchStudy.model_validate(made)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Inexpressible(f"FHIR does not allow its {place}: {first['msg']}", nct_id=trial.nct_id) from error
    return made


def _markdown(text: str | None) -> str | None:
    return None if text is None else markdown(_BULLETS.sub(r"\1*", text))


_BULLETS: Final = re.compile(r"^( *)[•‣⁃∙▪▫■□▶▸►◆◇○●◦➢➤❖・](?= )", re.MULTILINE)
"""Before the items of a list; Markdown, which does not know them, would make one paragraph of all."""


def _criteria(who: Eligibility) -> str | None:
    """The criteria as Markdown that shows each as an item of a list, whatever its marker on the page."""
    text = criteria_text(who)
    if text is None:
        return None
    markers = {one.marker for side in (who.inclusion, who.exclusion, who.other) for one in _with_children(side)}
    return "\n".join(_as_items(text.split("\n"), markers))


def _with_children(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    for one in criteria:
        yield one
        yield from _with_children(one.children)


def _as_items(lines: Iterable[str], markers: Container[str | None]) -> Iterator[str]:
    levels: list[tuple[int, int]] = []  # of the items above: where each begins in the text, and where its words begin
    for line in lines:
        words = line.lstrip(" ")
        begin, marker = len(line) - len(words), words.partition(" ")[0]
        while words and levels and levels[-1][0] >= begin:
            levels.pop()
        place = levels[-1][1] if words and levels else 0
        if marker and marker in markers and not _ITEM.fullmatch(marker):
            marker, words = "*", f"* {words.removeprefix(marker).lstrip() if marker in BULLETS else words}"
        if _ITEM.fullmatch(marker):
            levels.append((begin, place + len(marker) + 1))
        yield f"{' ' * place}{words}"


_ITEM: Final = re.compile(r"[*+-]|\d{1,9}[.)]")
"""What begins an item of a list in Markdown."""


def _identifiers(trial: Trial) -> list[Values]:
    own: Values = {"use": "official", "system": REGISTRY, "value": trial.nct_id}
    return [
        own,
        *(
            {
                "use": "secondary",
                "type": {"text": one.kind},
                "value": one.id,
                "assigner": {"display": one.domain},
            }
            for one in trial.secondary_ids
        ),
    ]


def _label(kind: Code, value: str | None) -> Values:
    return {} if value is None else {"type": {"coding": [coding(TITLES, kind)]}, "value": value}


def _artifact(source: Source) -> Values:
    return {
        "type": "derived-from",
        "label": f"{source.site}/{source.layout}",
        "document": {"url": source.url, "creation": source.fetched_at and f"{source.fetched_at:%Y-%m-%dT%H:%M:%SZ}"},
    }


def _phase(trial: Trial) -> Values:
    code = PHASE_CODES.get(trial.phases)
    text = "/".join(map(words, trial.phases))
    return {"coding": [] if code is None else [coding(PHASES, code)], "text": text or None}


def _design(trial: Trial) -> list[Values]:
    design = trial.design
    named = (
        ("Study type", trial.study_type),
        ("Allocation", design.allocation),
        ("Intervention model", design.intervention_model),
        ("Masking", design.masking),
        ("Observational model", design.observational_model),
        ("Time perspective", design.time_perspective),
    )
    return [DESIGNS.concept(one, f"{name}: {words(one)}") for name, one in named if one is not None]


def _period(trial: Trial) -> Values:
    """From the first participant to the last data; the end is left out where it is before the start."""
    start, end = trial.start_date, trial.completion_date
    if start is not None and end is not None and end[: len(start)] < start[: len(end)]:
        end = None
    return {"start": start and str(start), "end": end and str(end)}


def _site(place: Location) -> Values:
    parts = (place.facility, place.city, place.state, place.country)
    return {"type": "Location", "display": ", ".join(part for part in parts if part)}


def _conflict(decision: Decision) -> str:
    others = ", ".join(one.page for one in decision.conflicting)
    return markup(f"{decision.field}: the value is that of {decision.page} ({decision.rule}); {others} differ")


def _parties(found: Consensus) -> list[Values]:
    lead, *others = organisations(found)
    named = [(LEAD, lead), *((COLLABORATOR, one) for one in others)]
    return [
        {
            "name": one.name,
            "role": {"coding": [coding(ROLES, role)]},
            "classifier": [ORGANISATIONS.concept(one.agency_class)],
        }
        for role, one in named
        if one.name is not None
    ] + [
        {
            "name": one.name,
            "role": {"coding": [coding(ROLES, CONTACT)]},
            "party": {"reference": f"#contact-{place}"},
        }
        for place, one in enumerate(found.trial.contacts, 1)
    ]


def _contact(place: int, contact: Contact) -> Values:
    telecom = [{"system": kind, "value": value} for kind, value in (("phone", contact.phone), ("email", contact.email))]
    return {
        "resourceType": "PractitionerRole",
        "id": f"contact-{place}",
        "contact": [
            {
                "name": [{"text": contact.name}],
                "telecom": [one for one in telecom if one["value"] is not None],
            }
        ],
    }


def _numbers(trial: Trial) -> Values:
    """How many participants are meant or were counted; a number of neither kind has no element."""
    enrollment = trial.enrollment
    if enrollment is None or enrollment.type is None:
        return {}
    is_counted = enrollment.type is EnrollmentType.ACTUAL
    return {"actualNumber" if is_counted else "targetNumber": enrollment.count}


def _eligibility(who: Eligibility) -> Values | None:
    """Who can take part, as a group that its characteristics define; None where nothing is known."""
    limits = (("Minimum age", "low", who.minimum_age), ("Maximum age", "high", who.maximum_age))
    characteristics: list[Values] = [
        {"code": {"text": name}, "valueRange": {side: _quantity(age)}, "exclude": False}
        for name, side, age in limits
        if age is not None
    ]
    if who.sex is not None:
        sex = SEXES.concept(who.sex)
        characteristics.append({"code": {"text": "Sex"}, "valueCodeableConcept": sex, "exclude": False})
    if who.healthy_volunteers is not None:
        code = {"text": "Healthy volunteers accepted"}
        characteristics.append({"code": code, "valueBoolean": who.healthy_volunteers, "exclude": False})
    criteria = _criteria(who)
    if not characteristics and criteria is None:
        return None
    return {
        "resourceType": "Group",
        "id": "eligibility",
        "type": "person",
        "membership": "definitional",
        "description": criteria,
        "characteristic": characteristics,
    }


def _quantity(age: Age) -> Values:
    return {"value": age.value, "unit": age.unit.value.lower(), "system": UCUM, "code": AGE_UNITS[age.unit]}


def _arm(place: int, arm: Arm) -> Values:
    given = "; ".join(arm.interventions)
    return {
        "linkId": f"arm-{place}",
        "name": arm.label,
        "type": ARMS.concept(arm.type),
        "description": _paragraphs(arm.description, given and f"Interventions: {given}"),
    }


def _outcome(outcome: Outcome) -> Values:
    time = outcome.time_frame
    return {
        "name": outcome.measure,
        "type": [OUTCOMES.concept(outcome.type)],
        "description": _paragraphs(outcome.description, time and f"Time frame: {time}"),
    }


def _paragraphs(*texts: str | None) -> str | None:
    return _markdown("\n\n".join(text for text in texts if text)) or None
