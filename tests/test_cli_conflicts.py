"""show, conflicts and explain where pages of one trial differ."""

import json

import pytest
from rich.cells import cell_len

from schemas.consensus import Consensus
from scraper.cli import conflicts, trial_tables
from scraper.cli.values import whole
from scraper.store.database import Database
from tests.commands import own_home
from tests.terminals import hidden, printed
from tests.trial_pages import RECORD, registry, veeva
from tests.versions import STUDY, TRIAL, night

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)

HOSTILE = "Other \x1b[2J [/b] University"
"""A sponsor that a terminal would obey."""


WHY = "this page speaks of 2026-11-01, the chosen one of 2026-11-02"


def differing(url):
    """The registry and Veeva differ on the sponsor and the youngest age; Veeva's status is an older one."""
    with Database(url) as database:
        night(database, 1, veeva(1, **{"Registry University": HOSTILE}))
        night(database, 2, registry(2, "COMPLETED", "2026-11-02"), veeva(2, **{"Registry University": HOSTILE}))


@pytest.fixture
def store(databases, monkeypatch):
    monkeypatch.setenv("TRIALPAGES_STORE", databases.copy_of(differing))


def fields(out):
    return [json.loads(line)["field"] for line in out.splitlines()]


@pytest.mark.usefixtures("store")
def test_one_trial_is_one_object_with_a_decision_for_each_field_that_some_page_shows(cli):
    code, out, err = cli("show", TRIAL)
    trial = Consensus.model_validate_json(out)
    assert (code, err) == (0, "")
    assert trial.decisions["sponsor"].page == "ctgov/study"
    assert [source.site for source in trial.sources] == ["ctgov", "veeva"]
    assert [Consensus.model_validate(one) for one in json.loads(cli("show")[1])] == [trial]
    assert Consensus.model_validate_json(cli("show", "--format", "jsonl")[1]) == trial


@pytest.mark.usefixtures("store")
def test_a_table_marks_conflicts_and_names_the_pages_behind_each_value(cli):
    _, out, _ = cli("show", TRIAL, "--format", "table")
    lines = [line.rstrip() for line in out.splitlines()]
    sponsor = next(place for place, line in enumerate(lines) if line.startswith("! sponsor"))
    assert lines[0] == TRIAL
    assert lines[sponsor].split(maxsplit=2)[2] == "Registry University  (ctgov)"
    assert lines[sponsor + 1].strip() == rf"conflict: Other \x1b[2J [/b] University (veeva): {WHY}"
    assert "  title                           Stem Cells for Knee Pain  (ctgov, veeva)" in lines
    (blank,) = [line for line in lines if line.startswith("no page shows: ")]
    assert "collaborators" in blank
    assert "sponsor" not in blank


@pytest.mark.usefixtures("store")
def test_a_table_of_all_trials_counts_their_conflicts(cli):
    _, out, _ = cli("show", "--format", "table")
    heading, row = (line.split() for line in out.splitlines())
    conflicts = len(Consensus.model_validate_json(cli("show", TRIAL)[1]).conflicts)
    assert heading[2:] == ["pages", "status", "phases", "enrolled", "criteria", "conflicts", "title"]
    assert row[:6] == [TRIAL, "2", "COMPLETED", "PHASE4", "50", "21"]
    assert (row[6], conflicts > 0) == (str(conflicts), True)


@pytest.mark.usefixtures("store")
def test_a_conflict_says_who_says_what_since_when_in_which_words(cli):
    code, out, err = cli("conflicts", TRIAL, "--field", "sponsor")
    (told,) = map(json.loads, out.splitlines())
    ours, theirs = told["opinions"]
    assert (code, err) == (0, "1 conflict in 1 of 1 trial\n")
    assert (told["nct_id"], told["field"], told["value"]) == (TRIAL, "sponsor", "Registry University")
    assert (ours["page"], ours["relation"], ours["since"], ours["url"]) == (
        "ctgov/study",
        "agrees",
        "2026-11-02T03:00:00Z",
        RECORD,
    )
    assert (theirs["page"], theirs["relation"], theirs["since"], theirs["url"]) == (
        "veeva/study",
        "conflict",
        "2026-11-01T03:00:00Z",
        STUDY,
    )
    assert theirs["value"] == theirs["words"][0]["text"] == HOSTILE


@pytest.mark.usefixtures("store")
def test_a_table_of_conflicts_shows_the_words_on_each_page(cli):
    _, out, _ = cli("conflicts", "--field", "eligibility.minimum_age", "--format", "table")
    assert [line.rstrip() for line in out.splitlines()] == [
        f"{TRIAL}  eligibility.minimum_age",
        "  ctgov/study  20 YEARS",
        "               since 2026-11-02 03:00, seen 2026-11-02 03:00, chosen: the registry's own record comes first",
        "               “20 Years” (/protocolSection/eligibilityModule/minimumAge)",
        "  veeva/study  18 YEARS",
        f"               since 2026-11-01 03:00, seen 2026-11-02 03:00, conflict: {WHY}",
        "               “18 to 70 years old” (blocks 28 to 29)",
    ]


