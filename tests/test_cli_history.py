"""history and changes as a person meets them, on a store filled night by night."""

import json

import pytest

from scraper.store.database import Database
from tests.build import VEEVA, record
from tests.commands import own_home
from tests.filled import LISTED, LISTING, PLACE, SHA256, empty, store
from tests.trial_pages import RECORD, registry, veeva
from tests.versions import BIGGER, OPEN, STUDY, TRIAL, night, shows

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)
store = pytest.fixture(store)
empty = pytest.fixture(empty)


@pytest.mark.usefixtures("store")
def test_history_tells_every_version_and_every_absence(cli):
    code, out, err = cli("history", TRIAL, "--by-site")
    other, bigger = (record(page).source.sha256 for page in (OPEN.replace("50 ", "800 "), BIGGER))
    assert (code, err) == (0, "")
    assert [line.rstrip() for line in out.splitlines()] == [
        "NCT05160831",
        "2026-11-03 03:00  ctgov  absent: not shown",
        "2026-11-02 03:00  trialx/listing  first version",
        f"  {LISTING} sha256 {LISTED[:12]} at trialx.warc.gz:2000; last seen 2026-11-02 03:00",
        "2026-11-02 03:00  trialx/listing  gone: not shown any more, 2 visits, the last 2026-11-03 03:00",
        "2026-11-01 03:00  veeva/study  first version",
        f"  {STUDY} sha256 {SHA256[:12]} at veeva.warc.gz:1000; last seen 2026-11-01 03:00",
        "2026-11-02 03:00  veeva/study  changed",
        f"  {STUDY} sha256 {other[:12]} at veeva.warc.gz:2000; last seen 2026-11-02 03:00",
        "  status            UNKNOWN → RECRUITING",
        "  enrollment.count  50 → 800  (anomaly: 16 times as many)",
        "2026-11-03 03:00  veeva/study  changed",
        f"  {STUDY} sha256 {SHA256[:12]} at veeva.warc.gz:3000; last seen 2026-11-03 03:00",
        "  status            RECRUITING → UNKNOWN",
        "  enrollment.count  800 → 50  (anomaly: 16 times fewer)",
        "2026-11-04 03:00  veeva/study  changed  [quarantined]",
        f"  {STUDY} sha256 {bigger[:12]} at veeva.warc.gz:4000; last seen 2026-11-04 03:00",
        "  enrollment.count  50 → 5000  (anomaly: 100 times as many)",
    ]


@pytest.mark.usefixtures("store")
def test_history_in_json_tells_the_same(cli):
    code, out, err = cli("history", TRIAL, "--site", "veeva", "--site", "ctgov", "--format", "jsonl")
    assert (code, err) == (0, "")
    absent, first, _, third, aside = map(json.loads, out.splitlines())
    assert absent == {
        "event": "absent",
        "nct_id": TRIAL,
        "site": "ctgov",
        "layout": None,
        "since": "2026-11-03T03:00:00Z",
        "until": "2026-11-03T03:00:00Z",
        "visits": 1,
    }
    assert (first["cause"], first["changes"]) == (None, [])
    assert third == {
        "event": "version",
        "nct_id": TRIAL,
        "site": "veeva",
        "layout": "study",
        "standing": "effective",
        "seen_at": "2026-11-03T03:00:00Z",
        "fetched_at": "2026-11-03T03:00:00Z",
        "confirmed_at": "2026-11-03T03:00:00Z",
        "url": STUDY,
        "sha256": SHA256,
        "archive": PLACE,
        "imported_from": None,
        "cause": "page",
        "changes": [
            {"field": "status", "old": "RECRUITING", "new": "UNKNOWN", "anomaly": None},
            {"field": "enrollment.count", "old": 800, "new": 50, "anomaly": "16 times fewer"},
        ],
    }
    assert (aside["standing"], aside["seen_at"]) == ("quarantined", "2026-11-04T03:00:00Z")


CHANGES = [
    ("status", "UNKNOWN", "RECRUITING", 2, None),
    ("enrollment.count", 50, 800, 2, "16 times as many"),
    ("status", "RECRUITING", "UNKNOWN", 3, None),
    ("enrollment.count", 800, 50, 3, "16 times fewer"),
]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("arguments", "which"),
    [
        (["--site", "veeva"], [0, 1, 2, 3]),
        (["--site", "veeva", "--since", "2026-11-03"], [2, 3]),
        (["--site", "veeva", "--since", "2026-11-02T03:00Z", "--until", "2026-11-02T03:00:01Z"], [0, 1]),
        (["--site", "veeva", "--since", "2026-11-02", "--until", "2026-11-02"], [0, 1]),
        (["--nct", TRIAL.lower(), "--site", "veeva", "--anomalies"], [1, 3]),
        (["--site", "veeva", "--nct", "NCT00000001"], []),
        (["--site", "trialx"], []),
    ],
)
def test_changes_of_a_sites_pages_are_one_a_line(cli, arguments, which):
    code, out, err = cli("changes", *arguments)
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "nct_id": TRIAL,
            "field": field,
            "old": old,
            "new": new,
            "seen_at": f"2026-11-0{day}T03:00:00Z",
            "site": "veeva",
            "layout": "study",
            "cause": "page",
            "anomaly": doubt,
        }
        for field, old, new, day, doubt in (CHANGES[place] for place in which)
    ]


