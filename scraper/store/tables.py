"""The tables of the store: rows are only ever added; the lease alone is overwritten.

A *reading* is what one version of the program read from one page's bytes. Readings with the same canonical content
share one *record*, so a page that changes and changes back has two records, and an unchanged page no new one. Whether a
reading is *effective*, the *verdicts* on the runs that saw its page decide: see `scraper.store.effective`.

Some columns have older names than the code: `changes.doubt` is the anomaly, `readings.seen` the page profile,
`visits.look_at` when the site is next searched.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

MAX_INTEGER: Final = 2**31 - 1
"""The greatest INTEGER of every database."""

UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a page was observed of which nothing says when: before any page of the web, so that it is older than all dated
ones."""


class Utc(sa.TypeDecorator[datetime]):
    """A moment in UTC; SQLite stores no time zones, so they are added here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy gives it
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Result(StrEnum):
    """The result of one visit: of one trial at one site."""

    KEPT = "kept"
    """At least one page showed something new."""
    UNCHANGED = "unchanged"
    """Its pages show what they showed before."""
    ABSENT = "absent"
    """The site does not show the trial, and never did."""
    GONE = "gone"
    """The site showed the trial, and has not for `gone_after` visits. Its records stay."""
    FAILED = "failed"
    """A page that should be there did not arrive, or was not understood."""


class Ruling(StrEnum):
    """The drift guard's verdict on a layout's pages in one run."""

    GOOD = "good"
    """They are as they were in earlier runs."""
    QUARANTINED = "quarantined"
    """They are not: what was read from them is stored, and not effective."""
    ACCEPTED = "accepted"
    """They were quarantined, and a person has made them effective."""
    IMPORTED = "imported"
    """A person has brought them: they are effective, and say nothing about how the site is now."""


_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows itself in a column of this type alone

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column(
        "id", _KEY, primary_key=True, autoincrement=True, doc="the row's number: later rows have greater ones"
    )


def _run() -> sa.Column[int]:
    return sa.Column("run_id", _KEY, sa.ForeignKey("runs.id"), nullable=False, doc="the run that it is of")


WATCH = sa.Table(
    "watch",
    METADATA,
    _id(),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("wanted", sa.Boolean, nullable=False, doc="false: taken off the list"),
    sa.Column("priority", sa.Integer, nullable=False, doc="the greater, the earlier in a run"),
    sa.Index(None, "nct_id", "id"),
)
"""The watch list as its history: a trial's newest row says whether it is on the list."""

RUNS = sa.Table(
    "runs",
    METADATA,
    _id(),
    sa.Column("kind", sa.Text, nullable=False, doc="scrape, reextract or import"),
    sa.Column("started_at", Utc, nullable=False, doc="when"),
    sa.Column("holder", sa.Text, nullable=False, doc="host and process"),
    sa.Column("package_version", sa.Text, nullable=False, doc="of the program"),
    sa.Column("resumes", _KEY, sa.ForeignKey("runs.id"), doc="the interrupted run that it resumes"),
    sa.Column("since", Utc, nullable=False, doc="when the first of the runs that were cut off began, else this one"),
    sa.Column("everything", sa.Boolean, nullable=False, doc="what was not due, too"),
)
"""Every run that began; one without a report did not come to its end."""

REPORTS = sa.Table(
    "reports",
    METADATA,
    sa.Column("run_id", _KEY, sa.ForeignKey("runs.id"), primary_key=True, autoincrement=False, doc="the run"),
    sa.Column("ended_at", Utc, nullable=False, doc="when"),
    sa.Column("exit_code", sa.Integer, nullable=False, doc="of the command"),
    sa.Column("report", _JSON, doc="null where the program failed to make one: its failures say why"),
)
"""What each run that came to its end had to say."""

VISITS = sa.Table(
    "visits",
    METADATA,
    _id(),
    _run(),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("result", sa.Text, nullable=False, doc="kept, unchanged, absent, gone or failed"),
    sa.Column("failures", sa.Integer, nullable=False, doc="failed visits in a row"),
    sa.Column("due_at", Utc, nullable=False, doc="when the next visit is due"),
    sa.Column("look_at", Utc, doc="when the site is next asked for more than its known pages; null: at the next visit"),
    sa.Index(None, "nct_id", "site", "id"),
    sa.UniqueConstraint("run_id", "nct_id", "site"),
)
"""One trial at one site in one run, and when it is due again: the newest visit's `due_at` counts."""

MISSES = sa.Table(
    "misses",
    METADATA,
    _id(),
    _run(),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("layout", sa.Text, nullable=False, doc="the layout's name"),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("times", sa.Integer, nullable=False, doc="visits in a row that missed it; 0: it is there again"),
    sa.Column(
        "gone", sa.Boolean, nullable=False, doc="it was missed so often that it counts as gone, if the run was in order"
    ),
    sa.Index(None, "nct_id", "site", "layout", "id"),
)
"""Known pages that were not where they had been, visit by visit: a page's newest row says whether it is there."""

RECORDS = sa.Table(
    "records",
    METADATA,
    _id(),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("layout", sa.Text, nullable=False, doc="the layout's name"),
    sa.Column("content_hash", sa.Text, nullable=False, doc="of what makes a version: normalizers.changes"),
    sa.Column("first_at", Utc, nullable=False, doc="when it was first seen"),
    sa.Column("record", _JSON, nullable=False, doc="as JSON: schemas/trial.schema.json"),
    sa.UniqueConstraint("nct_id", "site", "layout", "content_hash"),
)
"""Every version of every trial, each once."""

