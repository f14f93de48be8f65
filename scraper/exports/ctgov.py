"""The registry's own shape: each trial as a study of the API v2 of ClinicalTrials.gov, as far as the schema goes.

Each study is read again before it is kept: what reads otherwise is told. `docs/registry-shape.md` says what that can
be, and what the registry has and the schema has not.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Final, TextIO

from normalizers.identifiers import SECONDARY_ID_KINDS
from schemas.consensus import Consensus
from schemas.trial import Arm, Contact, Outcome, SecondaryId, Trial, field_names
from schemas.values import Age, Json, PartialDate
from schemas.vocabulary import OutcomeType
from scraper.console.visible import visible
from scraper.exports.criteria_text import criteria_text, markdown, plain
from scraper.exports.export import Export
from scraper.exports.folder import files_in, visible_lines
from scraper.exports.formats import Entry
from scraper.exports.organisations import organisations
from scraper.exports.pruned import Values, pruned
from scraper.pipeline import extract_page


def write(export: Export, folder: Path) -> None:
    """Write one file for each trial, `NCT05160831.json`, and tell which fields its shape could not hold."""
    with files_in(folder, "NCT*.json", export.tell) as files:
        for nct_id, made in _studies(export):
            files.put(f"{nct_id}.json", visible_lines(json.dumps(made, ensure_ascii=False, indent=2)) + "\n")


def write_lines(export: Export, stream: TextIO) -> None:
    """Write one line for each trial, and tell which fields its shape could not hold."""
    stream.writelines(f"{visible(json.dumps(made, ensure_ascii=False))}\n" for _, made in _studies(export))


def _studies(export: Export) -> Iterator[tuple[str, dict[str, Json]]]:
    """Each trial's number and study; at last, tell what reads otherwise than it was written."""
    otherwise: Counter[str] = Counter()

    def checked(found: Entry) -> tuple[str, dict[str, Json]]:
        assert isinstance(found, Consensus)  # noqa: S101 - of pages there are no studies
        made = study(found)
        otherwise.update(unlike(found.trial, extract_page(json.dumps(made).encode()).trial))
        return found.trial.nct_id, made

    yield from export.each(checked)
    if otherwise:
        fields = ", ".join(f"{name} ({count:,})" for name, count in otherwise.most_common())
        export.tell(f"the registry's shape does not hold all of these fields, of so many trials: {fields}")


def unlike(trial: Trial, other: Trial) -> tuple[str, ...]:
    """The fields that differ between two trials."""
    return tuple(name for name in field_names() if attrgetter(name)(trial) != attrgetter(name)(other))


def study(found: Consensus) -> dict[str, Json]:
    """A trial as the registry's API gives it, with what the schema knows of it and nothing else."""
    trial = found.trial
    modules = {
        "identificationModule": _identification(trial),
        "statusModule": _status(trial),
        "sponsorCollaboratorsModule": _sponsors(found),
        "descriptionModule": {
            "briefSummary": _markdown(trial.summary),
            "detailedDescription": _markdown(trial.description),
        },
        "conditionsModule": {"conditions": _plain(trial.conditions), "keywords": _plain(trial.keywords)},
        "designModule": _design(trial),
        "armsInterventionsModule": _arms(trial),
        "outcomesModule": _outcomes(trial.outcomes),
        "eligibilityModule": _eligibility(trial),
        "contactsLocationsModule": _places(trial),
    }
    return {"protocolSection": pruned(modules)}


def _markdown(text: str | None) -> str | None:
    return None if text is None else markdown(text)


