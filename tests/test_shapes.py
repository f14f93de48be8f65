"""What the labels of a page look like, and what stands in one element with them."""

import pytest

from scraper.layouts.containers import outsiders
from scraper.layouts.labels import units
from scraper.layouts.shapes import Forms
from scraper.parse.blocks import parse
from scraper.parse.page import Page


def page(markup):
    document = parse(Page(f"<!doctype html><body>{markup}".encode()))
    return document, units(document.blocks)


def known(found, *names):
    return [place for place, unit in enumerate(found) if unit.text in names]


def labels_of(markup, *names):
    document, found = page(markup)
    forms = Forms(document, found, known(found, *names))
    return [unit.text for place, unit in enumerate(found) if forms.is_label(place) and unit.text not in names]


@pytest.mark.parametrize(
    "markup",
    [
        "<h3>Sex</h3><p>All</p><h3>Ages</h3><p>18+</p><h3>New</h3><p>Value</p>",
        "<dl><dt>Sex<dd>All<dt>Ages<dd>18+<dt>New<dd>Value</dl>",
        "<p class=l>Sex</p><p>All</p><p class=l>Ages</p><p>18+</p><p class=l>New</p><p>Value</p>",
        "<div><b>Sex</b></div><div>All</div><div><b>Ages</b></div><div>18+</div><div><b>New</b></div><div>Value</div>",
        "<table><tr><td>Sex<td>All<tr><td>Ages<td>18+<tr><td>New<td>Value</table>",
    ],
    ids=["headings", "terms", "classes", "bold", "rows"],
)
def test_a_text_in_the_shape_of_the_known_labels_is_one(markup):
    assert labels_of(markup, "Sex", "Ages") == ["New"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Sex</p><p>All</p><p>Ages</p><p>18+</p><p>New</p><p>Value</p>",
        "<h3>Sex</h3><p>All</p><h3>Ages</h3><p>18+</p><h5>Background</h5><p>Value</p>",
        "<h3>Sex</h3><p>All</p><h3>Ages</h3><p>18+</p><h3>Background:</h3><p>Value</p>",
        "<h3>Sex</h3><p>All</p><p>Ages</p><p>18+</p><h4>New</h4>",
    ],
    ids=["written as values", "a deeper heading", "a heading with a colon", "too few labels of one shape"],
)
def test_a_text_in_another_shape_is_none(markup):
    assert labels_of(markup, "Sex", "Ages") == []


def test_a_heading_above_the_level_of_the_labels_is_one():
    assert labels_of("<h3>Sex</h3><p>All</p><h3>Ages</h3><p>18+</p><h2>News</h2>", "Sex", "Ages") == ["News"]


NAMES = ("Sex", "Ages", "Phase", "Masking", "Status")
OUTSIDE = "<p>Stranger</p>"


def outside(markup):
    document, found = page(markup)
    return [found[place].text for place in outsiders(document, found, known(found, *NAMES))]


@pytest.mark.parametrize(
    ("one", "around"),
    [
        ("<section><h3>{}</h3><p>a</p><p>b</p></section>", "{}"),
        ("<details open><summary>{}</summary><p>a</p></details>", "{}"),
        ("<div class=field><span>{}</span><p>a</p></div>", "<main>{}</main>"),
        ("<dl><dt>{}<dd>a<dd>b</dl>", "{}"),
        ("<table><tr><th>{}<td>a</table>", "{}"),
    ],
    ids=["sections", "details", "fields", "terms", "tables"],
)
def test_what_stands_behind_the_element_of_a_section_is_outside(one, around):
    fields = [one.format(name) for name in NAMES]
    assert outside(around.format("".join(fields))) == []
    fields.insert(3, OUTSIDE)
    assert outside(around.format("".join(fields))) == ["Stranger"]


def test_where_labels_and_values_share_no_element_nothing_is_outside():
    flat = "".join(f"<h3>{name}</h3><p>a</p>" for name in NAMES)
    assert outside(flat.replace("<h3>Phase", OUTSIDE + "<h3>Phase")) == []


def test_where_many_sections_reach_beyond_their_element_that_is_how_the_page_is_written():
    loose = "".join(f"<section><h3>{name}</h3><p>a</p></section><p>b</p>" for name in NAMES)
    assert outside(loose) == []


def test_too_few_sections_are_no_way_of_writing():
    few = "".join(f"<section><h3>{name}</h3><p>a</p></section>" for name in NAMES[:3])
    assert outside(few + OUTSIDE) == []
