import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.identifiers import (
    SECONDARY_ID_KINDS,
    Concatenated,
    acronym_in,
    nct_id,
    nct_ids,
    secondary_id,
    slug,
    split_concatenated,
)
from schemas.trial import SecondaryId
from tests.registry import found, protocols


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
    ("text", "number", "kind"),
    [
        ("SCforKneeOA", "SCforKneeOA", None),
        ("Isfahan med", "Isfahan med", None),
        ("003/2016", "003/2016", None),
        ("12(34)A", "12(34)A", None),
        ("CiproPAL (129038)", "CiproPAL (129038)", None),
        ("AB (C) (D)", "AB (C) (D)", None),
        ("J2A-MC-GZPO (Other Identifier)", "J2A-MC-GZPO", "Other Identifier"),
        ("12(34)A (Other Identifier)", "12(34)A", "Other Identifier"),
        ("2025-521098-14-00 (EU Trial (CTIS) Number)", "2025-521098-14-00", "EU Trial (CTIS) Number"),
        ("2014-005066-30 ( EudraCT Number )", "2014-005066-30", "EudraCT Number"),
        ("R01AR053684 (U.S. NIH Grant/Contract)", "R01AR053684", "U.S. NIH Grant/Contract"),
        ("2011BAI11B02 (Other Grant/Funding Number)", "2011BAI11B02", "Other Grant/Funding Number"),
        ("OA (Other Identifier: Sponsor)", "OA", "Other Identifier: Sponsor"),
        ("JapicCTI-152856 (Registry Identifier) (JapicCTI)", "JapicCTI-152856", "Registry Identifier: JapicCTI"),
        (
            "NCI-2012-03005 (Registry Identifier: CTRP (Clinical Trial Reporting Program))",
            "NCI-2012-03005",
            "Registry Identifier: CTRP (Clinical Trial Reporting Program)",
        ),
        ("4711 (Protocol Number)", "4711", "Protocol Number"),
    ],
)
def test_an_id_may_have_its_kind_in_parentheses(text, number, kind):
    assert secondary_id(text) == SecondaryId(id=number, kind=kind)


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


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2013-004508-21OA", ("2013-004508-21", "OA")),
        ("2013-004508-21U1111-1264-5412", ("2013-004508-21", "U1111-1264-5412")),
        ("2022-501865-29-00MK-123", ("2022-501865-29-00", "MK-123")),
        ("2023-505976-31R01AR053684", ("2023-505976-31", "R01AR053684")),
        ("2013-004508-215R01AR053684", ("2013-004508-21", "5R01AR053684")),
        ("P30CA013330UL1TR001863", ("P30CA013330", "UL1TR001863")),
        ("MCC-15294NCI-2012-03005", ("MCC-15294", "NCI-2012-03005")),
        ("SC26A2013-004508-21", ("SC26A", "2013-004508-21")),
        ("CDR0000065381ISRCTN95931417OFICE", ("CDR0000065381", "ISRCTN95931417", "OFICE")),
        ("jRCT2031220734JapicCTI-152856jRCTs031180001", ("jRCT2031220734", "JapicCTI-152856", "jRCTs031180001")),
        ("2023-A00386-39 2013-004508-21", ("2023-A00386-39", "2013-004508-21")),
        ("2013-004508-21, OA", ("2013-004508-21", "OA")),
        ("2013-004508-21 MK 12", ("2013-004508-21", "MK 12")),
        ("5996; R01AR053684-01A1", ("5996", "R01AR053684-01A1")),
    ],
)
def test_glued_ids_are_split_where_a_known_form_shows_the_seam(text, ids):
    assert split_concatenated(text).ids == ids


def test_a_split_at_a_known_form_is_certain():
    assert split_concatenated("2013-004508-21OA") == Concatenated(("2013-004508-21", "OA"), certain=True)


@pytest.mark.parametrize(
    "text",
    [
        "2013-004508-21",
        "2022-501865-29-00",
        "U1111-1264-5412",
        "R01AR053684",
        "5R01AR053684-03",
        "U19CA021239-37",
        "ISRCTN-95931417",
        "ACTRN12605000001628",
        "ChiCTR2000029308",
        "UMIN000012345",
        "OA",
        "5996",
        "MCC-15294",
    ],
)
def test_a_single_id_of_a_known_form_or_too_short_for_two_is_certain(text):
    assert split_concatenated(text) == Concatenated((text,), certain=True)


