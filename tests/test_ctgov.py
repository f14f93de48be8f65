"""Records of the registry: parts that an entry can lack, as an answer to a request for some fields does."""

import json
from typing import Any

import pytest

from normalizers.boilerplate_words import SIGN_UPS, WIDGETS
from schemas.record import IssueCode, Record
from schemas.vocabulary import InterventionType
from tests.build import record
from tests.each import each

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


def test_a_secondary_id_has_its_kind_and_who_gave_it():
    other = {"id": "2015-1", "type": "OTHER", "domain": "University of Oulu"}
    found = protocol(orgStudyIdInfo={"id": "SC-1", "domain": "Oulu"}, secondaryIdInfos=[other, {"domain": "ISRCTN"}])
    assert [(one.id, one.kind, one.domain) for one in found.trial.secondary_ids] == [
        ("SC-1", None, "Oulu"),
        ("2015-1", "Other Identifier", "University of Oulu"),
    ]
    assert [(issue.code, issue.text) for issue in found.issues] == [
        (IssueCode.UNREAD, "/protocolSection/identificationModule/secondaryIdInfos/1/domain")
    ]


def test_an_intervention_without_type_and_name_is_none():
    given = [{"weight": "2 kg"}, {"type": "DRUG", "name": "Exosome"}]
    found = protocol(modules={"armsInterventionsModule": {"interventions": given}})
    assert [(one.type, one.name) for one in found.trial.interventions] == [(InterventionType.DRUG, "Exosome")]
    assert [issue.text for issue in found.issues] == ["/protocolSection/armsInterventionsModule/interventions/0/weight"]


@pytest.mark.parametrize(
    ("minimum", "maximum", "is_told"),
    [
        ("65 Years", "18 Years", True),
        ("13 Months", "1 Year", True),
        ("2 Years", "700 Days", True),
        ("12 Months", "1 Year", False),
        ("18 Years", "18 Years", False),
        ("6 Months", "18 Years", False),
    ],
)
def test_limits_of_age_that_run_backwards_are_told(minimum, maximum, is_told):
    found = protocol(modules={"eligibilityModule": {"minimumAge": minimum, "maximumAge": maximum}})
    told = [(issue.code, issue.text) for issue in found.issues if issue.field == "eligibility.minimum_age"]
    assert told == ([(IssueCode.MISMATCH, f"{minimum} to {maximum}")] if is_told else [])
    assert found.trial.eligibility.minimum_age is not None
    assert found.trial.eligibility.maximum_age is not None


@pytest.mark.parametrize(
    ("numbers", "phone", "told"),
    [
        ({"phone": "555 0100", "phoneExt": "12"}, "555 0100 ext. 12", []),
        ({"phone": "555 0100"}, "555 0100", []),
        ({"phoneExt": "+33"}, None, ["+33"]),
        ({"phone": None, "phoneExt": "12"}, None, ["12"]),
        ({"phone": "", "phoneExt": "12"}, None, ["12"]),
        ({"phone": "", "phoneExt": ""}, None, []),
    ],
)
def test_an_extension_without_a_number_is_no_number(numbers, phone, told):
    contact = {"name": "Ada Byron", "email": "ada@example.org", **numbers}
    found = protocol(modules={"contactsLocationsModule": {"centralContacts": [contact]}})
    assert [(one.name, one.phone) for one in found.trial.contacts] == [("Ada Byron", phone)]
    assert [issue.text for issue in found.issues if issue.field == "contacts[0]"] == told


@each("word", sorted({*WIDGETS, *SIGN_UPS, "Observational", "{{SITE_NAME}}", "See also"}))
def test_no_value_of_the_registry_is_boilerplate(word):
    sponsors = {"leadSponsor": {"name": word, "class": "OTHER"}}
    modules = {"conditionsModule": {"conditions": [word], "keywords": [word]}, "sponsorCollaboratorsModule": sponsors}
    found = protocol(modules=modules, acronym=word, briefTitle=word)
    trial = found.trial
    assert (trial.acronym, trial.title, trial.sponsor) == (word, word, word)
    assert (trial.conditions, trial.keywords) == ((word,), (word,))


def test_the_registry_s_own_number_as_a_secondary_id_is_left_out():
    found = protocol(orgStudyIdInfo={"id": "NCT05160831"}, secondaryIdInfos=[{"type": "OTHER", "id": "B"}])
    assert [one.id for one in found.trial.secondary_ids] == ["B"]


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


@pytest.mark.parametrize(
    ("minimum", "maximum", "told"),
    [
        ("60 Years", "18 Years", ["60 Years to 18 Years"]),
        ("2 Years", "18 Months", ["2 Years to 18 Months"]),
        ("18 Years", "60 Years", []),
        ("18 Years", "18 Years", []),
    ],
)
def test_a_minimum_above_the_maximum_is_told(minimum, maximum, told):
    found = protocol(modules={"eligibilityModule": {"minimumAge": minimum, "maximumAge": maximum}})
    assert [issue.text for issue in found.issues if issue.code is IssueCode.MISMATCH] == told


def test_the_measure_of_an_outcome_is_cleaned_and_a_blank_one_stays():
    outcomes = [{"measure": "Pain \\< 3"}, {"measure": "N/A"}]
    found = protocol(modules={"outcomesModule": {"primaryOutcomes": outcomes}})
    assert [outcome.measure for outcome in found.trial.outcomes] == ["Pain < 3", "N/A"]


def test_what_a_page_adds_to_a_value_is_told():
    found = protocol(acronym="KNEE (updated 3 days ago)")
    assert [(issue.field, issue.code, issue.message) for issue in found.issues] == [
        ("acronym", IssueCode.AMBIGUOUS, "a remark of the page can stand behind the value")
    ]


def test_the_label_of_an_arm_is_cleaned_and_a_blank_one_stays():
    arms = [{"label": "Pain \\< 3"}, {"label": "N/A"}]
    found = protocol(modules={"armsInterventionsModule": {"armGroups": arms}})
    assert [arm.label for arm in found.trial.arms] == ["Pain < 3", "N/A"]


def test_the_paragraphs_and_items_of_an_outcome_s_description_stay():
    words = "Pain by a scale \\[0-10\\]:\n\n* 0 is none\n* 10 is the worst\n\nThe mean counts."
    found = protocol(modules={"outcomesModule": {"secondaryOutcomes": [{"measure": "Pain", "description": words}]}})
    assert [outcome.description for outcome in found.trial.outcomes] == [
        "Pain by a scale [0-10]:\n\n* 0 is none\n* 10 is the worst\n\nThe mean counts."
    ]


def test_a_remark_behind_the_description_of_an_outcome_is_told():
    words = "Pain by a scale.\n\nThe mean counts (updated 3 days ago)"
    found = protocol(modules={"outcomesModule": {"primaryOutcomes": [{"measure": "Pain", "description": words}]}})
    assert [(issue.field, issue.code) for issue in found.issues] == [("outcomes[0]", IssueCode.AMBIGUOUS)]
