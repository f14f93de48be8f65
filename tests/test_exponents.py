"""Raised signs, however they are written in markup; low ones stay where they are."""

from operator import add
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parse.blocks import parse
from scraper.parse.exponents import Piece, with_superscripts
from scraper.parse.page import Page


def line(markup: str) -> str:
    (block,) = parse(Page(f"<p>{markup}</p>".encode())).blocks
    return block.text


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("10<sup>9</sup>/L", "10^9/L"),
        ("10<b><sup><i>9</i></sup></b>/L", "10^9/L"),
        ("<span>10</span><sup><a href=x>9</a></sup>/L", "10^9/L"),
        ("10<sup>-<b>9</b></sup> M", "10^-9 M"),
        ("10<sup>&minus;6</sup>", "10^−6"),
        ("10<sup>1</sup><sup>2</sup>", "10^12"),
        ("10<sup>10<sup>2</sup></sup>", "10^10^2"),
        ("10 <sup>9</sup>/L", "10 ^9/L"),
        ("10<sup>\n9</sup>/L", "10 ^9/L"),
        ("10<sup>9</sup>5", "10^9 5"),
        ("10<span style='font-size:8px; vertical-align: Super'>9</span>/L", "10^9/L"),
        ("kg/m<sup>2</sup>", "kg/m^2"),
        ("s<sup>-1</sup>", "s^-1"),
        ("18<sup>1</sup> years", "18^1 years"),
        ("Age (years)<sup>1,2</sup>", "Age (years)^1,2"),
        ("SO<sub>4</sub><sup>2-</sup>", "SO4^2-"),
    ],
)
def test_digits_of_different_height_never_run_together(markup: str, words: str):
    assert line(markup) == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("H<sub>2</sub>O", "H2O"),
        ("log<sub>10</sub> 5", "log10 5"),
        ("1<sub>8</sub> years", "18 years"),
        ("HbA<sub>1c</sub>", "HbA1c"),
        ("VO<sub>2</sub><sup>max</sup>", "VO2max"),
        ("CD4<sup>+</sup>", "CD4+"),
        ("Ca<sup>2+</sup>", "Ca2+"),
        ("1<sup>st</sup>", "1st"),
        ("<sup>18</sup>F", "18F"),
        ("[<sup>18</sup>F]FDG", "[18F]FDG"),
        ("18<sup>*</sup>", "18*"),
        ("Name<sup>TM</sup>", "NameTM"),
        ("a<sup></sup>b", "ab"),
    ],
)
def test_what_is_clear_without_a_sign_has_none(markup: str, words: str):
    assert line(markup) == words


WORDS = st.text(f"{ascii_lowercase} {digits}")
DIGIT = st.sampled_from(digits)


@given(
    st.builds(add, WORDS, DIGIT),
    st.lists(st.text(digits, min_size=1, max_size=3), min_size=1, max_size=3),
    st.builds(add, DIGIT, WORDS),
)
def test_no_number_is_made_of_digits_of_different_height(before: str, parts: list[str], behind: str):
    texts = with_superscripts([Piece(before), *(Piece(part, 1) for part in parts), Piece(behind)])
    assert "".join(texts) == f"{before}^{''.join(parts)} {behind}"
