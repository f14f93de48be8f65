"""The health of sites, and a person's word on it."""

import json

import pytest

from scraper.jobs.health import NothingRead, NotQuarantined, accept, health
from scraper.sites.trialx import LISTING
from scraper.sites.veeva import STUDY
from scraper.store import current
from scraper.store.history import Standing, recorded_changes, versions
from tests.kept import TRIALS, break_veeva, command_line
from tests.nights import Nights, number, veeva, veeva_page

pytestmark = pytest.mark.one_database


@pytest.fixture
def cli(monkeypatch, capsys):
    return lambda nights, *arguments: command_line(
        monkeypatch, capsys, nights.settings.store, nights.settings.home, nights.time
    )(*arguments)


def test_a_layout_in_order_is_good(well):
    veeva_health = next(entry for entry in health(well.database, 5) if entry.site == "veeva")
    assert (veeva_health.ruling, veeva_health.run, veeva_health.pages, veeva_health.refused) == ("good", 2, 8, 0)
    assert veeva_health.quarantined_since is None
    assert veeva_health.reasons == ()
    status = next(line for line in veeva_health.fields if line.field == "eligibility.minimum_age")
    assert status == ("eligibility.minimum_age", 1.0, 1.0, (1.0, 1.0))


def test_fields_that_the_layout_never_shows_are_left_out(well):
    (entry,) = health(well.database, 5, [STUDY])
    assert STUDY.never_shows
    assert STUDY.never_shows.isdisjoint(line.field for line in entry.fields)


def test_a_layout_that_no_run_has_seen_has_no_health(well):
    assert health(well.database, 5, [LISTING]) == []


def test_the_first_run_has_nothing_to_be_compared_with(database, tmp_path):
    nights = Nights(database, tmp_path, range(1, 2))
    nights.night()
    (entry,) = health(nights.database, 5, [STUDY])
    nights.close()
    assert [line for line in entry.fields if line.field == "eligibility.minimum_age"] == [
        ("eligibility.minimum_age", 1.0, None, (1.0,))
    ]


def test_a_layout_may_be_quarantined_from_the_first_run_on(database, tmp_path):
    nights = Nights(database, tmp_path, [1])
    nights.web.pages[veeva(1)] = veeva_page(1, **{"Status and phase": "Trial stage"})
    nights.night()
    (entry,) = health(nights.database, 5, [STUDY])
    nights.close()
    assert (entry.run, entry.quarantined_since) == (1, 1)
    assert entry.reasons == ("status, which every page of this layout has, is empty on 1 of 1 pages",)


def test_a_quarantine_tells_since_when_and_why(ill):
    (entry,) = health(ill.database, 5, [STUDY])
    assert entry.is_quarantined
    assert (entry.run, entry.quarantined_since) == (4, 3)
    assert "the label 'Ages' vanished" in entry.reasons[0]
    status = next(line for line in entry.fields if line.field == "eligibility.minimum_age")
    assert status == ("eligibility.minimum_age", 0.0, 1.0, (1.0, 1.0, 0.0, 0.0))


def test_only_so_many_good_runs_are_compared_with(ill):
    (entry,) = health(ill.database, 1, [STUDY])
    assert next(line.before for line in entry.fields if line.field == "eligibility.minimum_age") == 1.0


def test_what_a_person_accepts_counts(ill):
    assert ill.ask("SELECT run_id, count(*) FROM readings WHERE site = 'veeva' GROUP BY run_id ORDER BY run_id") == [
        (1, 8),
        (3, 8),
        (4, 8),
    ]
    (accepted,) = accept(ill.database, ill.time.at, [STUDY])
    # A quarantined page is read again each night: the night in which it is effective says what it changed.
    assert (accepted.site, accepted.layout, accepted.run, accepted.pages) == ("veeva", "study", 4, 8)
    assert accepted.changes == ill.one("SELECT count(*) FROM changes WHERE site = 'veeva' AND run_id = 4") > 0


@pytest.mark.both_databases
def test_an_accepted_layout_is_the_new_normal(ill):
    accept(ill.database, ill.time.at, [STUDY])
    (entry,) = health(ill.database, 5, [STUDY])
    assert (entry.ruling, entry.reasons, entry.quarantined_since) == ("accepted", (), None)
    assert next(line.before for line in entry.fields if line.field == "eligibility.minimum_age") is None
    break_veeva(ill)
    assert ill.night(everything=True).quarantined == ()
    (entry,) = health(ill.database, 5, [STUDY])
    assert entry.ruling == "good"
    assert next(line.before for line in entry.fields if line.field == "eligibility.minimum_age") == 0.0


