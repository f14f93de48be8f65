"""Ids without a separator: where one ends and the next begins, and where nothing shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.structures.concatenated_ids import Concatenated, split_concatenated
from tests.test_identifiers import SECONDARY_IDS


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


@given(st.text(alphabet="0123456789-ACRT NCI2013U;"))
def test_splitting_ids_loses_nothing_but_separators(text):
    together = "".join(split_concatenated(text).ids)
    assert [sign for sign in together if sign not in " ,;"] == [sign for sign in text if sign not in " ,;"]
