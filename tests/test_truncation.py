"""Pages that break off: what a record says of it, and that in a run they bring nothing."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.record import IssueCode
from scraper import pipeline
from scraper.cases import cases
from scraper.errors import TrialPagesError, Truncated
from scraper.jobs import visit as visits
from scraper.jobs.advice import advice
from scraper.parse.page import Page
from scraper.pipeline import read, read_page
from scraper.store.history import versions
from tests.build import SUMMARY, VEEVA, record
from tests.commands import own_home
from tests.each import each
from tests.nights import aggregator, number, veeva, veeva_page
from tests.replica_sites import REGISTRY, Sites, study
from tests.replica_sites import VEEVA as VEEVA_SITE
from tests.test_reextract import again

pytestmark = pytest.mark.one_database

ENDED = {
    "inclinicaltrials/summary": "See also",
    "trialx/listing": "Step 1 Get in touch with the nearest study center",
    "trialx/white-label": "Step 1 Get in touch with the nearest study center",
    "veeva/study": "Data sourced from clinicaltrials.gov",
}
WHOLE = [
    bundled
    for bundled in cases(Path(__file__).parent.parent / "snapshots")
    if bundled.layout in ENDED and (bundled.folder / "record.json").is_file()
]
"""Bundled pages of layouts of which every page has a line behind the trial."""


def doubted(page, cut_after):
    """The issues of a page that ends behind some words of it: fields and quotes of what may be cut there."""
    end = page.index(cut_after) + len(cut_after)
    return [(issue.field, issue.text) for issue in record(page[:end]).issues if issue.code == IssueCode.UNTRUSTED]


def html(page):
    return "<html><body>" + "".join(f"<p>{line}</p>\n" for line in page.splitlines() if line) + "</body></html>"


# What a record says


@pytest.mark.parametrize(
    ("page", "cut_after", "doubts"),
    [
        (
            VEEVA,
            "18 to 70 years",
            [("eligibility.minimum_age", "18 to 70 years"), ("eligibility.maximum_age", "18 to 70 years")],
        ),
        (VEEVA, "What it is", [("summary", "What it is")]),
        (VEEVA, "No Healthy Vol", [("eligibility.healthy_volunteers", "No Healthy Vol")]),
        (VEEVA, "Description:\nCells are", [("arms[0]", "Cells are")]),
        (SUMMARY, "Ada By", [("contacts[0]", "Ada By")]),
        (SUMMARY, "Phase Phase 1", [("phases", "Phase 1")]),
    ],
)
def test_the_value_that_a_page_breaks_off_behind_is_doubtful(page, cut_after, doubts):
    assert doubted(page, cut_after) == doubts


@pytest.mark.parametrize("form", [str, html], ids=["text", "HTML"])
def test_a_criterion_that_is_cut_is_quoted_in_a_doubt(form):
    page = form(VEEVA)
    result = record(page[: page.index("Knee pain.") + len("Knee pai")])
    assert [criterion.text for criterion in result.trial.eligibility.inclusion] == ["Knee pai"]
    assert [(issue.field, issue.code) for issue in result.issues] == [
        ("eligibility.inclusion", IssueCode.AMBIGUOUS),  # the label of the other side is not there
        ("eligibility.exclusion", IssueCode.AMBIGUOUS),
        (None, IssueCode.MISSING),
        ("eligibility.inclusion", IssueCode.UNTRUSTED),
    ]
    assert "Knee pai" in result.issues[-1].text


def test_a_page_that_breaks_off_behind_a_label_leaves_in_doubt_what_was_read_last():
    assert doubted(VEEVA, "Cells are given.\nTreatment:\n") == [("arms[0]", "Cells are given.")]


def test_a_whole_page_leaves_nothing_in_doubt():
    assert read_page(Page(VEEVA.encode())).truncation is None
    assert record(VEEVA).issues == ()


def test_the_line_in_a_menu_above_the_trial_is_no_end_of_the_page():
    page = SUMMARY.replace("Clinical Trials Logo\n", "Clinical Trials Logo\n\nSee also\n")
    assert read_page(Page(page.encode())).truncation is None
    cut = read_page(Page(page[: page.rindex("See also")].encode()))
    assert cut.truncation == "the page ends before the line 'see also'"


def test_markup_without_its_end_tags_is_no_page_that_breaks_off():
    page = html(VEEVA).removesuffix("</p>\n</body></html>")
    assert record(page).issues == ()


@pytest.mark.parametrize("sent", [b"<", b"</", b"<h3", b"</h", b"<li class='", b"<!-- ", b"\xc3", b"\xe2\x89"])
def test_a_page_that_breaks_off_within_a_tag_or_a_letter_is_read_up_to_there(sent):
    page = html(VEEVA.replace("Army Medical University", "Universit\u00e9 \u2264")).encode()
    start = page.index(b"Exclusion criteria") - len("<p>")
    whole, cut = read(Page(page[:start])), read_page(Page(page[:start] + sent))
    assert cut.record.trial == whole.trial
    assert cut.record.trial.sponsor == "Universit\u00e9 \u2264"
    assert cut.truncation == "the page ends before the line 'data sourced from clinicaltrials.gov'"


@each("bundled", WHOLE)
def test_a_bundled_page_is_known_to_break_off_wherever_it_is_cut(bundled):
    content = bundled.inputs[0].read_bytes()
    assert read_page(Page(content, bundled.url)).truncation is None
    # The line may be spread over several lines or elements; a listing that does not recruit ends at its questions.
    words = map(re.escape, ENDED[bundled.layout].encode().split())
    end = re.search(rb"(?:\s|<[^>]*>)+".join(words) + rb"|\nFAQs\n", content, re.IGNORECASE).start()
    for cut in range(end // 10, end, end // 10):
        try:
            told = read_page(Page(content[:cut], bundled.url))
        except TrialPagesError:
            continue
        assert told.truncation is not None, content[:cut][-60:]
        assert any((issue.field, issue.code) == (None, IssueCode.MISSING) for issue in told.record.issues)


# What a run makes of it

PAGE = veeva_page(1)
BLOCKS = [match.start() for match in re.finditer(b"\n\n", PAGE[: PAGE.index(b"Data sourced")]) if match.start() > 200]
CUTS = BLOCKS[::3]
"""Behind blocks of a page, from its first to its last; that a cut is known wherever it is needs no nights."""


def cut_behind(nights, place, words, **changed):
    """Let a trial's page at Veeva change and break off."""
    page = veeva_page(place, **changed)
    nights.web.pages[veeva(place)] = page
    nights.web.cut[veeva(place)] = page.index(words) + len(words)


