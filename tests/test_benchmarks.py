"""What can be wrong in the benchmarks: pages that no longer say the same, and scores that count wrong."""

import json
from pathlib import Path

import pytest

from benchmarks import exports
from benchmarks.memory import counts, link_files
from benchmarks.pages import LARGEST, SMALLEST, inflate, markup, refused_pages, trial_pages
from benchmarks.scores import Score, label, score_numbers, score_text
from schemas.document import Block
from schemas.record import Record
from scraper.cases import Case
from scraper.exports.formats import FORMATS
from scraper.pipeline import extract_page
from tests.each import each

CASES = Path(__file__).parents[1] / "snapshots"
PAGES = [path for path in sorted(CASES.glob("*/*/page.html")) if (path.parent / "record.json").is_file()]

PAGE = b"""<!doctype html><html><head><title>T</title></head><body>
<h1>Exosomes in <i>Osteoarthritis</i></h1><p>Isfahan University of Medical Sciences</p>
</body></html>"""


def said(record: Record) -> object:
    """What a record says, apart from where on the page it stood and the page's hash."""
    evidence = {path: [found.text for found in all_found] for path, all_found in record.evidence.items()}
    return record.trial, record.issues, evidence, record.source.url


@each("path", PAGES)
def test_an_inflated_page_gives_the_same_record(path: Path) -> None:
    case = Case.load(path.parent)
    page = path.read_bytes()

    inflated = inflate(page, case.name)

    assert said(extract_page(inflated, case.url)) == said(extract_page(page, case.url))


def test_the_bundled_cases_become_pages_of_30_to_80_kilobytes() -> None:
    pages = trial_pages()

    assert [page.name for page in pages if not SMALLEST * 0.9 <= len(page.content) <= LARGEST * 1.1] == []
    assert len(pages) >= len(PAGES)


def test_the_same_name_gives_the_same_page() -> None:
    assert inflate(PAGE, "veeva/a") == inflate(PAGE, "veeva/a")
    assert inflate(PAGE, "veeva/a") != inflate(PAGE, "veeva/b")


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (b"<html><head></head>", "body"),
        (b"<html><head></head></body></html>", "body"),
        (b"<html><body></body></html>", "head"),
    ],
)
def test_a_page_without_head_or_body_is_no_page_to_inflate(page: bytes, part: str) -> None:
    with pytest.raises(ValueError, match=f"x: the page has no {part}"):
        inflate(page, "x")


def test_bytes_of_any_encoding_stay_as_they_are() -> None:
    page = PAGE.replace(b"Isfahan", b"Universit\xe9")

    assert b">Universit\xe9 University of Medical Sciences</p>" in inflate(page, "veeva/a")


def test_a_capture_is_rendered_as_ordinary_html() -> None:
    page = markup(b"Sex\n\nAll & more\n\n  - first\n  - second\n\nEnd\n")

    assert "<p>Sex</p>\n<p>All &amp; more</p>\n<ul>\n<li>first</li>\n<li>second</li>\n</ul>\n<p>End</p>" in page


def test_pages_of_cases_that_give_an_error_are_taken_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "veeva" / "refused"
    folder.mkdir(parents=True)
    (folder / "case.json").write_text('{"why": "w", "made": "m", "layout": null}')
    (folder / "page.html").write_bytes(b"<p>Nothing")
    (folder / "error.json").write_text("{}")

    assert refused_pages(tmp_path) == [b"<p>Nothing"]
    assert trial_pages(tmp_path) == []


def blocks(*texts: str) -> list[Block]:
    return [Block(number, "line", text) for number, text in enumerate(texts)]


def test_the_trial_is_found_in_order_with_boilerplate_between() -> None:
    page = blocks("Menu", "A title", "Share", "Sex", "All", "Imprint")

    assert label(page, "A title\nSex\nAll\n") == {1, 3, 4}


