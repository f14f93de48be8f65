"""The table with one row for each trial, or each page: its columns are those of the schema, and lists in short."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from schemas.record import Source
from schemas.trial import Criterion, Trial
from scraper.exports.columns import Column, columns_of, listed, text, within
from scraper.exports.formats import Entry, Level
from scraper.exports.table import Table


def main_table(level: Level, *, with_contacts: bool, alone: bool = False) -> Table:
    """The table with one row for each trial, or for each page.

    Args:
        level: which of the two.
        with_contacts: whether contacts have a column.
        alone: whether it is the only table, so that lists which have tables of their own are columns of it.
    """
    own = columns_of(Trial, lambda entry: entry.trial, without=("nct_id",))
    lists = (*_LISTS, *(_ALONE if alone else ()), *(_CONTACTS if alone and with_contacts else ()))
    if level == "trial":
        return Table(
            "trials",
            "One row for each trial, as all of its pages together show it.",
            (NCT_ID, *own, *lists, *_OF_TRIALS),
            _itself,
            ("nct_id",),
        )
    return Table(
        "records",
        "One row for each page of a trial, as that page shows it.",
        (NCT_ID, PAGE, *_WHERE_FROM, *own, *lists, *_OF_PAGES),
        _itself,
        ("nct_id", "page"),
    )


def page_of(source: Source) -> str:
    """The name of a page among those of its trial."""
    return f"{source.site}/{source.layout}"


NCT_ID: Final = text("nct_id", "The trial's ClinicalTrials.gov number.", lambda entry: entry.trial.nct_id, "nct_id")
PAGE: Final = text("page", "Site and layout of the page, as in `veeva/study`.", lambda entry: page_of(entry.source))

SOURCE: Final = {column.name: column for column in columns_of(Source, lambda source: source)}
"""Where a page was found, by the names of the columns."""


def _itself(entry: Entry) -> Iterable[Entry]:
    return (entry,)


def _source(name: str) -> Column:
    return within(SOURCE[name], lambda record: record.source)


_WHERE_FROM: Final = tuple(map(_source, ("site", "layout", "file", "offset", "url")))
_OF_PAGES: Final = (
    *map(_source, ("fetched_at", "sha256", "package_version")),
    listed("issues", "What a person should know about the values.", lambda record: map(str, record.issues)),
)
_OF_TRIALS: Final = (
    listed("pages", "The pages that show the trial, by site and layout.", lambda one: map(page_of, one.sources)),
    listed(
        "conflicting_fields",
        "The fields on which its pages differ, and nothing explains it.",
        lambda one: [decision.field for decision in one.conflicts],
    ),
)


def _with_type(kind: str | None, name: str) -> str:
    return f"{kind}: {name}" if kind else name


def _measures(entry: Entry, *ranks: str | None) -> list[str]:
    return [one.measure for one in entry.trial.outcomes if one.type in ranks]


def _in_one_line(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))


def _outline(side: str, entry: Entry) -> str | None:
    """Criteria as text."""

    def lines(criteria: Iterable[Criterion], indent: str = "", cohort: str | None = None) -> Iterable[str]:
        for one in criteria:
            if one.cohort and one.cohort != cohort:
                yield f"{indent}[{one.cohort}]"
            cohort = one.cohort
            # A dash at the beginning of a cell would be a formula's.
            yield f"{indent}{one.marker if one.marker not in _DASHES else '•'} {one.text}"
            yield from lines(one.children, f"{indent}  ", cohort)

    return "\n".join(lines(getattr(entry.trial.eligibility, side))) or None


_DASHES: Final = frozenset({None, "-", "–", "+", "="})


def _criteria(side: str, meaning: str) -> Column:
    how = "One a line, those below another indented, cohorts in brackets above theirs."
    return text(f"{side}_criteria", f"{meaning} {how}", partial(_outline, side), f"eligibility.{side}")


_LISTS: Final = (
    listed(
        "secondary_ids",
        "The trial's numbers elsewhere.",
        lambda entry: [one.id for one in entry.trial.secondary_ids],
        "secondary_ids",
    ),
    listed(
        "interventions",
        "What is given or done, each with its type: `DRUG: Aspirin`.",
        lambda entry: [_with_type(one.type, one.name) for one in entry.trial.interventions],
        "interventions",
    ),
)

_ALONE: Final = (
    listed(
        "arms",
        "The groups of participants, each with its type: `EXPERIMENTAL: Low dose`.",
        lambda entry: [_with_type(one.type, one.label) for one in entry.trial.arms],
        "arms",
    ),
    listed("primary_outcomes", "What is measured first of all.", lambda one: _measures(one, "PRIMARY"), "outcomes"),
    listed("secondary_outcomes", "What else is measured.", lambda one: _measures(one, "SECONDARY"), "outcomes"),
    listed("other_outcomes", "Measures of no such rank.", lambda one: _measures(one, "OTHER", None), "outcomes"),
    listed(
        "countries",
        "The countries where the trial runs, each once.",
        lambda entry: dict.fromkeys(one.country for one in entry.trial.locations if one.country),
        "locations.country",
    ),
    listed(
        "locations",
        "Where the trial runs: facility, city, state, country.",
        lambda entry: [_in_one_line(one.facility, one.city, one.state, one.country) for one in entry.trial.locations],
        "locations",
    ),
    _criteria("inclusion", "Criteria that must be met."),
    _criteria("exclusion", "Criteria that must not be met."),
    _criteria("other", "Criteria that stand under neither heading."),
)
_CONTACTS: Final = (
    listed(
        "contacts",
        "Whom to ask about the trial: name, phone, e-mail.",
        lambda entry: [_in_one_line(one.name, one.phone, one.email) for one in entry.trial.contacts],
        "contacts",
    ),
)
