import pytest

from normalizers.contacts import contacts, phone


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Masoud Soleimani, Prof; Leila Dehghani, Dr", ("Masoud Soleimani, Prof", "Leila Dehghani, Dr")),
        ("Fuyou Wang, MD", ("Fuyou Wang, MD",)),
        ("Ada Byron, MD, PhD; ", ("Ada Byron, MD, PhD",)),
        ("", ()),
    ],
)
def test_semicolons_divide_names_and_commas_do_not(words, names):
    assert contacts(words) == names


def test_an_extension_stands_behind_its_number():
    assert phone("+7 (495)2876570", "4508") == "+7 (495)2876570 ext. 4508"


@pytest.mark.parametrize("extension", [None, ""])
def test_a_number_without_extension_stays_as_it_is(extension):
    assert phone("613-533-6430", extension) == "613-533-6430"
