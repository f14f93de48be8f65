"""Words around a trial, told by their manner: no value of a registry record has it."""

import pytest

from normalizers.co_occurrence import unrelated
from normalizers.page_chrome import (
    addresses_reader,
    explains_field,
    is_control,
    looks_like_heading,
    looks_like_phrase,
    not_an_entry,
    not_an_identifier,
)
from tests.registry import found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Save this study", "the words of a control"),
        ("+ 12 more", "the words of a control"),
        ("info icon", "the words of a control"),
        ("Page 2 of 5", "the words of a control"),
        ("Do you qualify?", "words to the reader of the page"),
        ("Sponsored", "words to the reader of the page"),
        ("The phase says how far a drug is.", "a sentence"),
        ("Travel support: Available", "a label and its value"),
        ("NCT01234567", "a trial's number"),
        ("March 2024", "a number or a date"),
        ("12", "a number or a date"),
        ("Asthma (updated 3 days ago)", "a note of the page"),
        ("x" * 201, "running text"),
    ],
)
def test_words_that_are_no_entry_of_a_list_say_why(text, reason):
    assert not_an_entry(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Labor, Induced",
        "Mental Health Issue (E.G., Depression, Psychosis)",
        "HIV",
        "Still's Disease, Adult-Onset",
        "COVID-19",
        "Use-related Injury",
        "IDRCB: 2022-A01261-42",
    ],
)
def test_conditions_and_names_have_no_such_manner(text):
    assert not_an_entry(text) is None


@pytest.mark.parametrize(
    "path",
    [
        ("conditionsModule", "conditions"),
        ("sponsorCollaboratorsModule", "leadSponsor", "name"),
        ("sponsorCollaboratorsModule", "collaborators", "name"),
        ("contactsLocationsModule", "centralContacts", "name"),
    ],
    ids="/".join,
)
def test_no_value_of_the_registry_has_it(path):
    assert [text for text in found(*path) if not_an_entry(text)] == []


def test_hardly_an_identifier_of_the_registry_reads_like_a_phrase():
    ids = found("identificationModule", "orgStudyIdInfo", "id") + found(
        "identificationModule", "secondaryIdInfos", "id"
    )
    assert [text for text in ids if not_an_identifier(text)] == []
    assert sum(looks_like_heading(text) is not None for text in ids) <= len(ids) / 100


@pytest.mark.parametrize(
    "text", ["Isfahan med", "Data monitoring", "Follow-up visits", "Samples with DNA", "Available"]
)
def test_a_phrase_of_plain_words_is_one(text):
    assert looks_like_phrase(text)
    assert looks_like_heading(text)


@pytest.mark.parametrize("text", ["Data Monitoring", "Zu prüfende Angaben", "Informations XY", "Études en cours"])
def test_a_heading_is_no_identifier_but_can_be_a_name(text):
    assert looks_like_heading(text)
    assert looks_like_phrase(text) is None


@pytest.mark.parametrize("text", ["OFICE", "PRESERVE I", "NagoyaCU", "Haplo-PBSCT", "ECF/endo-MGC", "T-PLL"])
def test_an_identifier_without_a_digit_is_no_phrase(text):
    assert looks_like_heading(text) is None


@pytest.mark.parametrize("text", ["Compare trials", "See more", "Contact us", "Bookmark trial"])
def test_a_line_of_a_text_can_be_a_button(text):
    assert is_control(text)


@pytest.mark.parametrize(
    "text", ["ask for information like age", "Use of medications which are associated with it", "Start of therapy."]
)
def test_a_line_of_a_list_that_begins_with_a_verb_is_no_button(text):
    assert not is_control(text)


def test_a_sentence_about_a_term_of_the_page_is_told_from_one_about_the_trial():
    assert explains_field("The recruitment status tells whether a study is looking for people.")
    assert not explains_field("The study tells two groups apart.")
    assert not explains_field("Participants in phase 2 are told the results.")


def test_words_to_the_reader_are_for_the_reader():
    assert addresses_reader("Click the question mark to learn what this means.")
    assert not addresses_reader("The young are asked.")


TEXT = "Cells are given for osteoarthritis of the knee, and pain is compared between both groups over many months."


def test_an_entry_is_unrelated_where_none_of_its_words_comes_up_again():
    assert unrelated(["Knee Osteoarthritis", "Data monitoring"], [TEXT]) == [1]


@pytest.mark.parametrize("entries", [["Data monitoring"], ["Knee pain", "Gaucher Disease"], ["Pain", "Sepsis"]])
def test_a_lone_entry_or_one_written_like_a_name_is_not(entries):
    assert unrelated(entries, [TEXT]) == []


def test_in_few_words_nothing_comes_up_again():
    assert unrelated(["Knee pain", "Data monitoring"], ["Cells for the knee"]) == []


@pytest.mark.parametrize(
    "text", ["Click here", "Conditions: knee", "This study is open.", "x" * 201, "A (updated today)"]
)
def test_words_of_a_page_are_no_identifier_for_the_same_reason(text):
    assert not_an_identifier(text) == not_an_entry(text) is not None


@pytest.mark.parametrize("text", ["12345", "2021-01-01", "NCT01234567"])
def test_a_number_is_an_identifier_and_no_entry(text):
    assert not_an_identifier(text) is None
    assert not_an_entry(text)
