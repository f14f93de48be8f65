"""Changes of criteria: each is found again whatever its number, place or heading."""

from normalizers.changes import Change, changes, content_hash
from schemas.trial import Criterion
from tests.changing import criteria, shown

LIST = ("Age of 18 years or more", "Signed consent", "Knee pain for at least 3 months", "No prior surgery of the knee")


def test_a_reworded_criterion_is_one_change():
    assert changes(criteria(*LIST), criteria(LIST[0], LIST[1], "Knee pain for at least 6 months", LIST[3])) == [
        Change("eligibility.inclusion[2].text", "Knee pain for at least 3 months", "Knee pain for at least 6 months")
    ]


def test_a_criterion_put_in_is_one_change_whatever_the_numbering():
    old = [{"text": text, "marker": f"{number}."} for number, text in enumerate(LIST)]
    new = [{"text": text, "marker": f"{number}."} for number, text in enumerate([LIST[0], "Fluent in Thai", *LIST[1:]])]
    assert changes(criteria(*old), criteria(*new)) == [
        Change("eligibility.inclusion[1]", None, shown("Fluent in Thai"))
    ]


def test_a_criterion_taken_out_is_one_change_that_holds_what_stood_below_it():
    parent = {"text": "One of", "marker": "4.", "children": [{"text": "a fever", "marker": "a)", "cohort": "C"}]}
    assert changes(criteria(*LIST, parent), criteria(*LIST)) == [
        Change("eligibility.inclusion[4]", shown("One of", None, [shown("a fever", "C")]), None)
    ]


def test_a_changed_child_is_one_change():
    old = {"text": "One of", "children": [{"text": "a fever of 38 °C"}, {"text": "gout"}]}
    new = {"text": "One of", "children": [{"text": "gout"}, {"text": "a fever of 39 °C"}]}
    assert changes(criteria(*LIST, old), criteria(new, *LIST)) == [
        Change("eligibility.inclusion[0].children[1].text", "a fever of 38 °C", "a fever of 39 °C")
    ]


def test_a_criterion_under_another_heading_is_a_change():
    assert changes(criteria({"text": "a", "cohort": "Donors"}), criteria({"text": "a", "cohort": "Patients"})) == [
        Change("eligibility.inclusion[0].cohort", "Donors", "Patients")
    ]


def test_criteria_find_the_one_that_reads_most_alike():
    old = ("Platelets of at least 100", "Leukocytes of at least 100")
    new = ("Leukocytes of at least 3,000", "Platelets of at least 3,000")
    assert changes(criteria(*old), criteria(*new)) == [
        Change("eligibility.inclusion[0].text", "Leukocytes of at least 100", "Leukocytes of at least 3,000"),
        Change("eligibility.inclusion[1].text", "Platelets of at least 100", "Platelets of at least 3,000"),
    ]


def test_an_empty_criterion_is_alike_to_none():
    old, new = criteria({"text": "", "cohort": "A"}), criteria({"text": "", "cohort": "B"})
    assert changes(old, new) == [
        Change("eligibility.inclusion[0]", shown("", "A"), None),
        Change("eligibility.inclusion[0]", None, shown("", "B")),
    ]


def test_more_than_a_hundred_criteria_of_other_words_are_gone_and_new():
    old = criteria(*(f"Criterion number {number} of the old protocol" for number in range(101)))
    new = criteria(*(f"Criterion number {number} of the new protocol" for number in range(101)))
    found = changes(old, new)
    assert len(found) == 202
    assert found[0] == Change("eligibility.inclusion[0]", shown("Criterion number 0 of the old protocol"), None)


def test_criteria_can_be_nested_deeper_than_any_page_nests_them():
    def nested(marker):
        criterion = Criterion(text="x", marker=marker)
        for _ in range(30):
            criterion = Criterion(text="x", marker=marker, children=(criterion,))
        return criteria(criterion.model_dump())

    assert changes(nested("•"), nested("-")) == []
    assert content_hash(nested("•")) == content_hash(nested("-"))