def _text(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _plain(texts: Iterable[str]) -> list[str]:
    return [plain(text) for text in texts]


def _identification(trial: Trial) -> Values:
    own, others = _own_id(trial.secondary_ids)
    return {
        "nctId": trial.nct_id,
        "orgStudyIdInfo": {} if own is None else {"id": own.id},
        "secondaryIdInfos": [
            {"id": one.id, "type": _ID_TYPES.get(one.kind or ""), "domain": _text(one.domain)} for one in others
        ],
        "briefTitle": _text(trial.title),
        "officialTitle": _text(trial.official_title),
        "acronym": _text(trial.acronym),
    }


_ID_TYPES: Final = {words: constant for constant, words in SECONDARY_ID_KINDS.items()}


def _own_id(ids: tuple[SecondaryId, ...]) -> tuple[SecondaryId | None, tuple[SecondaryId, ...]]:
    """The sponsor's own number, which is the first where no kind says otherwise, and the others."""
    if ids and ids[0].kind is None and ids[0].domain is None:
        return ids[0], ids[1:]
    return None, ids


def _status(trial: Trial) -> Values:
    return {
        "overallStatus": trial.status,
        "startDateStruct": _date(trial.start_date),
        "primaryCompletionDateStruct": _date(trial.primary_completion_date),
        "completionDateStruct": _date(trial.completion_date),
        "lastUpdatePostDateStruct": _date(trial.last_updated),
    }


def _date(day: PartialDate | None) -> Values:
    return {"date": None if day is None else str(day)}


def _sponsors(found: Consensus) -> Values:
    lead, *others = organisations(found)
    return {
        "leadSponsor": {"name": _text(lead.name), "class": lead.agency_class},
        "collaborators": [{"name": _text(one.name), "class": one.agency_class} for one in others],
    }


def _design(trial: Trial) -> Values:
    design = trial.design
    return {
        "studyType": trial.study_type,
        "phases": list(trial.phases),
        "designInfo": {
            "allocation": design.allocation,
            "interventionModel": design.intervention_model,
            "primaryPurpose": design.primary_purpose,
            "observationalModel": design.observational_model,
            "timePerspective": design.time_perspective,
            "maskingInfo": {"masking": design.masking},
        },
        "enrollmentInfo": {}
        if trial.enrollment is None
        else {"count": trial.enrollment.count, "type": trial.enrollment.type},
    }


def _arms(trial: Trial) -> Values:
    kinds: dict[str, set[str]] = {}
    for one in trial.interventions:
        kinds.setdefault(one.name, set()).add(one.type.replace("_", " ").title())

    def named(name: str) -> str:
        """`Drug: Exosome`; the name alone where it is that of things of several kinds."""
        return ": ".join([*(kinds[name] if len(kinds.get(name, ())) == 1 else ()), plain(name)])

    def group(arm: Arm) -> Values:
        return {
            "label": plain(arm.label),
            "type": arm.type,
            "description": _markdown(arm.description),
            "interventionNames": [named(name) for name in arm.interventions],
        }

    return {
        "armGroups": [group(arm) for arm in trial.arms],
        "interventions": [{"type": one.type, "name": plain(one.name)} for one in trial.interventions],
    }


def _outcomes(outcomes: Iterable[Outcome]) -> Values:
    lists: dict[str, list[Values]] = {f"{kind.value.lower()}Outcomes": [] for kind in OutcomeType}
    for one in outcomes:
        if one.type is None:
            continue  # the list that it stands in would say its rank
        lists[f"{one.type.value.lower()}Outcomes"].append(
            {
                "measure": plain(one.measure),
                "description": _markdown(one.description),
                "timeFrame": _text(one.time_frame),
            }
        )
    return lists


def _eligibility(trial: Trial) -> Values:
    who = trial.eligibility
    return {
        "eligibilityCriteria": criteria_text(who),
        "healthyVolunteers": who.healthy_volunteers,
        "sex": who.sex,
        "minimumAge": _age(who.minimum_age),
        "maximumAge": _age(who.maximum_age),
    }


def _age(age: Age | None) -> str | None:
    """`18 Years`, `1 Month`."""
    if age is None:
        return None
    unit = age.unit.value.capitalize()
    return f"{age.value} {unit[:-1] if age.value == 1 else unit}"


def _places(trial: Trial) -> Values:
    return {
        "centralContacts": [_contact(one) for one in trial.contacts],
        "locations": [
            {
                "facility": _text(one.facility),
                "city": _text(one.city),
                "state": _text(one.state),
                "country": _text(one.country),
            }
            for one in trial.locations
        ],
    }


def _contact(contact: Contact) -> Values:
    phone, _, extension = (contact.phone or "").partition(" ext. ")
    return {
        "name": _text(contact.name),
        "phone": plain(phone) or None,
        "phoneExt": plain(extension) or None,
        "email": contact.email,
    }
