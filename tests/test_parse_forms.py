"""What a page is told by its bytes: JSON or not, text with NULs or no text; and the normal form of its words."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import IssueCode
from scraper.errors import NotATrialPage
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read
from tests.build import VEEVA

PAGE = (Path(__file__).parent.parent / "snapshots" / "veeva" / "NCT05160831-seed" / "page.html").read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        "[Skip to main content](#main)",
        "[Trial of device that is not approved or cleared by the U.S. FDA]",
        "[ ] not done",
        "[1] a footnote",
        '["quoted"](#link)',
        "[[a wiki's link]]",
        "{{ page.title }}",
        "{Draft}",
        "[",
        "{ x",
    ],
)
def test_a_bracket_in_front_makes_no_capture_json(line: str):
    document = parse(Page(f"{line}\n\n{VEEVA}".encode()))
    assert (document.form, document.blocks[0].text) == ("text", line)
    assert read(Page(f"{line}\n\n{VEEVA}".encode())).trial.title == "Stem Cells for Knee Pain"


@pytest.mark.parametrize("line", ["[Skip]", "{{ title }}", "[1, 2"])
def test_a_bracket_in_front_makes_no_markup_json(line: str):
    assert parse(Page(f"{line}<html><p>a</p></html>".encode())).form == "html"


@pytest.mark.parametrize(
    "text",
    [
        '{"protocolSection": {',
        '{"protocolSection": {"identificationModule": }}',
        '[{"protocolSection": {}}',
        "[ [ {'a': 1}",
        "{'a': 1}",
        "{protocolSection: {}}",
        "{",
        "[{",
    ],
)
def test_what_has_the_shape_of_json_and_is_none_is_refused_as_such(text: str):
    with pytest.raises(NotATrialPage, match=r"^the page is no JSON, though it begins like it: "):
        parse(Page(text.encode()))


@pytest.mark.parametrize("text", ["[]", "{}", "[1]", '["a"]', '{"a": [{}]}'])
def test_all_that_parses_is_json(text: str):
    assert parse(Page(text.encode())).form == "json"


@pytest.mark.parametrize("place", [b'href="', b"Knee Osteoarthritis", b"</body>", b"<li ", b"<"])
def test_nuls_in_a_page_cost_nothing(place: bytes):
    damaged = PAGE.replace(place, place[:1] + b"\0" + place[1:])
    assert damaged != PAGE
    found, plain = read(Page(damaged)), read(Page(PAGE))
    assert (found.trial, found.issues) == (plain.trial, plain.issues)


def test_bytes_of_which_many_are_controls_are_no_text():
    with pytest.raises(NotATrialPage, match="binary"):
        parse(Page(bytes(range(256)) * 10))


@pytest.mark.parametrize("name", ["bplist00", "\xd0\xcf\x11\xe0"])
def test_other_archives_are_refused_by_name(name: str):
    with pytest.raises(NotATrialPage, match=r"^the page is no text but an? (?:old office|web archive)"):
        parse(Page(name.encode("latin-1") + b"<p>a"))


def decomposed(content: bytes) -> bytes:
    return unicodedata.normalize("NFD", content.decode()).encode()


FRENCH = VEEVA.replace("Army Medical University", "Université de Médecine").replace("Biological: Cells", "Drug: Écu Ω")


@pytest.mark.parametrize("form", ["{}", "<!doctype html><p>{}"])
def test_the_words_of_a_record_are_composed_whatever_the_page_holds(form: str):
    page = form.format(FRENCH.replace("\n", "\n<br>") if "<p>" in form else FRENCH).encode()
    composed, other = read(Page(page)), read(Page(decomposed(page)))
    assert composed.trial.sponsor == "Université de Médecine"
    assert other.trial == composed.trial
    assert other.evidence == composed.evidence


def test_marks_that_are_written_as_references_are_composed_too():
    document = parse(Page(b"<title>e&#x301;</title><p>e<b>&#x301;</b>a<img alt='o&#x308;'>"))
    assert (document.title, [block.text for block in document.blocks]) == ("é", ["ö", "éa"])
    (block,) = parse(Page(b'{"e\\u0301": "e\\u0301"}')).blocks
    assert (block.pointer, block.text) == ("/é", "é")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30))
def test_no_form_of_page_keeps_words_in_another_normal_form(words: str):
    for content in (
        f"x {words}",
        f"<p>{words.replace('<', '')}<i>{words[::-1].replace('<', '')}",
        json.dumps({"a": words}),
    ):
        try:
            document = parse(Page(content.encode()))
        except NotATrialPage:
            continue
        for block in document.blocks:
            assert unicodedata.is_normalized("NFC", block.text)


def test_a_guess_at_the_encoding_is_an_issue_of_the_page():
    page = PAGE.replace(b'<meta charSet="utf-8"/>', b"").decode().replace("Army Medical University", "军医大学")
    issues = [issue for issue in read(Page(page.encode("gb18030", "replace"))).issues if issue.field is None]
    assert [issue.code for issue in issues] == [IssueCode.AMBIGUOUS]
    assert "windows-1252" in issues[0].message
    assert read(Page(page.encode("gb18030", "replace"), charset="gbk")).trial.sponsor == "军医大学"
    assert not [issue for issue in read(Page(page.encode())).issues if issue.field is None]
