"""An acronym behind a title, told from a title that ends in parentheses by the page's address."""

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.sites.veeva import slug
from scraper.structures.acronym import acronym_in
from tests.registry import protocols

parted_at = partial(acronym_in, cut=100)


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
    assert parted_at(heading, page_slug) == parted


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
    assert parted_at(heading, "whatever") == (heading, None)


def test_a_title_as_long_as_the_cut_leaves_the_acronym_undecided():
    title = "Base Edited CAR T Cells Against AML: Deep Conditioning Ahead of Allogeneic Stem Cell Transplantation"
    assert len(title) == 100
    assert parted_at(f"{title} (CARAML)", slug(title)) is None


def test_a_title_just_shorter_than_the_cut_is_decided_by_a_piece_of_the_acronym():
    title = "Base Edited CAR T Cells Against AML: Deep Conditioning Ahead of Allogeneic Stem Cell Transplants"
    assert parted_at(f"{title} (CARAML)", slug(title)) == (title, "CARAML")
    assert parted_at(f"{title} (CARAML)", slug(f"{title} (CARAML)")) == (f"{title} (CARAML)", None)


def test_a_title_that_ends_in_a_sign_of_unknown_spelling_is_undecided():
    assert parted_at("What is Known. (WIK)", "what-is-known") is None


def test_a_slug_of_another_title_decides_nothing():
    assert parted_at("Care at Home (HAAPI)", "stem-cells-for-knee-pain") is None


TITLES = [
    {"briefTitle": "Safety of Cells for Rheumatoid Arthritis (RA)"},
    {"briefTitle": "Care at Home", "acronym": "HAAPI"},
    {"briefTitle": "CiproPAL (Prophylaxis in Leukaemia)", "acronym": "CiproPAL"},
    *(protocol["identificationModule"] for protocol in protocols()),
]


def test_the_registrys_title_and_acronym_come_back_from_veevas_heading_and_slug():
    for module in TITLES:
        title, acronym = module["briefTitle"], module.get("acronym")
        parted = parted_at(title if acronym is None else f"{title} ({acronym})", slug(title))
        if parted is None:
            assert len(title) >= 100 or not title[-1].isalnum(), title
        else:
            assert parted == (title, acronym)


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
    parted = parted_at(heading, page_slug)
    if parted is not None and parted[1] is not None:
        assert heading.startswith(f"{parted[0]} (")
        assert parted[1] in heading.removeprefix(parted[0])
    elif parted is not None:
        assert parted == (heading, None)