@pytest.mark.usefixtures("store")
def test_conflicts_can_be_asked_for_by_field_and_by_site(cli):
    everything = fields(cli("conflicts")[1])
    assert {"sponsor", "eligibility.minimum_age"} <= {*everything}
    assert "status" not in everything  # Veeva's is an older one
    assert fields(cli("conflicts", "--field", "eligibility")[1]) == [
        field for field in everything if field.startswith("eligibility.")
    ]
    assert fields(cli("conflicts", "--site", "veeva")[1]) == everything
    assert cli("conflicts", "--site", "trialx")[1:] == ("", "0 conflicts in 0 of 1 trial\n")


@pytest.mark.usefixtures("store")
def test_what_explains_itself_is_shown_on_request(cli):
    _, out, err = cli("conflicts", "--all", "--field", "status")
    (told,) = map(json.loads, out.splitlines())
    assert [(one["value"], one["relation"]) for one in told["opinions"]] == [
        ("COMPLETED", "agrees"),
        ("RECRUITING", "older"),
    ]
    assert err == "1 difference in 1 of 1 trial\n"


@pytest.mark.usefixtures("store")
def test_a_trial_that_is_not_kept_is_told_beside_the_conflicts_of_the_others(cli):
    code, out, err = cli("conflicts", TRIAL, "NCT00000001", "--field", "sponsor")
    assert (code, fields(out)) == (1, ["sponsor"])
    assert err.splitlines()[0].startswith("error: nothing is kept of NCT00000001")


@pytest.mark.usefixtures("store")
def test_explain_begins_with_the_page_that_was_chosen_and_the_rule(cli):
    _, out, _ = cli("explain", TRIAL, "eligibility.minimum_age")
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[:8] == [
        f"{TRIAL} eligibility.minimum_age",
        "",
        "consensus",
        "  value     20 YEARS",
        "  chosen    ctgov/study",
        "  rule      the registry's own record comes first",
        f"  conflict  veeva/study: 18 YEARS ({WHY})",
        "",
    ]
    assert {"ctgov/study", "veeva/study"} <= {*lines}


@pytest.mark.usefixtures("store")
def test_a_part_is_explained_by_the_decision_of_its_whole(cli):
    told = json.loads(cli("explain", TRIAL, "enrollment.count", "--format", "json")[1])["consensus"]
    assert (told["value"], [one["field"] for one in told["decisions"]]) == (50, ["enrollment"])
    _, out, _ = cli("explain", TRIAL, "eligibility.inclusion[0].text")
    assert "  decided   eligibility.inclusion" in [line.rstrip() for line in out.splitlines()]


@pytest.mark.usefixtures("store")
def test_one_sites_view_has_no_consensus(cli):
    told = json.loads(cli("explain", TRIAL, "sponsor", "--site", "veeva", "--format", "json")[1])
    assert "consensus" not in told
    assert [one["value"] for one in told["sites"]] == [HOSTILE]
    (record,) = json.loads(cli("show", TRIAL, "--site", "veeva")[1])
    assert record["trial"]["sponsor"] == HOSTILE


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("line", ["show", f"show {TRIAL}", "conflicts --all", f"explain {TRIAL} sponsor", "changes"])
def test_on_a_terminal_people_get_a_table_that_fits_and_obeys_nothing(line):
    for columns in (40, 80, 120):
        text = printed(line.split(), out="terminal", columns=columns).out.decode().replace("\r\n", "\n")
        assert text.strip()
        assert not text.startswith(("{", "["))
        assert hidden(text) == set()
        assert max(map(cell_len, text.split("\n"))) <= columns


@pytest.mark.usefixtures("store")
def test_of_many_differences_a_table_shows_the_first(cli, monkeypatch):
    _, whole_list, _ = cli("conflicts", "--field", "eligibility.inclusion", "--format", "table")
    monkeypatch.setattr(conflicts, "_MOST_DIFFERENCES", 1)
    monkeypatch.setattr(trial_tables, "_MOST_ENTRIES", 1)
    for command in ("conflicts", f"show {TRIAL}"):
        _, out, _ = cli(*command.split(), "--format", "table")
        assert "more difference" in out
        assert "trialpages explain shows all" in " ".join(out.split())
    assert "more difference" not in whole_list


def test_a_criterion_is_shown_without_its_marker():
    criterion = {"text": "Gout", "marker": "•", "cohort": None, "children": []}
    assert whole([criterion, {**criterion, "text": "Pain", "marker": "1."}]) == "2: Gout; Pain"
