"""Importing pages: each is kept as a fetched one would be, where it was captured; a second time adds nothing."""

import json
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest

from scraper.fetch.clock import SystemClock
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import versions
from scraper.store.lease import Lease
from tests.build import TRIALX, VEEVA
from tests.commands import own_home
from tests.each import each
from tests.processes import MAIN, Process
from tests.warc_records import HTML, record

own_home = pytest.fixture(autouse=True)(own_home)

OPEN = VEEVA.replace("\nUnknown\n", "\nRecruiting\n")
DONE = VEEVA.replace("\nUnknown\n", "\nCompleted\n")
TEXT = HTML.replace("text/html", "text/plain")
NCT_ID = "NCT05160831"


def page(words=VEEVA, day=1, **fields):
    return record(words.encode(), head=TEXT, WARC_Date=f"2026-01-{day:02}T00:00:00Z", **fields)


def trial(number):
    """A page of one of many trials."""
    return VEEVA.replace(NCT_ID, f"NCT{number:08}")


@pytest.fixture
def stored(tmp_path):
    """What the store tells at the end: the status that is current, and each version's moment and status."""

    def tell(nct_id=NCT_ID):
        with Database(f"sqlite:///{tmp_path}/home/store.sqlite3", read_only=True) as store:
            now = [one.trial.status for one in current.records(store, [nct_id])]
            return now, [(one.page.at, one.record.trial.status) for one in versions(store, nct_id)]

    return tell


def at(day):
    return datetime(2026, 1, day, tzinfo=UTC)


def last(out):
    return out.splitlines()[-1]


def test_the_newest_capture_is_current_and_the_others_are_history_in_whatever_order_they_lie(cli, tmp_path, stored):
    (tmp_path / "a.warc").write_bytes(page(DONE, 3) + page(VEEVA, 1) + page(OPEN, 2))
    code, out, _ = cli("import", "a.warc")
    assert (code, last(out)) == (0, "3 pages in = 3 kept + 0 unchanged + 0 refused")
    assert stored() == (["COMPLETED"], [(at(1), "UNKNOWN"), (at(2), "RECRUITING"), (at(3), "COMPLETED")])


def test_an_older_page_that_is_imported_later_replaces_nothing(cli, tmp_path, stored):
    (tmp_path / "new.warc").write_bytes(page(DONE, 3))
    (tmp_path / "old.warc").write_bytes(page(OPEN, 2))
    (tmp_path / "undated.txt").write_text(VEEVA)
    for name in ("new.warc", "old.warc", "undated.txt"):
        assert cli("import", name)[0] == 0
    assert stored() == (["COMPLETED"], [(None, "UNKNOWN"), (at(2), "RECRUITING"), (at(3), "COMPLETED")])


def test_the_same_pages_a_second_time_add_nothing_and_are_not_read(cli, tmp_path, monkeypatch):
    (tmp_path / "a.warc").write_bytes(page() + page(TRIALX))
    (tmp_path / "b.txt").write_text(trial(7))
    assert last(cli("import", "a.warc", "b.txt")[1]) == "3 pages in = 3 kept + 0 unchanged + 0 refused"
    monkeypatch.setattr("scraper.jobs.importing.read_page", lambda _: pytest.fail("it is known"))
    (tmp_path / "copy.warc").write_bytes((tmp_path / "a.warc").read_bytes())
    assert last(cli("import", "a.warc", "b.txt", "copy.warc")[1]) == "5 pages in = 0 kept + 5 unchanged + 0 refused"


