"""show, history, changes and explain as a person meets them, on a store filled night by night."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from schemas.record import Record
from scraper.cli.inspect import moment
from scraper.cli.tables import brief
from scraper.store import watch
from scraper.store.database import Database
from scraper.store.tables import Result, Ruling
from tests.build import TRIALX, VEEVA, record
from tests.commands import own_home
from tests.versions import STUDY, TRIAL, at, comes_to, night, shows

pytestmark = pytest.mark.one_database

LISTING = "https://www.trialx.com/clinical-trials/listings/1/knee-cells-in-adults/"
OPEN = VEEVA.replace("\nUnknown\n", "\nEnrolling\n")
BIGGER = VEEVA.replace("50 estimated", "5,000 estimated").replace("50 participants", "5,000 participants")
LISTED = record(TRIALX.replace("NCT06570291", TRIAL)).source.sha256
SHA256 = record(VEEVA).source.sha256
PLACE = {"file": "veeva.warc.gz", "start": 3000}


def filled(url):
    """A trial on two sites: one shows another status for a night, the other takes it away."""
    with Database(url) as database:
        watch.add(database, [TRIAL, "NCT00000001"], at(1))
        night(database, 1, shows(1, VEEVA), shows(2, TRIALX.replace("NCT06570291", TRIAL), LISTING))
        night(database, 2, shows(2, OPEN.replace("50 ", "800 ")), comes_to(2, Result.GONE, "trialx"))
        night(database, 3, shows(3, VEEVA), comes_to(3, Result.GONE, "trialx"), comes_to(3, Result.ABSENT, "ctgov"))
        night(database, 4, shows(4, BIGGER), ruling=Ruling.QUARANTINED)


own_home = pytest.fixture(autouse=True)(own_home)


@pytest.fixture
def store(databases, monkeypatch):
    """A store with a few nights in it."""
    monkeypatch.setenv("TRIALPAGES_STORE", databases.copy_of(filled))


@pytest.fixture
def empty(database, monkeypatch):
    """A store with nothing in it."""
    monkeypatch.setenv("TRIALPAGES_STORE", database)
    return database


NOTES = (
    "gone: NCT05160831 is not shown by trialx/listing any more, since 2026-11-02 03:00 UTC\n"
    "quarantined: NCT05160831 veeva/study of 2026-11-04 03:00 UTC: see trialpages health\n"
)


@pytest.mark.usefixtures("store")
def test_show_prints_the_current_records_and_tells_what_is_not_as_it_seems(cli):
    code, out, err = cli("show", f" {TRIAL.lower()} ")
    assert code == 0
    listing, study = (Record.model_validate(one) for one in json.loads(out))
    assert study == record(VEEVA, STUDY)
    assert (listing.source.layout, listing.source.url) == ("listing", LISTING)
    assert err == NOTES


@pytest.mark.usefixtures("store")
def test_show_prints_a_line_for_each_record_of_all_trials(cli):
    code, out, err = cli("show", "--format", "jsonl", "--site", "veeva")
    assert code == 0
    assert [Record.model_validate_json(line) for line in out.splitlines()] == [record(VEEVA, STUDY)]
    assert err == (
        "quarantined: NCT05160831 veeva/study of 2026-11-04 03:00 UTC: see trialpages health\n"
        "not kept yet: NCT00000001\n"
    )


@pytest.mark.usefixtures("store")
def test_show_prints_all_trials_as_rows(cli):
    code, out, err = cli("show", "--format", "table")
    assert code == 0
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["NCT", "id", "layout"],
        [TRIAL, "trialx/listing", "RECRUITING"],
        [TRIAL, "veeva/study", "UNKNOWN"],
    ]
    assert err == f"{NOTES}not kept yet: NCT00000001\n"


@pytest.mark.usefixtures("store")
def test_show_puts_the_sites_side_by_side(cli):
    code, out, err = cli("show", TRIAL, "--format", "table")
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]]
        for line in out.splitlines()
        if (cells := line.split("│"))[1:]
    }
    assert code == 0
    assert "┃ trialx/listing" in out
    assert "┃ veeva/study" in out
    assert rows["status"] == ["RECRUITING", "UNKNOWN"]
    assert rows["enrollment"] == ["–", "50 ESTIMATED"]
    assert rows["acronym"] == ["–", ""]
    assert rows["eligibility.minimum_age"] == ["40 YEARS", "18 YEARS"]
    assert rows["eligibility.healthy_volunteers"] == ["–", "no"]
    assert rows["eligibility.inclusion"] == ["1: Knee pain., 1.", "1: Knee pain., •"]
    assert rows["phases"] == ["PHASE3", "PHASE1, PHASE2"]
    assert rows["last confirmed"] == ["2026-11-02 03:00", "2026-11-03 03:00"]
    assert err == NOTES


@pytest.mark.usefixtures("store")
def test_where_the_sites_do_not_fit_they_stand_below_each_other(cli, monkeypatch):
    monkeypatch.setattr("scraper.console.tables.columns", lambda _: 60)
    _, out, _ = cli("show", TRIAL, "--format", "table")
    assert out.count("│ status ") == 2
    assert max(map(len, out.splitlines())) <= 60


def test_a_trial_that_is_not_kept_is_an_error_and_the_others_are_shown(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA))
    code, out, err = cli("show", "NCT00000001", TRIAL)
    assert (code, len(json.loads(out))) == (1, 1)
    assert err == "error: nothing is kept of NCT00000001: trialpages watch add NCT00000001, then trialpages scrape\n"


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["show", TRIAL], "[]\n"),
        (["show", TRIAL, "--format", "table"], ""),
        (["history", TRIAL], ""),
        (["history", TRIAL, "--format", "jsonl"], ""),
        (["explain", TRIAL, "status"], ""),
        (["explain", TRIAL, "status", "--format", "json"], ""),
    ],
)
def test_of_a_trial_of_which_nothing_is_known_every_command_says_what_to_do(cli, arguments, out):
    why = f"error: nothing is kept of {TRIAL}: trialpages watch add {TRIAL}, then trialpages scrape\n"
    assert cli(*arguments) == (3, out, why)


@pytest.mark.parametrize(
    ("arguments", "out", "err"),
    [
        (["show"], "[]\n", "nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape\n"),
        (
            ["show", "--format", "jsonl"],
            "",
            "nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape\n",
        ),
        (["changes"], "", ""),
        (["changes", "--format", "table"], "", "nothing changed\n"),
    ],
)
def test_a_home_without_a_store_is_an_empty_store(cli, arguments, out, err):
    assert cli(*arguments) == (0, out, err)


def test_a_trial_all_of_which_is_put_aside_is_told_once(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA), ruling=Ruling.QUARANTINED)
    why = "what was read of NCT05160831 (veeva/study) is quarantined by the drift guard: see trialpages health"
    assert cli("show", TRIAL) == (3, "[]\n", f"error: {why}\n")


def test_of_many_notes_the_first_are_told(cli, empty):
    with Database(empty) as database:
        watch.add(database, [f"NCT000000{number:02}" for number in range(25)], at(1))
    code, _, err = cli("show")
    assert code == 0
    assert err.splitlines()[19:] == [
        "not kept yet: NCT00000019",
        "and 5 more; see trialpages health, or name the trials",
    ]


def test_what_no_run_has_judged_is_told(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, OPEN), ruling=None)
    _, _, err = cli("show", TRIAL)
    assert err == "not judged yet: NCT05160831 veeva/study of 2026-11-02 03:00 UTC: run 2 has not ended\n"
    _, _, err = cli("show")
    assert err == "not judged yet: 1 page of run 2, which has not ended\n"


@pytest.mark.usefixtures("store")
def test_history_tells_every_version_and_every_absence(cli):
    code, out, err = cli("history", TRIAL)
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
        ([], [0, 1, 2, 3]),
        (["--since", "2026-11-03"], [2, 3]),
        (["--since", "2026-11-02T03:00Z", "--until", "2026-11-02T03:00:01Z"], [0, 1]),
        (["--since", "2026-11-02", "--until", "2026-11-02"], [0, 1]),
        (["--nct", TRIAL.lower(), "--site", "veeva", "--anomalies"], [1, 3]),
        (["--nct", "NCT00000001"], []),
        (["--site", "trialx"], []),
    ],
)
def test_changes_are_one_a_line(cli, arguments, which):
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
    code, out, _ = cli("changes", "--format", "table", "--until", "2026-11-02")
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


@pytest.mark.usefixtures("store")
def test_explain_prints_words_page_rule_and_earlier_values(cli):
    code, out, err = cli("explain", TRIAL, "status", "--site", "veeva")
    assert code == 0
    assert [line.rstrip() for line in out.splitlines()] == [
        "NCT05160831 status",
        "",
        "veeva/study",
        "  value      UNKNOWN",
        "  words      “Unknown” (blocks 6 to 7)",
        '  rule       veeva/study: "Status and phase" -> normalizers.phrases.status',
        f"  page       {STUDY}",
        "  fetched    2026-11-03 03:00",
        "  confirmed  2026-11-03 03:00; as it is since 2026-11-03 03:00",
        f"  sha256     {SHA256}",
        "  archive    veeva.warc.gz:3000",
        "  earlier    RECRUITING, 2026-11-02 03:00 to 2026-11-03 03:00",
        "  earlier    UNKNOWN, 2026-11-01 03:00 to 2026-11-02 03:00",
    ]
    assert err == "quarantined: NCT05160831 veeva/study of 2026-11-04 03:00 UTC: see trialpages health\n"


@pytest.mark.usefixtures("store")
def test_explain_says_where_a_field_is_never_shown_and_whose_words_are_taken(cli):
    _, out, _ = cli("explain", TRIAL, "arms[0].label")
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[2:6] == ["trialx/listing", "  value  (never shown by this layout)", "", "veeva/study"]
    assert lines[6:8] == ["  value      Cells", "  words      “Cells” (blocks 45 to 46, read as arms[0])"]


def test_explain_shows_an_issue(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA.replace("18 to 70 years old", "grown-ups"), archived=False))
    _, out, _ = cli("explain", TRIAL, "eligibility.minimum_age")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[3] == "value      (shown, not understood)"
    assert lines[5] == (
        "issue      eligibility.minimum_age not_understood: 'grown-ups': no reader of this field knows these words"
    )
    assert lines[-1] == "archive    no copy"


@pytest.mark.usefixtures("store")
def test_explain_in_json_tells_the_same(cli):
    code, out, _ = cli("explain", TRIAL, "enrollment.count", "--format", "json", "--site", "veeva")
    assert code == 0
    assert json.loads(out) == {
        "nct_id": TRIAL,
        "field": "enrollment.count",
        "sites": [
            {
                "site": "veeva",
                "layout": "study",
                "state": "shown",
                "value": 50,
                "words": [
                    {
                        "path": "enrollment",
                        "text": "50 estimated patients",
                        "blocks": [24, 25],
                        "pointer": None,
                        "label": "Enrollment",
                        "parser": "normalizers.counts.enrollment",
                    },
                ],
                "rule": 'veeva/study: "Enrollment" -> normalizers.counts.enrollment',
                "issues": [],
                "url": STUDY,
                "sha256": SHA256,
                "archive": PLACE,
                "seen_at": "2026-11-03T03:00:00Z",
                "since": "2026-11-03T03:00:00Z",
                "confirmed_at": "2026-11-03T03:00:00Z",
                "earlier": [
                    {"value": 800, "since": "2026-11-02T03:00:00Z", "until": "2026-11-03T03:00:00Z"},
                    {"value": 50, "since": "2026-11-01T03:00:00Z", "until": "2026-11-02T03:00:00Z"},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "NCT1"], "'NCT1' is no NCT id, which is NCT and eight digits"),
        (["history", "x"], "'x' is no NCT id, which is NCT and eight digits"),
        (["changes", "--nct", "x"], "'x' is no NCT id, which is NCT and eight digits"),
        (["explain", TRIAL, "statsu"], "there is no field statsu; is it status?"),
        (
            ["changes", "--since", "soon"],
            (
                "Invalid value for '--since': 'soon' is no moment: write 2026-11-01, 2026-11-01T03:00Z, or 7d, 12h, 2w"
                " for so long ago"
            ),
        ),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(cli, arguments, message):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: {message}"


def test_a_store_that_cannot_be_opened_is_one_line(cli, monkeypatch):
    monkeypatch.setenv("TRIALPAGES_STORE", "mysql://x")
    code, out, err = cli("show")
    assert (code, out) == (2, "")
    assert err.startswith("error: the store is SQLite or PostgreSQL, not mysql")


NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-01T03:00Z", datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC)),
        ("2026-11-01T03:00", datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC)),
        ("2026-11-01T03:00+02:00", datetime(2026, 11, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, 1, tzinfo=UTC)),
        ("7d", NOW - timedelta(days=7), NOW - timedelta(days=7)),
        ("12h", NOW - timedelta(hours=12), NOW - timedelta(hours=12)),
        ("2w", NOW - timedelta(days=14), NOW - timedelta(days=14)),
    ],
)
def test_a_moment_is_a_day_a_time_or_so_long_ago(text, start, end):
    assert (moment(text, NOW), moment(text, NOW, end=True)) == (start, end)


@pytest.mark.parametrize("text", ["", "d", "-3d", "1.5h", "2026-13-01", "99999999999d", "9999-12-31", "٣x"])
def test_anything_else_is_no_moment(text):
    with pytest.raises((ValueError, OverflowError)):
        moment(text, NOW, end=True)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ([], ""),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        ("a\n\nb", "a b"),
        (["a", "b"], "a, b"),
        ({"value": 18, "unit": "YEARS"}, "18 YEARS"),
        ({"count": 50, "type": None}, "50"),
        ([{"name": "Ada", "phone": None, "email": "ada@example.org"}, {"name": "Bo"}], "2: Ada, ada@example.org; Bo"),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_a_value_in_a_table_is_short(value, words):
    assert brief(value) == words