def test_a_page_that_breaks_off_is_a_failed_visit_and_replaces_nothing(nights):
    begun = nights(1, 2)
    assert begun.night(everything=True).exit_code == 0
    before = begun.rows() | {"pages": 0}
    cut_behind(begun, 1, b"18 to 70", Unknown="Enrolling")
    report = begun.night(everything=True)
    assert (report.exit_code, report.quarantined, report.changes) == (1, (), 0)
    assert (report.sites["veeva"].failed, report.sites["veeva"].unchanged) == (1, 1)
    assert begun.ask("SELECT nct_id, site, layout, url, error, message, advice, refused FROM failures") == [
        (
            number(1),
            "veeva",
            "veeva/study",
            veeva(1),
            "Truncated",
            f"{veeva(1)} breaks off: the page ends before the line 'data sourced from clinicaltrials.gov'",
            advice(Truncated("")),
            False,
        )
    ]
    assert begun.rows() | {"pages": 0} == before
    begun.web.cut.clear()
    begun.web.pages[veeva(1)] = veeva_page(1)
    report = begun.night(everything=True)
    assert (report.exit_code, report.changes, report.trials.unchanged) == (0, 0, 2)
    assert begun.rows() | {"pages": 0} == before
    assert [version.record.trial.status for version in versions(begun.database, number(1), ["veeva"])] == ["UNKNOWN"]


def test_what_a_page_that_broke_off_shows_is_told_once_it_comes_whole(nights):
    begun = nights(1)
    begun.night()
    cut_behind(begun, 1, b"18 to 70", Unknown="Enrolling")
    begun.night(everything=True)
    # The server has not changed the page since: it would say of our copy, which broke off, that it is current.
    begun.web.cut.clear()
    report = begun.night(everything=True)
    assert (report.exit_code, report.changes) == (0, 1)
    assert begun.ask("SELECT field FROM changes") == [("status",)]