def test_the_last_line_adds_up_and_each_refused_page_is_told_and_kept_as_a_failure(cli, tmp_path):
    later = datetime.now(UTC) + timedelta(hours=1)
    ahead = record(trial(8).encode(), head=TEXT, WARC_Date=later.isoformat())
    cut = VEEVA[: VEEVA.index("Data sourced")]
    image = record(b"", head="HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    content = page() + page() + ahead + page(cut) + page("nothing at all") + page(WARC_Truncated="length") + image
    (tmp_path / "a.warc").write_bytes(content)
    (tmp_path / "b.txt").symlink_to("nowhere")
    code, out, err = cli("import", "a.warc", tmp_path)
    assert code == 1
    reasons = "2 dated in the future, 2 broken off, 2 no trial page, 2 damaged, 1 cannot be read"
    assert last(out) == f"13 pages in = 1 kept + 3 unchanged + 9 refused ({reasons}); 2 records passed over (no page)"
    errors = [line for line in err.splitlines() if line.startswith("error: a.warc:")]
    assert [line.partition(": ")[2].partition(" ")[2] for line in errors] == [
        f"it is dated {later:%Y-%m-%d %H:%M} UTC, which is to come",
        "the page breaks off: the page ends before the line 'data sourced from clinicaltrials.gov'",
        "the page shows no trial: no NCT id and no label of a known layout is on it",
        "the record is damaged: its end was cut off when it was recorded",
    ]
    code, out, _ = cli("runs", "show", "1", "--failures", "--format", "json")
    failures = json.loads(out)
    assert len(failures) == 9
    assert {"CapturedAhead", "Truncated", "NotATrialPage", "DamagedFile", "TrialPagesError"} == {
        failure["error"] for failure in failures
    }
    assert all(failure["advice"] for failure in failures)


@each("year", [1, 1970, 1989])
def test_a_page_that_is_dated_before_the_web_is_refused_as_one_in_the_future_is(year, cli, tmp_path):
    name = f"{year}.warc"
    (tmp_path / name).write_bytes(record(VEEVA.encode(), head=TEXT, WARC_Date=f"{year:04}-01-01T00:00:00Z"))
    code, out, err = cli("import", name)
    assert (code, last(out)) == (1, "1 page in = 0 kept + 0 unchanged + 1 refused (1 dated before the web)")
    assert err.startswith(f"error: {name}:0: it is dated {year:04}-01-01 00:00 UTC, before the web began")


def test_a_case_with_a_time_of_no_zone_costs_its_description_alone(cli, tmp_path, stored):
    case = tmp_path / "pages" / "case"
    case.mkdir(parents=True)
    (case / "capture.txt").write_text(VEEVA)
    about = {"why": "a", "made": "b", "layout": None, "fetched_at": "2024-01-01T00:00:00"}
    (case / "case.json").write_text(json.dumps(about))
    (tmp_path / "pages" / "other.txt").write_text(trial(7))
    code, out, err = cli("import", "pages")
    assert (code, last(out)) == (1, "3 pages in = 2 kept + 0 unchanged + 1 refused (1 damaged)")
    assert "'fetched_at' is not what it must be (Input should have timezone info)" in err
    assert stored() == (["UNKNOWN"], [(None, "UNKNOWN")])


def test_runs_show_an_import_with_its_pages(cli, tmp_path):
    (tmp_path / "a.warc").write_bytes(page() + page("words"))
    cli("import", "a.warc")
    _, out, _ = cli("runs")
    assert out.splitlines()[1].split()[-7:] == ["1", "0", "1", "import:", "exit", "code", "1"]
    _, out, _ = cli("runs", "show", "1")
    assert last(out) == "2 pages in = 1 kept + 0 unchanged + 1 refused (1 no trial page)"


def test_a_time_that_is_told_dates_what_does_not_say_its_own(cli, tmp_path, stored):
    (tmp_path / "a.txt").write_text(OPEN)
    (tmp_path / "b.warc").write_bytes(page(DONE, 2))
    code, _, _ = cli("import", "a.txt", "b.warc", "--captured-at", "2026-01-05")
    assert code == 0
    assert stored() == (["RECRUITING"], [(at(2), "COMPLETED"), (at(5), "RECRUITING")])


def test_the_address_of_one_page_can_be_told_and_is_refused_for_several(cli, tmp_path):
    (tmp_path / "a.txt").write_text(VEEVA)
    (tmp_path / "a.warc").write_bytes(page())
    assert cli("import", "a.txt", "--url", "https://ctv.veeva.com/study/told")[0] == 0
    _, out, _ = cli("show", NCT_ID, "--by-site", "--format", "jsonl")
    assert json.loads(out)["source"]["url"] == "https://ctv.veeva.com/study/told"
    for several in (["a.txt", "a.txt"], ["a.warc"], [tmp_path]):
        assert cli("import", *several, "--url", "https://ctv.veeva.com/study/told")[0] == 2


def test_a_record_says_which_file_it_came_from_as_it_was_named(cli, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.warc").write_bytes(page(TRIALX) + page())
    cli("import", "pages")
    _, out, _ = cli("show", NCT_ID, "--by-site", "--format", "jsonl")
    source = json.loads(out)["source"]
    assert (source["file"], source["offset"]) == ("pages/a.warc", len(page(TRIALX)))


def test_a_dry_run_saves_nothing_and_says_what_would_be_refused(cli, tmp_path):
    (tmp_path / "a.warc").write_bytes(page() + page("words"))
    code, out, err = cli("import", "a.warc", "--dry-run")
    assert (code, out) == (1, "2 pages in = 1 read + 1 refused (1 no trial page)\n")
    assert err.splitlines()[-1] == "nothing was saved: this was a dry run"
    assert not (tmp_path / "home").exists()
    code, out, _ = cli("import", "a.warc", "--dry-run", "--format", "json")
    assert json.loads(out) == {"read": 1, "refused": {"no trial page": 1}, "passed_over": {}}


def test_several_processes_give_the_same(cli, tmp_path):
    (tmp_path / "a.warc").write_bytes(b"".join(page(trial(number)) for number in range(1, 40)) + page("words"))
    assert last(cli("import", "a.warc", "--jobs", "2")[1]) == (
        "40 pages in = 39 kept + 0 unchanged + 1 refused (1 no trial page)"
    )


def test_the_report_as_json_has_the_same_figures(cli, tmp_path):
    (tmp_path / "a.warc").write_bytes(page() + page("words"))
    _, out, _ = cli("import", "a.warc", "--format", "json", "--quiet")
    report = json.loads(out)
    assert report["imported"] == {"kept": 1, "unchanged": 0, "refused": {"no trial page": 1}, "passed_over": {}}
    assert (report["trials"]["kept"], report["versions"], report["failures"], report["exit_code"]) == (1, 1, 1, 1)


def test_beside_another_run_an_import_waits_for_nobody_and_saves_nothing(cli, tmp_path):
    (tmp_path / "a.txt").write_text(VEEVA)
    with Database(f"sqlite:///{tmp_path}/home/store.sqlite3") as store, Lease(store, SystemClock(), 60).held():
        code, out, err = cli("import", "a.txt")
    assert (code, out) == (1, "")
    assert err.startswith("error: another run is under way, by process ")
    assert cli("show", NCT_ID)[0] == 3


def test_our_own_mistake_costs_the_page_alone_and_has_its_traceback(cli, tmp_path, monkeypatch):
    from scraper.jobs import importing

    read = importing.read_page
    monkeypatch.setattr(importing, "read_page", lambda page: 1 / 0 if b"NCT00000002" in page.content else read(page))
    (tmp_path / "a.warc").write_bytes(b"".join(page(trial(number)) for number in (1, 2, 3)))
    code, out, _ = cli("import", "a.warc")
    assert (code, last(out)) == (1, "3 pages in = 2 kept + 0 unchanged + 1 refused (1 mistakes of trialpages)")
    _, out, _ = cli("runs", "show", "1", "--traceback")
    assert "ZeroDivisionError" in out


def test_our_own_mistake_about_a_file_costs_that_file_alone(cli, tmp_path, monkeypatch):
    (tmp_path / "a.warc").write_bytes(page())
    (tmp_path / "b.txt").write_text(VEEVA)
    monkeypatch.setattr("scraper.imports.warc_pages.answers", lambda _: 1 / 0)
    code, out, _ = cli("import", "a.warc", "b.txt")
    assert (code, last(out)) == (1, "2 pages in = 1 kept + 0 unchanged + 1 refused (1 mistakes of trialpages)")
    monkeypatch.setattr("scraper.imports.entries.captured_at", lambda *_: 1 / 0)
    code, out, _ = cli("import", "b.txt")
    assert (code, last(out)) == (1, "1 page in = 0 kept + 0 unchanged + 1 refused (1 mistakes of trialpages)")


def test_what_the_store_refuses_costs_the_page_alone(cli, tmp_path, monkeypatch):
    from scraper.jobs import importing

    save = importing.save_imported

    def refusing(database, run, readings, letters=()):
        if any(reading.record.trial.nct_id == "NCT00000002" for reading in readings):
            raise ValueError("no such value")
        return save(database, run, readings, letters)

    monkeypatch.setattr(importing, "save_imported", refusing)
    (tmp_path / "a.warc").write_bytes(b"".join(page(trial(number)) for number in (1, 2, 3)) + page("words"))
    code, out, _ = cli("import", "a.warc")
    reasons = "1 no trial page, 1 mistakes of trialpages"
    assert (code, last(out)) == (1, f"4 pages in = 2 kept + 0 unchanged + 2 refused ({reasons})")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_ended_is_begun_again_and_reads_what_is_left(number, cli, tmp_path):
    content = [page(trial(place)) for place in range(1, 61)]
    (tmp_path / "a.warc").write_bytes(b"".join(content))
    in_fives = "from scraper.jobs import importing; importing._TOGETHER = 5; "
    with Process("import", tmp_path / "a.warc", code=in_fives + MAIN) as process:
        while not _saved(tmp_path):
            time.sleep(0.01)
        process.send_signal(number)
        _, err = process.rest()
        process.wait()
    assert b"Traceback" not in err
    before = _saved(tmp_path)
    assert before % 5 == 0
    code, out, _ = cli("import", tmp_path / "a.warc")
    assert (code, last(out)) == (0, f"60 pages in = {60 - before} kept + {before} unchanged + 0 refused")
    _, out, _ = cli("runs")
    assert out.splitlines()[2].split()[-2:] == ["import:", "interrupted"]


def _saved(folder):
    if not (folder / "home" / "store.sqlite3").exists():
        return 0
    with Database(f"sqlite:///{folder}/home/store.sqlite3", read_only=True) as store:
        return sum(1 for _ in current.records(store))
