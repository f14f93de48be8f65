"""Where the log is JSON, everything on standard error is: notes, errors, wrong usage, whatever the command."""

import json

import pytest

from scraper.settings import Settings
from scraper.store.database import Database
from scraper.store.lease import Lease, holder
from tests.commands import own_home
from tests.nights import Time

own_home = pytest.fixture(autouse=True)(own_home)


@pytest.fixture
def told(cli):
    """Run a command line; gives the exit code, and the events on standard error without their times."""

    def run(*arguments):
        code, _, err = cli(*arguments)
        events = [json.loads(line) for line in err.splitlines()]
        return code, [{name: event[name] for name in event if name != "timestamp"} for event in events]

    return run


def error(message):
    return {"event": "error", "level": "error", "message": message}


def test_a_run_that_cannot_begin_says_so_in_json(told):
    with Database(Settings().store_url) as database, Lease(database, Time(), 1e9).held():
        code, (event,) = told("scrape", "--log-json")
    assert (code, event["level"], event["event"]) == (1, "error", "error")
    assert event["message"].startswith(f"another run is under way, by process {holder().rsplit(':')[-2]} on ")


@pytest.mark.parametrize(
    ("arguments", "code", "event"),
    [
        (["scrape", "NCT1"], 2, error("'NCT1' is no NCT id, which is NCT and eight digits")),
        (
            ["show", "NCT00000001"],
            3,
            error("nothing is kept of NCT00000001: trialpages watch add NCT00000001, then trialpages scrape"),
        ),
        (["runs", "show", "7"], 3, error("there is no run 7; the last ones: trialpages runs")),
        (["watch", "add", "NCT00000001"], 0, {"event": "note", "level": "info", "message": "1 added, 1 on the list"}),
    ],
)
def test_notes_errors_and_wrong_usage_are_json(told, arguments, code, event):
    assert told(*arguments, "--log-json") == (code, [event])


@pytest.mark.parametrize("asked", ["environment", "file"])
def test_json_may_be_asked_for_in_the_environment_and_in_the_file(told, monkeypatch, tmp_path, asked):
    if asked == "environment":
        monkeypatch.setenv("TRIALPAGES_LOG_JSON", "1")
    else:
        (tmp_path / "trialpages.toml").write_text("log_json = true\n")
    assert told("runs", "show", "7") == (3, [error("there is no run 7; the last ones: trialpages runs")])


def test_where_the_settings_cannot_be_read_the_flag_is_heeded_all_the_same(told, cli, monkeypatch):
    monkeypatch.setenv("TRIALPAGES_PACE", "fast")
    code, (event,) = told("scrape", "--log-json")
    assert (code, event["message"].startswith("the setting pace: ")) == (2, True)
    assert "Error: the setting pace: " in cli("scrape")[2]