@pytest.mark.parametrize(
    "text",
    [
        "EudraCT2013-004508-21",  # letters can be the number's name
        "IDRCB: 2022-A01261-42",
        "U1111-1277-3764 (WHO)",
        "2013-004508-21-DE",  # a suffix
        "2013-004508-21A",
        "2013-004508-2175276617",  # the next id can begin at any digit, if it is one
        "NCT051608310",
        "12013-004508-21",
        "ABC5R01AR053684",  # whose is the 5
        "MK-1026-NCT05160831",
        "59967156",
        "BMT378UPCC 15CT055",
        "Isfahan med",
    ],
)
def test_ids_without_a_certain_seam_stay_together_and_are_doubtful(text):
    assert split_concatenated(text) == Concatenated((text,), certain=False)


def test_a_certain_seam_is_used_beside_a_doubtful_one():
    assert split_concatenated("CDR0000446569P30CA0166722005-0363") == Concatenated(
        ("CDR0000446569", "P30CA0166722005-0363"), certain=False
    )


def test_an_id_split_off_that_can_be_several_is_doubtful():
    assert split_concatenated("2013-004508-21BMT378UPCC") == Concatenated(
        ("2013-004508-21", "BMT378UPCC"), certain=False
    )


@pytest.mark.parametrize("text", ["", "  ", ";"])
def test_a_blank_holds_no_glued_ids(text):
    assert split_concatenated(text) == Concatenated((), certain=True)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Stem Cells for Knee Pain", "stem-cells-for-knee-pain"),
        ("The Hyalex Early Feasibility Study (EFS)", "the-hyalex-early-feasibility-study-efs"),
        ("Women's Health, Part 1/2", "womens-health-part-12"),
        ("Cancer (LA - NSCLC)", "cancer-la-nsclc"),
        ("A \u2013 B & C", "a-b-c"),
        ("Lariboisi\u00e8re Assessment", "lariboisiere-assessment"),
        ("", ""),
    ],
)
def test_a_slug_is_the_title_in_small_letters_and_hyphens(title, expected):
    assert slug(title) == expected


def test_a_slug_is_cut_at_a_hundred_characters_of_the_title_within_a_word():
    title = "Safety and Efficacy Study of Umbilical Cord-Derived Mesenchymal Stem Cells for Active Rheumatoid Arthritis"
    assert slug(title) == (
        "safety-and-efficacy-study-of-umbilical-cord-derived-mesenchymal-stem-cells-for-active-rheumatoid-art"
    )


@pytest.mark.parametrize(
    ("heading", "page_slug", "parted"),
    [
        ("Care at Home (HAAPI)", "care-at-home", ("Care at Home", "HAAPI")),
        (
            "The Hyalex Early Feasibility Study (EFS)",
            "the-hyalex-early-feasibility-study-efs",
            ("The Hyalex Early Feasibility Study (EFS)", None),
        ),
        ("PUMA (Marrow) (PUMA)", "puma-marrow", ("PUMA (Marrow)", "PUMA")),
        (
            "Anifrolumab In SYstemic Sclerosis (DAISY) (DAISY)",
            "anifrolumab-in-systemic-sclerosis-daisy",
            ("Anifrolumab In SYstemic Sclerosis (DAISY)", "DAISY"),
        ),
        ("MDS & Leukemia (ML-1)", "mds-and-leukemia", ("MDS & Leukemia", "ML-1")),
        ("Chewing of Solid Food (NIH_HVX6)", "chewing-of-solid-food", ("Chewing of Solid Food", "NIH_HVX6")),
        (
            "Treatment-na\u00efve Leukemia (CLL)",
            "treatment-naive-leukemia-cll",
            ("Treatment-na\u00efve Leukemia (CLL)", None),
        ),
    ],
)
def test_the_slug_tells_an_acronym_from_a_title_that_ends_in_parentheses(heading, page_slug, parted):
    assert acronym_in(heading, page_slug) == parted