def test_a_page_that_breaks_off_wherever_it_does_is_no_change(nights):
    trials = range(1, len(CUTS) + 1)
    begun = nights(*trials)
    begun.night(sites=["veeva", "ctgov"])
    before = begun.rows() | {"pages": 0}
    for place, cut in zip(trials, CUTS, strict=True):
        begun.web.pages[veeva(place)] = veeva_page(place, Unknown="Completed")
        begun.web.cut[veeva(place)] = cut
    report = begun.night(sites=["veeva"], everything=True)
    assert (report.sites["veeva"].failed, report.changes, report.exit_code) == (len(CUTS), 0, 1)
    begun.web.cut.clear()
    for place in trials:
        begun.web.pages[veeva(place)] = veeva_page(place)
    report = begun.night(sites=["veeva"], everything=True)
    assert (report.sites["veeva"].unchanged, report.changes, report.exit_code) == (len(CUTS), 0, 0)
    assert begun.rows() | {"pages": 0} == before


def test_a_new_trial_whose_page_breaks_off_has_nothing_until_it_comes_whole(nights):
    begun = nights(1, 2, 3)
    for place, cut_after in enumerate((b"18 to 70", b"Conditions", b"ClinicalTrials.Veeva"), 1):
        cut_behind(begun, place, cut_after)
    report = begun.night()
    assert (report.sites["veeva"].failed, report.exit_code) == (3, 1)
    assert begun.ask("SELECT count(*) FROM readings WHERE site = 'veeva'") == [(0,)]
    begun.web.cut.clear()
    report = begun.night()
    assert (report.sites["veeva"].kept, report.exit_code) == (3, 0)
    assert begun.ask("SELECT count(*) FROM changes") == [(0,)]


def unaware(outcome):
    """As an older program, which did not notice that a page breaks off."""

    def of(attempt, at):
        if attempt.read_page is not None:
            attempt = replace(attempt, read_page=attempt.read_page._replace(truncation=None))
        return outcome(attempt, at)

    return of


def test_what_an_older_program_kept_of_a_page_that_broke_off_is_read_anew_from_the_whole_page(nights, monkeypatch):
    begun = nights(1)
    cut_behind(begun, 1, b"18 to 70 years old")
    monkeypatch.setattr(visits, "_reading_of", unaware(visits._reading_of))
    begun.night()
    monkeypatch.undo()
    for module in (pipeline, visits):
        monkeypatch.setattr(module, "package_version", lambda: "99.0")
    # The server says of the page that it is what it was, and of our copy that it is current.
    begun.web.cut.clear()
    report = begun.night(everything=True)
    assert (report.exit_code, report.sites["veeva"].kept) == (0, 1)
    assert ("eligibility.healthy_volunteers",) in begun.ask("SELECT field FROM changes WHERE site = 'veeva'")


def test_a_page_that_breaks_off_is_tried_again_as_any_failure(nights):
    begun = nights(1)
    begun.night()
    cut_behind(begun, 1, b"18 to 70", Unknown="Enrolling")
    begun.night(everything=True)
    assert begun.ask("SELECT failures FROM visits WHERE site = 'veeva' ORDER BY id") == [(0,), (1,)]
    begun.night()
    assert begun.ask("SELECT failures FROM visits WHERE site = 'veeva' ORDER BY id") == [(0,), (1,), (2,)]


def test_a_page_that_breaks_off_is_not_missing_and_the_other_page_of_the_trial_counts(nights):
    begun = nights(1)
    begun.night()
    page = SUMMARY.replace("NCT04953572", number(1)).replace("Not yet recruiting", "Recruiting")
    begun.web.pages[aggregator(1)] = page.encode()
    begun.web.cut[aggregator(1)] = page.index("See also")
    begun.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    report = begun.night(everything=True)
    assert (report.sites["inclinicaltrials"].failed, report.sites["veeva"].kept) == (1, 1)
    assert begun.ask("SELECT site, field FROM changes") == [("veeva", "status")]
    assert begun.ask("SELECT count(*) FROM misses") == [(0,)]


def test_a_site_whose_pages_all_lack_the_line_behind_the_trial_is_quarantined_by_its_name(nights):
    begun = nights(*range(1, 7))
    begun.night(sites=["ctgov", "veeva"])
    for place in range(1, 7):
        renamed = {"Data sourced from clinicaltrials.gov": "Source: the registry", "Unknown": "Completed"}
        begun.web.pages[veeva(place)] = veeva_page(place, **renamed)
    report = begun.night(sites=["veeva"], everything=True)
    (layout,) = report.quarantined
    how = "the page ends before the line 'data sourced from clinicaltrials.gov'"
    assert layout.reasons == (f"no page of 6 was understood: {veeva(1)} breaks off: {how}",)
    assert begun.rows()["changes"] == 0


