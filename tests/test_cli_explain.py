"""explain as a person meets it, on a store filled night by night."""

import json

import pytest

from scraper.store.database import Database
from tests.build import VEEVA
from tests.commands import own_home
from tests.filled import PLACE, SHA256, empty, store
from tests.versions import STUDY, TRIAL, night, shows

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)
store = pytest.fixture(store)
empty = pytest.fixture(empty)


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
    _, out, _ = cli("explain", TRIAL, "arms[0].label", "--site", "trialx", "--site", "veeva")
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[2:6] == ["trialx/listing", "  value  (never shown by this layout)", "", "veeva/study"]
    assert lines[6:8] == ["  value      Cells", "  words      “Cells” (blocks 45 to 46, read as arms[0])"]


def test_explain_shows_an_issue(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA.replace("18 to 70 years old", "grown-ups"), archived=False))
    _, out, _ = cli("explain", TRIAL, "eligibility.minimum_age", "--site", "veeva")
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
                "imported_from": None,
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