def test_a_page_that_is_accepted_makes_only_what_it_lacks_forgotten(ill):
    break_veeva(ill)
    ill.night(only=[number(1)])
    accept(ill.database, ill.time.at, [STUDY])
    for place in TRIALS:
        ill.web.pages[veeva(place)] = veeva_page(place, Ages="Years of life", Conditions="Illnesses")
    (layout,) = ill.night(everything=True).quarantined
    assert layout.reasons[0].startswith("the label 'Conditions' vanished: on 100\u0020% of pages")
    assert not any("'Ages'" in reason for reason in layout.reasons)


def test_pages_of_which_none_was_understood_cannot_be_accepted(well, cli):
    for place in TRIALS:
        well.web.pages[veeva(place)] = b"<html><body><h1>Sorry</h1></body></html>"
    well.night(everything=True)
    assert "--accept" not in cli(well, "health", "veeva")[1] + cli(well, "runs", "show", "3")[1]
    with pytest.raises(NothingRead):
        accept(well.database, well.time.at, [STUDY])
    assert well.one("SELECT count(*) FROM verdicts WHERE ruling = 'accepted'") == 0
    code, _, err = cli(well, "health", "--accept", "veeva")
    assert code == 3
    assert err.startswith("error: veeva/study: no page was understood in run 3, so nothing could become effective;")


def test_the_command_tells_which_pages_are_gone_by_a_person_s_word(well, cli):
    for place in TRIALS:
        well.web.pages[veeva(place)] = 404
    well.night(everything=True)
    code, out, _ = cli(well, "runs", "show", "3")
    assert (code, "quarantined: veeva/study, 0 pages read, 8 missing" in out) == (0, True)
    assert "; if they are really gone: trialpages health --accept veeva\n" in out
    code, out, _ = cli(well, "health", "veeva")
    assert (code, "0 pages, 0 refused, 8 missing\n" in out) == (1, True)
    assert "  if the pages are really gone: trialpages health --accept veeva\n" in out
    assert json.loads(cli(well, "health", "veeva", "--format", "json")[1])[0]["missing"] == 8
    assert cli(well, "health", "--accept", "veeva") == (
        0,
        "veeva/study: 0 pages of run 3 effective now, with 0 changes\n  8 pages that it did not find any more: gone\n",
        "",
    )


def test_what_earlier_runs_put_aside_stays_aside(ill):
    break_veeva(ill, "Between")
    ill.night(everything=True)
    accept(ill.database, ill.time.at, [STUDY])
    rows = ill.ask("SELECT run_id, ruling FROM verdicts WHERE site = 'veeva' ORDER BY id")
    assert rows == [
        (1, "good"),
        (2, "good"),
        (3, "quarantined"),
        (4, "quarantined"),
        (5, "quarantined"),
        (5, "accepted"),
    ]


def agree(nights):
    """Whether the changes are those between the versions that count, trial by trial, each once."""
    for place in TRIALS:
        found = [(change.site, *change[1:4]) for change in recorded_changes(nights.database, nct_ids=[number(place)])]
        told = [
            (version.site, *change)
            for version in versions(nights.database, number(place))
            if version.standing is Standing.EFFECTIVE
            for change, _ in version.changes
        ]
        # One database gives the parts of a value in another order than the other.
        assert sorted(json.dumps(one, sort_keys=True) for one in found) == sorted(
            json.dumps(one, sort_keys=True) for one in told
        )
    return True


def test_changes_and_history_agree_on_what_is_accepted_after_pages_were_put_aside_in_several_forms(ill):
    break_veeva(ill, "Between")
    ill.night(everything=True)
    (accepted,) = accept(ill.database, ill.time.at, [STUDY])
    assert (accepted.quarantined_before, accepted.unseen, current.pending_pages(ill.database)) == ((3, 4), 0, [])
    assert agree(ill)


def test_what_the_accepted_run_did_not_see_is_read_at_its_next_visit_and_counts_then(ill):
    break_veeva(ill)
    ill.night(only=[number(1)])
    (accepted,) = accept(ill.database, ill.time.at, [STUDY])
    assert (accepted.pages, accepted.quarantined_before, accepted.unseen) == (1, (3, 4), 7)
    waiting = current.pending_pages(ill.database)
    assert [(page.nct_id, page.layout_is_quarantined) for page in waiting] == [
        (number(place), False) for place in range(2, 9)
    ]
    assert agree(ill)
    assert ill.night().quarantined == ()
    assert current.pending_pages(ill.database) == []
    assert len({change.nct_id for change in recorded_changes(ill.database)}) == 8
    assert agree(ill)


@pytest.mark.both_databases
def test_runs_that_were_gone_on_with_are_accepted_together(well):
    break_veeva(well)
    well.cut_off_at(veeva(3))
    assert well.night().quarantined
    accept(well.database, well.time.at, [STUDY])
    assert well.ask("SELECT run_id FROM verdicts WHERE ruling = 'accepted' ORDER BY run_id") == [(3,), (4,)]
    (entry,) = health(well.database, 5, [STUDY])
    assert (entry.run, entry.ruling) == (4, "accepted")


