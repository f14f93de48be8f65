"""A first file for a site from sample pages: proposed by labels, values and parsers; doubts are left to people."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from normalizers import phrases
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots.new_site import new_site, write
from scraper.snapshots.proposing import propose
from scraper.snapshots.refused import Refused
from tests.commands import own_home

own_home = pytest.fixture(autouse=True)(own_home)

ROOT = Path(__file__).parents[1]

PAGE = """\
{title}

Trial Number: {number}

Recruiting Status

{status}

Kind of Study

{kind}

Total Enrollment

{count} participants

First Day

{day}

Mood

{mood}

Brief Summary

{summary}

Inclusion Criteria

• Knee pain.
• Another one.
"""
SUMMARY = "What the trial is about, told at such a length that nobody takes it for a single value of a table. " * 3
ONE = {"title": "A Study of Cells in Knees", "number": "NCT09000001", "status": "Recruiting", "count": 50}
TWO = {"title": "A Study of Salt in Soups", "number": "NCT09000002", "status": "Completed", "count": 7}
PAGES = [
    PAGE.format(**ONE, kind="Interventional", day="2021-08-11", mood="good", summary=SUMMARY),
    PAGE.format(**TWO, kind="Observational", day="2022-01", mood="sad", summary=f"Other. {SUMMARY}"),
]
URLS = ["https://trials.example.org/study/NCT09000001", "https://trials.example.org/study/NCT09000002"]


def proposals(*pages):
    return {row.label: row for row in propose([parse(Page(page.encode())) for page in pages])}


def pages(*contents, urls=(None, None)):
    return [Page(content.encode(), url) for content, url in zip(contents, urls, strict=False)]


@pytest.mark.parametrize(
    ("label", "kind", "field", "parser"),
    [
        ("Trial Number", "one", "nct_id", nct_id),
        ("Recruiting Status", "one", "status", phrases.status),
        ("Kind of Study", "one", "study_type", phrases.study_type),
        ("Total Enrollment", "one", "enrollment", enrollment),
    ],
)
def test_a_row_is_proposed_where_a_parser_reads_all_that_stands_below_a_label(label, kind, field, parser):
    row = proposals(*PAGES)[label]
    assert (row.kind, row.fields, row.values) == (kind, (field,), (((field,), parser),))
    assert row.pages == 2


def test_running_text_and_criteria_are_told_by_what_they_are_called():
    rows = proposals(*PAGES)
    assert (rows["Brief Summary"].kind, rows["Brief Summary"].fields) == ("prose", ("summary",))
    assert rows["Inclusion Criteria"].fields == ("eligibility.inclusion",)


def test_a_value_that_could_be_several_fields_is_left_to_a_person():
    row = proposals(*PAGES)["First Day"]
    assert row.kind is None
    assert row.why.startswith("by its values it may be ")
    assert "start_date" in row.why
    assert partial_date("2022-01") is not None


def test_a_label_that_nobody_knows_is_left_to_a_person_with_its_values():
    row = proposals(*PAGES)["Mood"]
    assert (row.kind, row.samples) == (None, ("good", "sad"))


def test_the_same_word_above_other_values_is_no_other_sites_field():
    row = proposals(*(page.replace("Mood", "Sex") for page in PAGES))["Sex"]
    assert row.kind is None


def test_values_that_stand_on_all_pages_are_no_labels():
    assert "Interventional" not in proposals(PAGES[0], PAGES[0])
    assert "50 participants" not in proposals(PAGES[0], PAGES[0])


def test_the_rows_are_in_the_order_of_the_pages():
    labels = list(proposals(*PAGES))
    assert labels.index("Trial Number") < labels.index("Recruiting Status") < labels.index("Inclusion Criteria")


def test_of_one_page_labels_are_told_by_their_form():
    rows = proposals("<h1>Title</h1><h2>Status</h2><p>Recruiting</p><p>Gender of all:</p><p>All</p><p>Some words.</p>")
    assert rows["Status"].fields == ("status",)
    assert "Gender of all" in rows
    assert "Some words." not in rows


def test_the_file_is_python_and_says_what_is_left():
    site = new_site("example", pages(*PAGES, urls=URLS))
    ast.parse(site.source)
    assert max(map(len, site.source.splitlines())) <= 120
    assert '    one("Recruiting Status", reads={"status": phrases.status}, marker=True),\n' in site.source
    assert "    # decide: 'Mood': good | sad\n" in site.source
    assert 'urls=("https://trials.example.org/study/<NCT id>",)' in site.source
    assert any(sentence.startswith("'Mood' on 2 of 2 pages") for sentence in site.left)


def test_a_number_that_stands_in_the_address_alone_is_read_there():
    site = new_site("example", pages(*(page.replace("Trial Number", "Call us") for page in PAGES), urls=URLS))
    assert "id_in_address" not in site.source
    without = [page.replace("Trial Number: ", "") for page in PAGES]
    site = new_site("example", pages(*without, urls=URLS))
    assert 'page.add("nct_id", id_in_address(page.document, NUMBER), nct_id)' in site.source
    assert "no label leads to the NCT id: it is read from the address, which must be given then" in site.left


@pytest.mark.parametrize(
    ("name", "contents", "words"),
    [
        ("veeva", PAGES, "there is a site veeva already: mend scraper/sites/veeva.py"),
        ("My Site", PAGES, "'My Site' is no key of a site"),
        ("class", PAGES, "'class' is no key of a site"),
        ("../x", PAGES, "is no key of a site"),
        ("other", ["Nothing.", "At all."], "no label is on these pages that anybody knows"),
        ("other", ["Status\n\nRecruiting", "Phase\n\nPhase 1"], "the pages have no known label in common"),
    ],
)
def test_what_is_no_site_is_refused(name, contents, words):
    with pytest.raises(Refused, match=words):
        new_site(name, pages(*contents))


def test_a_page_of_a_known_host_belongs_into_the_file_of_its_site():
    with pytest.raises(Refused, match=r"ctv.veeva.com is a host of veeva: add a layout to scraper/sites/veeva.py"):
        new_site("other", pages(*PAGES, urls=["https://CTV.veeva.com/studies/1", *URLS[1:]]))


def test_sites_whose_addresses_nobody_gave_claim_no_common_host():
    first, second = (new_site(name, pages(*PAGES, urls=[None] * len(PAGES))).source for name in ("one", "two"))
    assert 'hosts=("www.one.example",)' in first
    assert 'hosts=("www.two.example",)' in second


def test_a_file_that_is_there_is_never_replaced(tmp_path):
    path = tmp_path / "example.py"
    path.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        write(new_site("example", pages(*PAGES)), path)
    assert path.read_text() == "mine"


def test_outside_the_repository_the_command_says_where_it_wants_to_be(cli):
    code, _, err = cli("site", "new", "example", "--from", "x.txt")
    assert code == 2
    assert "run this where the repository is checked out" in err


def test_each_page_has_its_address_or_none_has(cli, tmp_path):
    (tmp_path / "scraper" / "sites").mkdir(parents=True)
    code, _, err = cli("site", "new", "example", "--from", "a.txt", "b.txt", "--url", URLS[0])
    assert code == 2
    assert "give --url for each of the 2 pages, or for none" in err


def test_a_new_site_reads_its_sample_page_at_once(tmp_path):
    for package in ("scraper", "normalizers", "schemas"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    rows = {"Trial Number": "NCT09000002", "Kind of Study": "Observational", "Total Enrollment": "7 participants"}
    table = "".join(f"<h2>{label}</h2><p>{value}</p>" for label, value in rows.items())
    (tmp_path / "page.html").write_text(f"<html><body><h1>A Study of Salt in Soups</h1>{table}</body></html>")
    done = subprocess.run(
        [sys.executable, "-c", "from scraper.cli import main; main()", "site", "new", "example", "--from", "page.html"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "TRIALPAGES_HOME": str(tmp_path / "home")},
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith("review it: scraper/sites/example.py\nsee it: trialpages snapshot check\n")
    assert "page.html: case: snapshots/example/NCT09000002-sample-page-1\n" in done.stdout
    record = (tmp_path / "snapshots/example/NCT09000002-sample-page-1/record.json").read_text()
    for line in ('"title": "A Study of Salt in Soups"', '"count": 7', '"study_type": "OBSERVATIONAL"'):
        assert line in record
