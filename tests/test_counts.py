import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.counts import Groups, actual_enrollment, enrollment, estimated_enrollment, groups, whole_number
from schemas.trial import Enrollment
from schemas.vocabulary import EnrollmentType
from tests.registry import found

BUNDLED = [
    {"count": 0, "type": "ACTUAL"},
    {"count": 1, "type": "ACTUAL"},
    {"count": 50, "type": "ESTIMATED"},
    {"count": 3234, "type": "ESTIMATED"},
    {"count": 1_000_000, "type": "ACTUAL"},
]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("849", 849),
        ("0", 0),
        (" 12\n", 12),
        ("3,234", 3234),
        ("1,234,567", 1234567),
        ("3\u202f234", 3234),
        ("3\u2009234", 3234),
        ("3\u00a0234", 3234),
        ("1234567", 1234567),
    ],
)
def test_a_whole_number_may_have_thousands_separators(words, number):
    assert whole_number(words) == number


@pytest.mark.parametrize(
    "words",
    [
        "",
        "1,23",
        "1,2345",
        ",234",
        "1234,567",
        "1.234",
        "3 234",
        "1,234\u202f567",
        "-5",
        "+5",
        "12.5",
        "50 patients",
        "1234567890",
        "٣",
    ],
)
def test_other_words_are_no_whole_number(words):
    assert whole_number(words) is None


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("50 estimated patients", 50),
        ("3,234 estimated patients", 3234),
        ("1 Estimated patient", 1),
        ("50 estimated", 50),
    ],
)
def test_an_estimated_enrollment_is_expected(words, count):
    assert enrollment(words) == Enrollment(count=count, type=EnrollmentType.ESTIMATED)


@pytest.mark.parametrize(
    ("words", "count"), [("13 patients", 13), ("1 patient", 1), ("0 patients", 0), ("1,013 patients", 1013)]
)
def test_patients_without_estimated_were_counted(words, count):
    assert enrollment(words) == Enrollment(count=count, type=EnrollmentType.ACTUAL)


@pytest.mark.parametrize(
    ("words", "count"), [("849", 849), ("0", 0), ("3,234 participants", 3234), ("1 participant", 1)]
)
def test_a_number_alone_or_of_participants_does_not_say_which(words, count):
    assert enrollment(words) == Enrollment(count=count, type=None)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "patients",
        "N/A",
        "1,23 patients",
        "50-60 patients",
        "about 50",
        "50 eyes",
        "50 patients and 50 controls",
        "50patients",
        "50 (Actual)",
    ],
)
def test_other_words_are_no_enrollment(words):
    assert enrollment(words) is None


@pytest.mark.parametrize(
    ("words", "participants", "number"),
    [
        ("3,234 participants in 3 patient groups, including a placebo group", 3234, 3),
        ("50 participants in 1 patient group", 50, 1),
        ("1 participant in 1 patient group", 1, 1),
        ("0 participants in 2 patient groups", 0, 2),
    ],
)
def test_the_heading_of_the_arms_counts_participants_and_groups(words, participants, number):
    assert groups(words) == Groups(participants=participants, groups=number)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "50 participants",
        "participants in 1 patient group",
        "5,0 participants in 1 patient group",
        "50 participants in two patient groups",
        "50 participants in 1 patient group of adults",
    ],
)
def test_other_words_are_no_heading_of_the_arms(words):
    assert groups(words) is None


def test_the_registrys_enrollment_comes_back_from_veevas_words():
    for info in BUNDLED + [info for info in found("designModule", "enrollmentInfo") if "count" in info]:
        noun = "patient" if info["count"] == 1 else "patients"
        words = f"{info['count']:,} estimated {noun}" if info["type"] == "ESTIMATED" else f"{info['count']:,} {noun}"
        assert enrollment(words) == Enrollment(count=info["count"], type=EnrollmentType(info["type"]))


@given(st.integers(0, 999_999_999), st.sampled_from(["", ",", "_"]))
def test_a_number_reads_the_same_with_and_without_separators(number, separator):
    words = f"{number:{separator}}".replace("_", "\u202f")
    assert whole_number(words) == number


@given(st.text(alphabet="0123456789,.- \u202f"))
def test_a_number_is_read_whole_or_not_at_all(words):
    read = whole_number(words)
    assert read is None or str(read) == "".join(sign for sign in words if sign.isdigit()).lstrip("0").rjust(1, "0")


@pytest.mark.parametrize(("reader", "kind"), [(estimated_enrollment, "ESTIMATED"), (actual_enrollment, "ACTUAL")])
def test_a_label_tells_whether_participants_were_counted(reader, kind):
    assert reader("1,580 participants") == Enrollment(count=1580, type=EnrollmentType(kind))
    assert reader("0") == Enrollment(count=0, type=EnrollmentType(kind))
    assert reader("many") is None


def test_a_number_whose_own_words_contradict_its_label_is_none():
    assert actual_enrollment("50 estimated patients") is None
    assert estimated_enrollment("13 patients") is None
