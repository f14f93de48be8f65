"""Names of people in one line, and what is no name, no number, no address."""

import pytest

from normalizers.contacts import contact_name, contacts, email, phone


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Mary Doetown, Prof; John Roeville, Dr", ("Mary Doetown, Prof", "John Roeville, Dr")),
        ("Mary Doetown, MD", ("Mary Doetown, MD",)),
        ("Ada Byron, MD, PhD; ", ("Ada Byron, MD, PhD",)),
        ("", ()),
    ],
)
def test_semicolons_divide_names_and_commas_do_not(words, names):
    assert contacts(words) == names


@pytest.mark.parametrize(
    "words",
    ["Ada Byron, MD", "Site 202", "Trial Office (dept. 1452)", "More than one site. 1-877-CTLILLY (1-877-285-4559) or"],
)
def test_a_name_may_hold_digits(words):
    assert contact_name(words) == words


@pytest.mark.parametrize(
    "words",
    ["+1 555 123 4567", "Tel. +1 555 123 4567 ext. 12", "ada@example.org", "Ada <ada@b.org>", "[email protected]"],
)
def test_a_number_an_address_and_a_notice_in_brackets_are_no_name(words):
    assert contact_name(words) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [("+1 555 123 4567", "+1 555 123 4567"), ("E-mail only", "E-mail only"), ("a1@b.org", None)],
)
def test_a_number_is_in_any_words_but_no_address(words, number):
    assert phone(words) == number


@pytest.mark.parametrize(
    "words", ["[email protected]", "ada at example.org", "ada@example.org, bob@example.org", "@", ""]
)
def test_what_stands_in_place_of_an_address_is_none(words):
    assert email(words) is None


def test_an_address_is_one_word_with_a_sign_in_it():
    assert email("Ada.Byron+trial@example.org") == "Ada.Byron+trial@example.org"