def test_a_few_pages_that_break_off_do_not_put_the_others_aside(nights):
    begun = nights(*range(1, 10))
    begun.night(sites=["ctgov", "veeva"])
    for place in range(1, 10):
        begun.web.pages[veeva(place)] = veeva_page(place, Unknown="Completed")
    for place in range(1, 5):
        begun.web.cut[veeva(place)] = 300
    report = begun.night(sites=["veeva"], everything=True)
    assert (report.quarantined, report.sites["veeva"].kept, report.sites["veeva"].failed) == ((), 5, 4)


def test_a_page_that_was_read_before_it_was_known_to_break_off_is_told_and_not_read_again(nights, monkeypatch):
    begun = nights(1, 2)
    cut_behind(begun, 1, b"18 to 70")
    monkeypatch.setattr(visits, "_reading_of", unaware(visits._reading_of))
    begun.night()
    monkeypatch.undo()
    before = begun.rows()
    outcome, told = again(begun, sites=["veeva"])
    assert (outcome.refused, outcome.same, outcome.exit_code) == (1, 1, 1)
    assert [str(reread.error) for reread in told if reread.error] == [
        f"{veeva(1)} breaks off: the page ends before the line 'data sourced from clinicaltrials.gov'"
    ]
    assert begun.rows() == before


# Over real sockets, from command lines

TRIAL = "NCT05863234"
TITLE = "Safety Evaluation Study for Patients With Aggressive NK-cell Leukemia"
STUDY = f"{VEEVA_SITE}/safety-evaluation-study-for-patients-with-aggressive-nk-cell-leukemia"


@pytest.fixture
def sites(monkeypatch, tmp_path):
    """The replicas of the registry and of Veeva, with one trial."""
    own_home(monkeypatch, tmp_path)
    for name, value in {"PACE": "0", "ATTEMPTS": "1"}.items():
        monkeypatch.setenv(f"TRIALPAGES_{name}", value)
    with Sites() as replicas:
        replicas.pages[f"{REGISTRY}/{TRIAL}"] = study(TRIAL, TITLE, "NK-Cell Leukemia")
        replicas.reach(monkeypatch, tmp_path)
        yield replicas


def break_off(sites, **changed):
    """Let the page change and close the connection in the middle of its criteria, without a word on its length."""
    page, content_type = sites.pages[STUDY]
    for old, new in changed.items():
        assert old.encode() in page
        page = page.replace(old.encode(), new.encode())
    sites.pages[STUDY] = page, content_type
    sites.cut[STUDY] = page.index(b"Exclusion criteria") - 60


def test_a_connection_that_is_closed_early_changes_nothing_and_is_told(cli, sites, database, monkeypatch):
    monkeypatch.setenv("TRIALPAGES_STORE", database)
    run = ("scrape", TRIAL, "--site", "ctgov", "--site", "veeva")
    good = sites.pages[STUDY]
    assert cli(*run)[0] == 0
    shown = cli("show", TRIAL, "--by-site")[1]
    break_off(sites, Enrolling="Completed")
    code, _, err = cli(*run)
    assert code == 1
    assert f"error: {TRIAL} veeva: {STUDY} breaks off: the page ends before the line 'data sourced from" in err
    assert cli("show", TRIAL, "--by-site")[1] == shown
    assert cli("changes", "--since", "1d")[1] == ""
    failures = cli("runs", "show", "2", "--failures")[1]
    assert advice(Truncated("")) in " ".join(failures.split())
    sites.pages[STUDY] = good
    sites.cut.clear()
    code, out, _ = cli(*run)
    assert (code, "0 new versions, 0 changes" in out) == (0, True)
    assert cli("show", TRIAL, "--by-site")[1] == shown
    assert cli("changes", "--since", "1d")[1] == ""


def test_fetch_prints_what_arrived_and_says_that_it_is_not_all(cli, sites):
    break_off(sites)
    code, out, err = cli("fetch", STUDY)
    assert (code, json.loads(out)["trial"]["eligibility"]["exclusion"]) == (0, [])
    assert "page missing: the page ends before the line 'data sourced from clinicaltrials.gov'" in err
    assert "eligibility.inclusion untrusted: " in err
    assert ": the page breaks off behind these words: they, or what belongs to them, may be cut" in err
    assert cli("fetch", STUDY, "--strict")[0] == 1


def test_fetch_asks_for_the_whole_page_where_our_copy_broke_off(cli, sites):
    break_off(sites)
    cli("fetch", STUDY)
    sites.cut.clear()
    code, _, err = cli("fetch", STUDY)
    assert (code, "page missing" in err) == (0, False)
    assert [status for url, status in sites.requests if url == STUDY] == [200, 304, 200]