@pytest.mark.usefixtures("store")
def test_changes_stand_below_the_page_that_brought_them(cli):
    code, out, _ = cli("changes", "--site", "veeva", "--format", "table", "--until", "2026-11-02")
    assert code == 0
    assert [line.rstrip() for line in out.splitlines()] == [
        "2026-11-02 03:00  NCT05160831  veeva/study",
        "  status            UNKNOWN → RECRUITING",
        "  enrollment.count  50 → 800  (anomaly: 16 times as many)",
    ]


def test_of_long_texts_the_place_is_shown_where_they_differ(cli, empty):
    start = "What it is about, at such a length that nobody would see a difference behind all that. "
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA.replace("What it is about.", f"{start}Old end.")))
        night(database, 2, shows(2, VEEVA.replace("What it is about.", f"{start}New end.")))
    _, out, _ = cli("changes", "--format", "table")
    assert out.splitlines()[1].strip() == "summary  …ce behind all that. Old end. → …ce behind all that. New end."


def night_by_night(database):
    night(database, 1, registry(1), veeva(1))
    night(database, 2, registry(2, "COMPLETED", "2026-11-01", count=800))
    night(database, 3, veeva(3, "Completed"))


def test_the_history_of_a_trial_names_the_page_that_brought_each_version(cli, empty):
    with Database(empty) as database:
        night_by_night(database)
    code, out, err = cli("history", TRIAL)
    lines = [line.split(" sha256 ")[0].rstrip() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines == [
        TRIAL,
        "2026-11-01 03:00  ctgov/study  first version",
        f"  {RECORD}",
        "2026-11-01 03:00  veeva/study  first version",
        f"  {STUDY}",
        "2026-11-02 03:00  ctgov/study  changed",
        f"  {RECORD}",
        "  status            RECRUITING → COMPLETED",
        "  enrollment.count  50 → 800  (anomaly: 16 times as many)",
        "  last_updated      2026-10-01 → 2026-11-01",
    ]


def test_the_history_of_a_trial_in_json_tells_the_same(cli, empty):
    with Database(empty) as database:
        night_by_night(database)
    first, second = map(json.loads, cli("history", TRIAL, "--format", "jsonl")[1].splitlines())
    assert ([page["site"] for page in first["pages"]], first["changes"]) == (["ctgov", "veeva"], [])
    assert [(page["site"], page["cause"], page["url"]) for page in second["pages"]] == [("ctgov", "page", RECORD)]
    assert second["changes"][0] == {
        "field": "status",
        "old": "RECRUITING",
        "new": "COMPLETED",
        "page": "ctgov/study",
        "anomaly": None,
    }


def test_changes_of_trials_stand_below_the_page_that_brought_them(cli, empty):
    with Database(empty) as database:
        night_by_night(database)
    _, out, _ = cli("changes", "--format", "table")
    assert [line.rstrip() for line in out.splitlines()] == [
        f"2026-11-02 03:00  {TRIAL}  ctgov/study",
        "  status            RECRUITING → COMPLETED",
        "  enrollment.count  50 → 800  (anomaly: 16 times as many)",
        "  last_updated      2026-10-01 → 2026-11-01",
    ]
    (anomaly,) = map(json.loads, cli("changes", "--anomalies")[1].splitlines())
    assert (anomaly["field"], anomaly["site"], anomaly["cause"]) == ("enrollment.count", "ctgov", "page")


def test_the_history_of_pages_begins_with_those_that_have_no_date(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, page, arguments in (
        ("dated.txt", VEEVA, ["--captured-at", "2026-05-01"]),
        ("undated.txt", VEEVA.replace("50 ", "60 "), []),
    ):
        (tmp_path / name).write_text(page)
        assert cli("import", name, *arguments)[0] == 0
    code, out, err = cli("history", TRIAL, "--by-site", "--format", "jsonl")
    assert (code, err) == (0, "")
    assert [json.loads(line)["seen_at"] for line in out.splitlines()] == [None, "2026-05-01T00:00:00Z"]