@pytest.mark.parametrize(
    "heading",
    [
        "Stem Cells for Knee Pain",
        "Cells With t(4/14)",
        "Growth Factor (Platelet Derived Growth Factor)",
        "Cells ()",
        "(DAISY)",
        "Cells)",
    ],
)
def test_a_heading_without_an_acronyms_parentheses_is_the_title(heading):
    assert acronym_in(heading, "whatever") == (heading, None)


def test_a_title_as_long_as_the_cut_leaves_the_acronym_undecided():
    title = "Base Edited CAR T Cells Against AML: Deep Conditioning Ahead of Allogeneic Stem Cell Transplantation"
    assert len(title) == 100
    assert acronym_in(f"{title} (CARAML)", slug(title)) is None


def test_a_title_just_shorter_than_the_cut_is_decided_by_a_piece_of_the_acronym():
    title = "Base Edited CAR T Cells Against AML: Deep Conditioning Ahead of Allogeneic Stem Cell Transplants"
    assert acronym_in(f"{title} (CARAML)", slug(title)) == (title, "CARAML")
    assert acronym_in(f"{title} (CARAML)", slug(f"{title} (CARAML)")) == (f"{title} (CARAML)", None)


def test_a_title_that_ends_in_a_sign_of_unknown_spelling_is_undecided():
    assert acronym_in("What is Known. (WIK)", "what-is-known") is None


def test_a_slug_of_another_title_decides_nothing():
    assert acronym_in("Care at Home (HAAPI)", "stem-cells-for-knee-pain") is None


TITLES = [
    {"briefTitle": "Safety of Cells for Rheumatoid Arthritis (RA)"},
    {"briefTitle": "Care at Home", "acronym": "HAAPI"},
    {"briefTitle": "CiproPAL (Prophylaxis in Leukaemia)", "acronym": "CiproPAL"},
    *(protocol["identificationModule"] for protocol in protocols()),
]


def test_the_registrys_title_and_acronym_come_back_from_veevas_heading_and_slug():
    for module in TITLES:
        title, acronym = module["briefTitle"], module.get("acronym")
        parted = acronym_in(title if acronym is None else f"{title} ({acronym})", slug(title))
        if parted is None:
            assert len(title) >= 100 or not title[-1].isalnum(), title
        else:
            assert parted == (title, acronym)


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


def test_the_registrys_secondary_ids_come_back_with_the_detail_of_their_kind():
    for info in (info for info in SECONDARY_IDS if "domain" in info):
        number, kind = info["id"], f"{SECONDARY_ID_KINDS[info['type']]}: {info['domain']}"
        assert secondary_id(f"{number} ({kind})") == SecondaryId(id=number, kind=kind)


def test_no_single_id_of_the_registry_is_split():
    numbers = [info["id"] for info in SECONDARY_IDS]
    assert [split_concatenated(number).ids for number in numbers] == [(number,) for number in numbers]


def test_no_two_ids_of_the_registry_are_divided_wrongly_without_a_doubt():
    numbers = list(dict.fromkeys(info["id"] for info in SECONDARY_IDS if "type" in info))
    wrong = [
        (left, right)
        for left in numbers
        for right in numbers
        if left != right and (glued := split_concatenated(left + right)).certain and glued.ids != (left, right)
    ]
    assert wrong == []


@given(st.text())
def test_a_slug_holds_letters_digits_and_single_hyphens_inside(title):
    made = slug(title)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", made)


@given(st.text())
def test_a_slug_is_the_slug_of_itself(title):
    made = slug(title)
    assert slug(made) == made[:100].strip("-")


@given(st.text(), st.text())
def test_parting_a_heading_loses_no_word(heading, page_slug):
    parted = acronym_in(heading, page_slug)
    if parted is not None and parted[1] is not None:
        assert heading.startswith(f"{parted[0]} (")
        assert parted[1] in heading.removeprefix(parted[0])
    elif parted is not None:
        assert parted == (heading, None)


@given(st.text(alphabet="0123456789-ACRT NCI2013U;"))
def test_splitting_ids_loses_nothing_but_separators(text):
    together = "".join(split_concatenated(text).ids)
    assert [sign for sign in together if sign not in " ,;"] == [sign for sign in text if sign not in " ,;"]


@given(st.text())
def test_any_text_holds_ids_or_none(text):
    assert all(nct_id(found_id) == found_id for found_id in nct_ids(text))
    secondary_id(text)