READINGS = sa.Table(
    "readings",
    METADATA,
    _id(),
    _run(),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("layout", sa.Text, nullable=False, doc="the layout's name"),
    sa.Column("url", sa.Text, doc="the page's address"),
    sa.Column("seen_at", Utc, doc="when the page was fetched or captured; null where nothing says when"),
    sa.Column("observed_at", Utc, nullable=False, doc="where it stands in the order: scraper.store.effective"),
    sa.Column("sha256", sa.Text, nullable=False, doc="of the page's bytes"),
    sa.Column("package_version", sa.Text, nullable=False, doc="of the program"),
    sa.Column("record_id", _KEY, sa.ForeignKey("records.id"), nullable=False, doc="what it says"),
    sa.Column("status", sa.Text, doc="of the trial: how soon it is due again"),
    sa.Column("seen", sa.Text, nullable=False, doc="labels, fields and issues, for the drift guard"),
    sa.Column(
        "file", sa.Text, doc="that it was imported from, - for standard input; null where the site itself showed it"
    ),
    sa.Column("file_offset", sa.BigInteger, doc="where in the file; null where that holds one page"),
    sa.Index(None, "nct_id", "site", "layout", "id"),
    sa.Index(None, "run_id"),
    sa.Index(None, "record_id"),
    sa.Index(None, "sha256"),
)
"""What the program read off a page: of the sites' own whenever the page or the program was another than before, of
imported ones each time."""

PAGES = sa.Table(
    "pages",
    METADATA,
    _id(),
    _run(),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial that was looked for"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("url", sa.Text, nullable=False, doc="the page's address"),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("status", sa.Integer, nullable=False, doc="of the answer, as in 200"),
    sa.Column("etag", sa.Text, doc="by which the site tells versions apart"),
    sa.Column("last_modified", sa.Text, doc="the same, as a date"),
    sa.Column("sha256", sa.Text, doc="of the page's bytes, where it showed the trial"),
    sa.Column("file", sa.Text, doc="the archive's file"),
    sa.Column("start", sa.BigInteger, doc="where in the file"),
    sa.Column("reading_id", _KEY, sa.ForeignKey("readings.id"), doc="what the page was read as, now or earlier"),
    sa.Column("observed_at", Utc, doc="as in readings, of which none is later; null where it showed no trial"),
    sa.UniqueConstraint("file", "start", "nct_id", "site"),
    sa.Index(None, "nct_id", "site", "id"),
    sa.Index(None, "run_id"),
    sa.Index(None, "reading_id", "observed_at"),
)
"""Every exchange with a site, once for each trial that met it there: two may be looked for at one address."""

CHANGES = sa.Table(
    "changes",
    METADATA,
    _id(),
    _run(),
    sa.Column("reading_id", _KEY, sa.ForeignKey("readings.id"), nullable=False, doc="what brought it"),
    sa.Column("nct_id", sa.Text, nullable=False, doc="the trial"),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("layout", sa.Text, nullable=False, doc="the layout's name"),
    sa.Column("seen_at", Utc, nullable=False, doc="when the page was fetched or captured, or read anew"),
    sa.Column("field", sa.Text, nullable=False, doc="a path such as eligibility.minimum_age"),
    sa.Column("old", _JSON, doc="its value before, as JSON"),
    sa.Column("new", _JSON, doc="its value now, as JSON"),
    sa.Column("cause", sa.Text, nullable=False, doc="page: it says something else; code: it is read otherwise"),
    sa.Column("doubt", sa.Text, doc="why it is improbable"),
    sa.Index(None, "nct_id"),
    sa.Index(None, "seen_at"),
    sa.Index(None, "reading_id"),
)
"""What each reading changed in what was current before it."""

FAILURES = sa.Table(
    "failures",
    METADATA,
    _id(),
    _run(),
    sa.Column("nct_id", sa.Text, doc="null where it concerns no single trial"),
    sa.Column("site", sa.Text, doc="null where it concerns all sites"),
    sa.Column("layout", sa.Text, doc="the layout that was expected"),
    sa.Column("url", sa.Text, doc="the page's address"),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("error", sa.Text, nullable=False, doc="its kind: scraper.errors, or any exception's class"),
    sa.Column("message", sa.Text, nullable=False, doc="what went wrong"),
    sa.Column("advice", sa.Text, nullable=False, doc="what a person can do"),
    sa.Column("refused", sa.Boolean, nullable=False, doc="the page arrived and was not understood"),
    sa.Column("traceback", sa.Text, doc="how it came about, where the program itself is at fault"),
    sa.Index(None, "run_id"),
)
"""The dead letters: what went wrong with which page, and what a person can do."""

VERDICTS = sa.Table(
    "verdicts",
    METADATA,
    _id(),
    _run(),
    sa.Column("site", sa.Text, nullable=False, doc="the site's key"),
    sa.Column("layout", sa.Text, nullable=False, doc="the layout's name"),
    sa.Column("at", Utc, nullable=False, doc="when"),
    sa.Column("ruling", sa.Text, nullable=False, doc="good, quarantined, accepted or imported"),
    sa.Column("reasons", _JSON, nullable=False, doc="why it is quarantined, a sentence each"),
    sa.Column(
        "stats", sa.Text, doc="what the run's pages showed: scraper.jobs.drift.stats; null where another row tells"
    ),
    sa.Index(None, "run_id", "site", "layout"),
    sa.Index(None, "site", "layout", "id"),
)
"""The drift guard's word on each layout in each run, and a person's after it."""

LEASE = sa.Table(
    "lease",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True, doc="of the lease"),
    sa.Column("holder", sa.Text, nullable=False, doc="host and process"),
    sa.Column("taken_at", Utc, nullable=False, doc="when it began"),
    sa.Column("expires_at", Utc, nullable=False, doc="when it ends, if the holder gives no sign of life"),
    sa.Column("seconds", sa.Float, doc="how long the holder may give no sign of life"),
)
"""Who runs at the moment."""
