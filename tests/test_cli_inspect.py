"""What the commands that look into a store share: usage errors, moments, values in tables."""

from datetime import UTC, datetime, timedelta

import pytest

from scraper.cli.moments import moment
from scraper.cli.values import brief
from tests.commands import own_home
from tests.versions import TRIAL

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)


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