def test_of_words_that_stand_twice_the_latest_fitting_place_is_the_trials() -> None:
    page = blocks("A title", "Menu", "A title", "Sex", "All", "A title")

    assert label(page, "A title\nSex\nAll") == {2, 3, 4}


def test_a_line_can_be_several_blocks_and_a_block_several_lines() -> None:
    page = blocks("NCT number", "NCT05160831", "Phase Phase 2", "Phase 1")

    assert label(page, "NCT number NCT05160831\nPhase\nPhase 2\nPhase 1") == {0, 1, 2, 3}


def test_the_bullet_or_number_of_an_item_is_no_matter() -> None:
    page = [Block(0, "item", "Pregnant", 1, "•"), Block(1, "item", "Minor", 1, "2."), Block(2, "line", "– Smoker")]

    assert label(page, "- Pregnant\n2. Minor\nSmoker") == {0, 1, 2}


def test_a_line_that_is_not_on_the_page_is_an_error() -> None:
    with pytest.raises(ValueError, match="the page has no 'all'"):
        label(blocks("A title", "Sex"), "A title\nSex\nAll")


def test_kept_lost_and_kept_boilerplate_are_counted_by_number() -> None:
    page = blocks("Menu", "A title", "Sex", "All", "Imprint")

    score = score_numbers(page, trial={1, 2, 3}, kept=[0, 1, 2])

    assert score == Score(kept=2, lost=1, boilerplate=1)
    assert (score.recall, score.precision, score.f1) == (2 / 3, 2 / 3, 2 / 3)


def test_a_block_is_kept_where_its_letters_and_digits_stand_in_the_text() -> None:
    page = blocks("Menu", "Body mass index (BMI) ≤ 35", "Age 18", "Imprint", "•")

    score = score_text(page, trial={1, 2}, text="Imprint\n- Body mass index\n  (BMI) ≤ 35")

    assert score == Score(kept=1, lost=1, boilerplate=1)


def test_boilerplate_whose_words_the_trial_has_too_does_not_count() -> None:
    page = blocks("Recruiting", "Status: recruiting", "Card of another trial", "Recruiting")

    assert score_text(page, trial={1}, text="Status: Recruiting") == Score(kept=1)


def test_scores_of_several_pages_add_up() -> None:
    assert Score(3, 1, 2) + Score(1, 0, 0) == Score(4, 1, 2)


def test_nothing_kept_of_nothing_is_no_mistake() -> None:
    assert (Score().recall, Score().precision) == (1, 1)
    assert Score(lost=1, boilerplate=1).f1 == 0


def test_files_records_and_failures_are_read_off_the_summary() -> None:
    assert counts("20,000 pages in = 15,003 records (6,582 with issues) + 4,997 failures") == (20_000, 15_003, 4_997)
    assert counts("1 page in = 1 record + 0 failures") == (1, 1, 0)


def test_other_last_lines_are_no_summary() -> None:
    with pytest.raises(ValueError, match="this is no summary"):
        counts("error: a process died")


def test_files_are_linked_until_there_are_enough(tmp_path: Path) -> None:
    link_files(tmp_path, [b"a", b"b"], 5)

    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"a", b"b", b"a", b"b", b"a"]


def test_each_trial_of_the_benchmark_of_exports_is_written_once(tmp_path: Path) -> None:
    jsonl = next(form for form in FORMATS if form.name == exports.BASE)
    cost = exports.write(jsonl, 30, tmp_path)
    found = [json.loads(line)["trial"] for line in (tmp_path / "trials.jsonl").read_text().splitlines()]
    assert len({trial["nct_id"] for trial in found}) == 30
    assert len({trial["title"] for trial in found}) == 30
    assert cost.size == (tmp_path / "trials.jsonl").stat().st_size


def test_the_trials_of_the_benchmark_of_exports_have_pages_of_several_sites() -> None:
    assert all(len({record.source.site for record in group}) > 1 for group in exports.groups())
