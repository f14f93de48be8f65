"""Names of people in one line."""

import pytest

from normalizers.contacts import contacts


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
