"""Records of the registry: parts that an entry can lack, as an answer to a request for some fields does."""

import json
from typing import Any

import pytest

from schemas.record import IssueCode, Record
from schemas.vocabulary import InterventionType
from tests.build import record

IDENTIFICATION = {"nctId": "NCT05160831", "briefTitle": "Stem Cells for Knee Pain"}

STATUS = {"overallStatus": "UNKNOWN", "lastUpdatePostDateStruct": {"date": "2021-08-31"}}
SPONSORS = {"leadSponsor": {"name": "Army Medical University", "class": "OTHER"}}


def protocol(*, modules: dict[str, Any] | None = None, **identification: Any) -> Record:
    """The record of a protocol section with these parts."""
    section = {
        "identificationModule": {**IDENTIFICATION, **identification},
        "statusModule": STATUS,
        "sponsorCollaboratorsModule": SPONSORS,
        **(modules or {}),
    }
    return record(json.dumps({"protocolSection": section}))


@pytest.mark.parametrize("organisation", [{}, {"orgStudyIdInfo": None}, {"orgStudyIdInfo": {}}])
def test_a_record_without_the_organisation_s_id_has_none(organisation):
    found = protocol(**organisation)
    assert (found.trial.nct_id, found.trial.secondary_ids, found.issues) == ("NCT05160831", (), ())


def test_the_type_of_an_id_that_is_missing_is_no_id_and_is_said():
    found = protocol(orgStudyIdInfo={"id": "SC-1"}, secondaryIdInfos=[{"type": "OTHER"}, {"id": "B", "type": "NIH"}])
    assert [(one.id, one.kind) for one in found.trial.secondary_ids] == [
        ("SC-1", None),
        ("B", "U.S. NIH Grant/Contract"),
    ]
    assert [(issue.code, issue.text) for issue in found.issues] == [
        (IssueCode.UNREAD, "/protocolSection/identificationModule/secondaryIdInfos/0/type")
    ]


def test_an_intervention_without_type_and_name_is_none():
    given = [{"weight": "2 kg"}, {"type": "DRUG", "name": "Exosome"}]
    found = protocol(modules={"armsInterventionsModule": {"interventions": given}})
    assert [(one.type, one.name) for one in found.trial.interventions] == [(InterventionType.DRUG, "Exosome")]
    assert [issue.text for issue in found.issues] == ["/protocolSection/armsInterventionsModule/interventions/0/weight"]


CRITERIA = """INCLUSION CRITERIA :

General

* I1. Age \\>= 12 years

Persons with Dementia (PwD)

* I2. MMSE of 10 to 26

NON-INCLUSION CRITERIA :

* E1. Prior treatment with an inhibitor

Withdrawal criteria:

* W1. Progression under treatment

Donors: Eligibility for plasma donation

Inclusions Criteria:

* D1. A history of infection

4.2 Exlusion Critera

* D2. Anaemia"""


def test_criteria_below_a_heading_that_nobody_knows_are_of_neither_side_and_the_record_says_so():
    found = protocol(modules={"eligibilityModule": {"eligibilityCriteria": CRITERIA}})
    eligibility = found.trial.eligibility
    donors = "Donors: Eligibility for plasma donation"
    assert [(one.text, one.cohort) for one in eligibility.inclusion] == [
        ("I1. Age >= 12 years", "General"),
        ("I2. MMSE of 10 to 26", "Persons with Dementia (PwD)"),
        ("D1. A history of infection", donors),
    ]
    assert [(one.text, one.cohort) for one in eligibility.exclusion] == [
        ("E1. Prior treatment with an inhibitor", None),
        ("D2. Anaemia", donors),
    ]
    assert [(one.text, one.cohort) for one in eligibility.other] == [
        ("W1. Progression under treatment", "Withdrawal criteria")
    ]
    assert [(issue.field, issue.code, issue.text) for issue in found.issues] == [
        ("eligibility", IssueCode.AMBIGUOUS, "Withdrawal criteria:")
    ]
