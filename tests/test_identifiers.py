import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.identifiers import SECONDARY_ID_KINDS, nct_id, nct_ids, secondary_id
from schemas.trial import SecondaryId
from tests.registry import found


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("NCT05160831", ["NCT05160831"]),
        ("nct05160831", ["NCT05160831"]),
        ("Nct05160831.", ["NCT05160831"]),
        ("Recruiting NCT03479775 - Muscle Function", ["NCT03479775"]),
        ("(NCT00000102/NCT05160831)", ["NCT00000102", "NCT05160831"]),
        ("https://inclinicaltrials.com/knee/NCT04953572/details", ["NCT04953572"]),
        ("NCT05160831, NCT03479775 and nct05160831", ["NCT05160831", "NCT03479775"]),
        ("NCT05160831_v2", ["NCT05160831"]),
    ],
)
def test_ids_are_found_as_whole_words_each_once(text, ids):
    assert nct_ids(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NCT",
        "NCT0516083",
        "NCT051608310",
        "XNCT05160831",
        "NCT05160831X",
        "NCT00000000",
        "NCT 05160831",
        "NCT٠٥١٦٠٨٣١",
    ],
)
def test_what_is_no_whole_id_is_not_found(text):
    assert nct_ids(text) == []


@pytest.mark.parametrize("text", ["NCT05160831", "nct05160831", " NCT05160831\n"])
def test_a_text_that_is_one_id_is_that_id_in_capitals(text):
    assert nct_id(text) == "NCT05160831"


@pytest.mark.parametrize("text", ["", "NCT00000000", "NCT051608310", "NCT05160831 (RA)", "NCT05160831 NCT05160832"])
def test_a_text_that_is_more_or_else_is_no_id(text):
    assert nct_id(text) is None


@pytest.mark.parametrize(
    ("text", "number", "kind", "domain"),
    [
        ("SCforKneeOA", "SCforKneeOA", None, None),
        ("Isfahan med", "Isfahan med", None, None),
        ("003/2016", "003/2016", None, None),
        ("12(34)A", "12(34)A", None, None),
        ("CiproPAL (129038)", "CiproPAL (129038)", None, None),
        ("AB (C) (D)", "AB (C) (D)", None, None),
        ("J2A-MC-GZPO (Other Identifier)", "J2A-MC-GZPO", "Other Identifier", None),
        ("12(34)A (Other Identifier)", "12(34)A", "Other Identifier", None),
        ("2025-521098-14-00 (EU Trial (CTIS) Number)", "2025-521098-14-00", "EU Trial (CTIS) Number", None),
        ("2014-005066-30 ( EudraCT Number )", "2014-005066-30", "EudraCT Number", None),
        ("R01AR053684 (U.S. NIH Grant/Contract)", "R01AR053684", "U.S. NIH Grant/Contract", None),
        ("2011BAI11B02 (Other Grant/Funding Number)", "2011BAI11B02", "Other Grant/Funding Number", None),
        ("OA (Other Identifier: Sponsor)", "OA", "Other Identifier", "Sponsor"),
        ("JapicCTI-152856 (Registry Identifier) (JapicCTI)", "JapicCTI-152856", "Registry Identifier", "JapicCTI"),
        (
            "NCI-2012-03005 (Registry Identifier: CTRP (Clinical Trial Reporting Program))",
            "NCI-2012-03005",
            "Registry Identifier",
            "CTRP (Clinical Trial Reporting Program)",
        ),
        ("38RC15.003 (Other Identifier:  )", "38RC15.003", "Other Identifier", None),
        ("2015-1 (Other Identifier: CHU: Grenoble)", "2015-1", "Other Identifier", "CHU: Grenoble"),
        ("4711 (Protocol Number)", "4711", "Protocol Number", None),
    ],
)
def test_an_id_may_have_its_kind_and_who_gave_it_in_parentheses(text, number, kind, domain):
    assert secondary_id(text) == SecondaryId(id=number, kind=kind, domain=domain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "(Other Identifier)",
        "(Registry Identifier) (CTRP)",
        "X (Other Identifier",
        "X) (Other Identifier)",
    ],
)
def test_a_kind_without_id_and_parentheses_without_pair_are_not_understood(text):
    assert secondary_id(text) is None


SECONDARY_IDS = [
    {"id": "J2A-MC-GZPO", "type": "OTHER"},
    {"id": "2025-521098-14-00", "type": "CTIS"},
    {"id": "NCI-2012-03005", "type": "REGISTRY", "domain": "CTRP (Clinical Trial Reporting Program)"},
    {"id": "NCI-5996"},
    *found("identificationModule", "secondaryIdInfos"),
    *found("identificationModule", "orgStudyIdInfo"),
]


def test_the_registrys_secondary_ids_come_back_from_veevas_words():
    for info in SECONDARY_IDS:
        number, kind = info["id"], SECONDARY_ID_KINDS.get(info.get("type", ""))
        assert secondary_id(number if kind is None else f"{number} ({kind})") == SecondaryId(id=number, kind=kind)


def test_the_registrys_secondary_ids_come_back_with_who_gave_them():
    for info in (info for info in SECONDARY_IDS if "domain" in info):
        number, kind, domain = info["id"], SECONDARY_ID_KINDS[info["type"]], info["domain"]
        assert secondary_id(f"{number} ({kind}: {domain})") == SecondaryId(id=number, kind=kind, domain=domain)


@given(st.text())
def test_any_text_holds_ids_or_none(text):
    assert all(nct_id(found_id) == found_id for found_id in nct_ids(text))
    secondary_id(text)