def test_what_is_in_order_cannot_be_accepted(well):
    with pytest.raises(NotQuarantined, match="veeva/study is not quarantined: nothing to accept"):
        accept(well.database, well.time.at, [STUDY])
    with pytest.raises(NotQuarantined, match="veeva/study, trialx/listing are not quarantined"):
        accept(well.database, well.time.at, [STUDY, LISTING])


def test_an_accepted_layout_cannot_be_accepted_again(ill):
    accept(ill.database, ill.time.at, [STUDY])
    with pytest.raises(NotQuarantined):
        accept(ill.database, ill.time.at, [STUDY])


def test_the_command_prints_a_table_for_each_layout(well, cli):
    code, out, _ = cli(well, "health", "veeva")
    assert code == 0
    assert out.startswith("veeva/study: good; run 2, 2026-11-02 03:00 UTC: 8 pages, 0 refused\nfield ")
    assert ["eligibility.minimum_age", "100", "%", "100", "%", "██"] in [line.split() for line in out.splitlines()]
    assert "ctgov" not in out


def test_the_command_fails_while_a_layout_is_quarantined(ill, cli):
    code, out, _ = cli(ill, "health")
    assert code == 1
    assert "veeva/study: quarantined since run 3; run 4, " in out
    assert "  the label 'Ages' vanished" in out
    assert "  if the pages are read as they should be: trialpages health --accept veeva\n" in out
    assert ["eligibility.minimum_age", "0", "%", "100", "%", "██▁▁"] in [line.split() for line in out.splitlines()]
    assert "ctgov/study: good" in out


def test_the_command_prints_json(ill, cli):
    code, out, _ = cli(ill, "health", "veeva", "--format", "json")
    (entry,) = json.loads(out)
    assert code == 1
    assert {name: entry[name] for name in ("site", "layout", "run", "at", "ruling", "quarantined_since")} == {
        "site": "veeva",
        "layout": "study",
        "run": 4,
        "at": "2026-11-04T03:00:00Z",
        "ruling": "quarantined",
        "quarantined_since": 3,
    }
    assert {"field": "eligibility.minimum_age", "now": 0.0, "before": 1.0, "runs": [1.0, 1.0, 0.0, 0.0]} in entry[
        "fields"
    ]


@pytest.mark.parametrize("name", ["veeva", "veeva/study"])
def test_the_command_accepts_a_site_or_a_layout(ill, cli, name):
    code, out, _ = cli(ill, "health", "--accept", name)
    assert (code, out.startswith("veeva/study: 8 pages of run 4 effective now, with ")) == (0, True)
    assert cli(ill, "health")[0] == 0


def test_a_run_tells_what_was_accepted_since(ill, cli):
    cli(ill, "health", "--accept", "veeva")
    assert cli(ill, "runs", "show", "4")[1].endswith("\naccepted since: veeva/study\n")
    assert "accepted" not in cli(ill, "runs", "show", "3")[1]


def test_where_nothing_was_put_aside_before_the_command_says_what_counts_alone(well, cli):
    break_veeva(well)
    well.night(everything=True)
    _, out, _ = cli(well, "health", "--accept", "veeva")
    assert out == "veeva/study: 8 pages of run 3 effective now, with 16 changes\n"


def test_the_command_tells_what_stays_aside(ill, cli):
    break_veeva(ill)
    ill.night(only=[number(1)])
    code, out, _ = cli(ill, "health", "--accept", "veeva")
    assert (code, out.splitlines()[1:]) == (
        0,
        [
            "  what runs 3, 4 quarantined before stays quarantined: run 5 read those pages again",
            "  except those of 7 trials that it did not see: their next visit reads them",
        ],
    )
    _, _, err = cli(ill, "show", number(2))
    assert err == (f"quarantined: {number(2)} veeva/study of 2026-11-04 03:00 UTC: its next visit reads it again\n")


def test_the_command_says_that_nothing_is_to_be_accepted(well, cli):
    code, _, err = cli(well, "health", "--accept", "veeva")
    assert (code, err) == (3, "error: veeva/study is not quarantined: nothing to accept\n")


def test_the_command_knows_its_sites(well, cli):
    code, _, err = cli(well, "health", "--accept", "vivo")
    assert code == 2
    assert "'vivo' is neither a site nor one of " in err
    assert "ctgov/study" in err.partition("nor one of")[2]


def test_the_command_says_that_there_was_no_run(database, monkeypatch, capsys, tmp_path):
    code, out, err = command_line(monkeypatch, capsys, database, tmp_path)("health")
    assert (code, out) == (0, "")
    assert err == "no run has seen a page yet; begin one with: trialpages scrape\n"
