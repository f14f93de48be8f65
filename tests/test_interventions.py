import pytest

from normalizers.interventions import Names, intervention, split_types
from schemas.trial import Intervention
from schemas.vocabulary import InterventionType
from tests.registry import protocols

BUNDLED = [
    {
        "interventions": [
            {"type": "DRUG", "name": "Imatinib"},
            {"type": "DIAGNOSTIC_TEST", "name": "MRI: 3 T, \u201cfast\u201d"},
            {"type": "COMBINATION_PRODUCT", "name": "Pen"},
        ],
        "armGroups": [
            {"interventionNames": ["Drug: Imatinib", "Combination Product: Pen"]},
            {"interventionNames": ["Diagnostic Test: MRI: 3 T, \u201cfast\u201d"]},
        ],
    }
]
MODULES = BUNDLED + [
    protocol["armsInterventionsModule"] for protocol in protocols() if "armsInterventionsModule" in protocol
]


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("Biological: Exosome", "BIOLOGICAL", "Exosome"),
        ("Combination Product: X", "COMBINATION_PRODUCT", "X"),
        ("Drug: No drug", "DRUG", "No drug"),
        ("DRUG: X", "DRUG", "X"),
        ("COMBINATION_PRODUCT: X", "COMBINATION_PRODUCT", "X"),
        ("Drug: Arm A: foo", "DRUG", "Arm A: foo"),
        ("Diagnostic Test: MRI", "DIAGNOSTIC_TEST", "MRI"),
        ("Dietary Supplement: Vitamin D3 (2,000 IU)", "DIETARY_SUPPLEMENT", "Vitamin D3 (2,000 IU)"),
        (" Drug :  Aspirin ", "DRUG", "Aspirin"),
        ("Other: Drug: X", "OTHER", "Drug: X"),
    ],
)
def test_the_type_stands_before_the_first_colon(words, kind, name):
    assert intervention(words) == Intervention(type=InterventionType(kind), name=name)


@pytest.mark.parametrize("words", ["", "Exosome", "Exosome: 5 ml", "Drug:", "Drug: ", ": Aspirin", "Drug Aspirin"])
def test_words_without_a_known_type_or_a_name_are_no_intervention(words):
    assert intervention(words) is None


TRIAL = (
    Intervention(type=InterventionType.DRUG, name="Aspirin"),
    Intervention(type=InterventionType.DRUG, name="ASPIRIN"),
    Intervention(type=InterventionType.DRUG, name="Anti\u2013PD-1  Antibody"),
    Intervention(type=InterventionType.BIOLOGICAL, name="Vaccine"),
    Intervention(type=InterventionType.OTHER, name="vaccine"),
)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Drug: Aspirin", "Aspirin"),
        ("Drug: ASPIRIN", "ASPIRIN"),
        ("Drug: anti-PD-1 antibody", "Anti\u2013PD-1  Antibody"),
        ("Biological: VACCINE", "Vaccine"),
        ("Other: VACCINE", "vaccine"),
    ],
)
def test_an_arm_points_to_the_intervention_of_its_name(words, name):
    assert Names(TRIAL).match(words) == name


@pytest.mark.parametrize("words", ["Drug: Ibuprofen", "Device: Aspirin", "Aspirin", "Drug: aspirin", "Drug: Vaccine"])
def test_an_arm_that_points_to_none_or_to_several_has_no_match(words):
    assert Names(TRIAL).match(words) is None


def test_the_registrys_interventions_come_back_from_veevas_words():
    for known in (known for module in MODULES for known in module.get("interventions", [])):
        words = f"{known['type'].replace('_', ' ').title()}: {known['name']}"
        assert intervention(words) == Intervention(type=InterventionType(known["type"]), name=known["name"])


def test_the_registrys_arms_point_to_their_interventions():
    for module in MODULES:
        known = [
            Intervention(type=InterventionType(i["type"]), name=i["name"]) for i in module.get("interventions", [])
        ]
        for arm in module.get("armGroups", []):
            for words in arm.get("interventionNames", []):
                assert Names(known).match(words) == words.partition(": ")[2]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Drug: A, Device: B", ("Drug: A", "Device: B")),
        ("Drug: A; Dietary Supplement: B, C", ("Drug: A", "Dietary Supplement: B, C")),
        ("Drug: A, B", ("Drug: A, B",)),
        ("Aspirin, Device: B", ("Aspirin, Device: B",)),
    ],
)
def test_types_show_where_interventions_of_one_line_begin(words, parts):
    assert split_types(words) == parts


def test_no_real_intervention_is_parted():
    for module in MODULES:
        for one in module.get("interventions", ()):
            words = f"{one['type'].replace('_', ' ')}: {one['name']}"
            assert split_types(words) == (words,)
