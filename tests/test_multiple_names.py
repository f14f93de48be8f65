"""Names that may be several: joined by commas, semicolons or bars, and commas that belong to one name."""

import pytest

from normalizers.multiple_names import may_be_several_conditions, may_be_several_organisations
from tests.registry import protocols


@pytest.mark.parametrize(
    "words",
    [
        "A Ltd., B University",
        "Pfizer, Novartis",
        "Pfizer Inc., Novartis",
        "A University; B University",
        "A University | B",
        "A Hospital / B Hospital",
        "A University, B University, C",
        "X Co., Ltd., Y Co., Ltd.",
    ],
)
def test_organisations_may_be_joined(words):
    assert may_be_several_organisations(words)


def test_a_comma_behind_all_but_a_company_belongs_to_a_name_that_has_others_beside_it():
    assert not may_be_several_organisations("Princess Margaret Hospital, University Health Network", is_alone=False)
    assert may_be_several_organisations("Princess Margaret Hospital, University Health Network")
    assert may_be_several_organisations("A Ltd., B University", is_alone=False)
    assert may_be_several_organisations("A University; B University", is_alone=False)


@pytest.mark.parametrize(
    "words",
    [
        "Mayo Clinic",
        "Suzhou Yasheng Pharmaceutical Co., Ltd.",
        "Janssen Research & Development, LLC",
        "Loxo Oncology, Inc.",
        "CMIC Co, Ltd. Japan",
        "University of California, San Francisco",
        "Ministry of Health, Brazil",
        "National Heart, Lung, and Blood Institute (NHLBI)",
        "Center (A, B)",
        "Novo Nordisk A/S",
    ],
)
def test_a_comma_may_belong_to_one_organisation(words):
    assert not may_be_several_organisations(words)


@pytest.mark.parametrize("words", ["Asthma, COPD", "Asthma; COPD", "Depression, Anxiety", "Asthma, Leukemia, Myeloid"])
def test_conditions_may_be_joined(words):
    assert may_be_several_conditions(words)


@pytest.mark.parametrize(
    "words",
    ["Asthma", "Labor, Induced", "Leukemia, Myeloid, Acute", "Diabetes Mellitus, Type 2", "Pain (Back, Neck)"],
)
def test_a_comma_may_belong_to_one_condition(words):
    assert not may_be_several_conditions(words)


def test_few_real_names_seem_to_be_several():
    names = {name for one in protocols() for name in _collaborators(one) if may_be_several_organisations(name)}
    sole = {
        conditions[0]
        for one in protocols()
        if len(conditions := one["conditionsModule"].get("conditions", ())) == 1
        and may_be_several_conditions(conditions[0])
    }
    trials = len(protocols())
    assert len(names) <= 0.015 * trials
    assert len(sole) <= 0.01 * trials


def _collaborators(protocol):
    module = protocol.get("sponsorCollaboratorsModule", {})
    return [one["name"] for one in module.get("collaborators", ())]
