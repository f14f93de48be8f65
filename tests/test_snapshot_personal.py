"""What a page says of people is found, and replaced by what is plainly made up, on a page as in a record."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots.personal import left, personal, replaced, replaced_in, replaced_on

NOTHING = {"evidence": {}, "trial": {}}


def found(text, outcome=NOTHING):
    return personal(outcome, parse(Page(text.encode())))


def contact(*words):
    return {"evidence": {"contacts[0]": [{"text": word} for word in words]}, "trial": {}}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Principal Investigator\n\nMary Ann Doetown, MD", "Mary Ann Doetown"),
        ("Principal Investigator: Mary Doetown", "Mary Doetown"),
        ("Study Director:\n\nJan van der Berg, PhD", "Jan van der Berg"),
        ("Contact: Mary Doetown", "Mary Doetown"),
        ("For questions ask Dr. Mary Doetown of the ward.", "Mary Doetown"),
        ("It was written by Mary Doetown, M.D., in June.", "Mary Doetown"),
        ("Prof. Ángel O’Shea-Müller leads it.", "Ángel O’Shea-Müller"),
    ],
)
def test_names_are_found_by_label_degree_and_title(text, name):
    assert list(found(text)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Contact\n\nClinical Trials Office",
        "Contact\n\nEmail Address",
        "Contact: Pfizer Call Center",
        "Principal Investigator: Ana Example, MD",
        "Dr. Ben Muster",
        "Sponsor: Mary Doetown Foundation",
        "Inclusion Criteria\n\nHealthy Volunteers Of Both Sexes",
        "trial.office@example.org",
        "+1 555 010 0100",
    ],
)
def test_offices_labels_and_what_is_made_up_already_stay(text):
    assert found(text) == {}


@pytest.mark.parametrize("text", ["mary.doetown@hospital.org", "Write to <mary@x.co.uk>."])
def test_addresses_are_found_wherever_they_stand(text):
    assert list(found(f"A text. {text}").values()) == ["contact1@example.org"]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("+86 10-66867304", "+86 00-05550100"),
        ("Phone: 410 887 2211", "Phone: 000 555 0100"),
        ("call 4108872211", "call 0005550100"),
        ("302-887-2211", "000-555-0100"),
        ("(302) 887-2211", "(000) 555-0100"),
    ],
)
def test_numbers_keep_their_form_and_reach_nobody(text, new):
    assert replaced(text, found(text)) == new


@pytest.mark.parametrize(
    "text", ["2019-001234-22", "2021-08-11", "12/11/2021", "NCT05160831", "50 patients, 100-200 mg"]
)
def test_other_numbers_stay(text):
    assert found(text) == {}


def test_contacts_of_the_record_are_people_also_where_no_label_says_so():
    assert found("x", contact("Mary Doetown, Prof; John Roeville, Dr")) == {
        "Mary Doetown": "Ana Example",
        "John Roeville": "Robin Example",
    }


def test_a_contact_may_stand_with_the_family_name_first():
    assert list(found("DOETOWN, Mary, MD", contact("DOETOWN, Mary, MD"))) == ["DOETOWN, Mary"]


def test_a_sponsor_that_is_its_own_contact_stays():
    outcome = {**contact("Acme Labs"), "trial": {"sponsor": "Acme Labs", "collaborators": [], "locations": []}}
    assert found("x", outcome) == {}


def test_people_of_a_registry_record_are_found_by_the_names_of_their_parts():
    record = {"protocolSection": {"contactsLocationsModule": {"overallOfficials": [{"name": "Mary Doetown, MD"}]}}}
    by = found(json.dumps(record))
    assert by == {"Mary Doetown": "Ana Example"}
    assert b"Ana Example, MD" in replaced_on(json.dumps(record).encode(), "json", by)


def test_the_same_person_has_the_same_name_everywhere_also_in_capitals():
    by = {"Mary Doetown": "Ana Example"}
    assert (
        replaced("MARY  DOETOWN asks Mary Doetown, not Mary Doetowner", by)
        == "ANA EXAMPLE asks Ana Example, not Mary Doetowner"
    )


def test_in_markup_a_name_may_be_written_with_entities():
    by = {"Mary Doe & Sons": "Ana Example"}
    assert replaced_on(b"<p>Mary&nbsp;Doe &amp; Sons</p>", "html", by) == b"<p>Ana Example</p>"


def test_what_markup_parts_in_two_is_told():
    document = parse(Page(b"<html><body><p>Mary <b>Doe</b>town</p></body></html>"))
    assert left(document, {"Mary Doetown": "Ana Example"}) == ["Mary Doetown"]


def test_many_people_have_names_of_their_own():
    names = [f"Mary {first}doe{last}" for first in "BCDFG" for last in "aeiou"]
    by = found("x", contact(*(f"{name}, MD" for name in names)))
    assert len(set(by.values())) == len(names)


@given(st.text(alphabet="0123456789 +-().", min_size=7, max_size=20))
def test_whatever_a_number_is_its_form_and_country_are_all_that_is_kept(number):
    for old, new in found(f"phone {number}").items():
        assert re.sub(r"\d", "0", new) == re.sub(r"\d", "0", old)
        assert set(re.sub(r"^\+\d{1,2}(?=\D)|\D", "", new)) <= set("015")


def test_without_personal_data_nothing_is_changed():
    value = {"a": [None, True, 1, "Mary Doetown", {"b": "x"}]}
    assert replaced_in(value, {}) == value
