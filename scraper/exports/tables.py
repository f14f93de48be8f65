"""All tables of an export, the same in every format that has several."""

from typing import Final, NamedTuple

from schemas.consensus import Consensus, Decision, Opinion
from schemas.record import Issue
from scraper.exports.columns import Column, Kind, as_text, columns_of, listed, text, within
from scraper.exports.formats import Entry, Level
from scraper.exports.list_tables import POSITION, Item, list_tables, of_entry
from scraper.exports.main_table import NCT_ID, PAGE, SOURCE, main_table, page_of
from scraper.exports.table import Table


def tables(level: Level, *, with_contacts: bool) -> tuple[Table, ...]:
    """The tables that are made of trials or pages, the main one first; `CHANGES` is made of the store's history.

    Args:
        level: whether they are of trials, or of pages.
        with_contacts: whether there is one of contacts.
    """
    main = main_table(level, with_contacts=with_contacts)
    more = (_RECORDS, _CONFLICTS, _DECISIONS) if level == "trial" else (_ISSUES,)
    return (main, *list_tables(level, with_contacts=with_contacts), *more)


class _Differing(NamedTuple):
    """What one page says that is in conflict with what was chosen."""

    entry: Entry
    decision: Decision
    other: Opinion


def _sources(entry: Entry) -> list[Item]:
    return [Item(entry, 0, one) for one in entry.sources] if isinstance(entry, Consensus) else []


def _conflicts(entry: Entry) -> list[_Differing]:
    decisions = entry.conflicts if isinstance(entry, Consensus) else ()
    return [_Differing(entry, decision, other) for decision in decisions for other in decision.conflicting]


def _decisions(entry: Entry) -> list[Item]:
    return [Item(entry, 0, one) for one in entry.decisions.values()] if isinstance(entry, Consensus) else []


def _issues(entry: Entry) -> list[Item]:
    issues = () if isinstance(entry, Consensus) else entry.issues
    return [Item(entry, position, issue) for position, issue in enumerate(issues)]


def _differing(decision: Decision) -> list[str]:
    agreeing = {one.page for one in decision.agreeing} | {decision.page}
    return [f"{one.page} ({one.relation})" for one in decision.opinions if one.page not in agreeing]


def _shown(value: object) -> str | None:
    return None if value is None else as_text(value)


_FIELD: Final = "The canonical path."
_RULE: Final = "The rule that chose it."

_RECORDS: Final = Table(
    "records",
    "The pages that each trial is from.",
    (
        of_entry(NCT_ID),
        text("page", PAGE.description, lambda item: page_of(item.value)),
        *(within(column, lambda item: item.value) for column in SOURCE.values()),
    ),
    _sources,
    ("nct_id", "page"),
)

_CONFLICTS: Final = Table(
    "conflicts",
    "One row for each field and page that says something else than was chosen, where nothing explains it.",
    (
        of_entry(NCT_ID),
        text("field", _FIELD, lambda item: item.decision.field),
        text(
            "value",
            "The value that was chosen; lists as JSON; blank where that is none.",
            lambda item: _shown(item.decision.value),
        ),
        text("page", "The page whose value it is.", lambda item: item.decision.page),
        text("rule", _RULE, lambda item: item.decision.rule),
        text("other_page", "The page that says something else.", lambda item: item.other.page),
        text("other_value", "What it says; lists as JSON.", lambda item: _shown(item.other.value)),
        Column("other_as_of", Kind.DAY, "The day that the other page speaks of.", lambda item: item.other.as_of),
        Column("other_seen_at", Kind.MOMENT, "When it was last seen to say so.", lambda item: item.other.seen_at),
        text("relation", "How the other value stands to the chosen one.", lambda item: item.other.relation),
        text("why", "Why it differs, where that is known.", lambda item: item.other.why or None),
        listed("differences", "Of lists, what differs, one line an entry.", lambda item: item.other.differences),
    ),
    _conflicts,
    ("nct_id", "field", "other_page"),
)

_DECISIONS: Final = Table(
    "decisions",
    "One row for each value of a trial: whose it is, by which rule, and what the other pages say.",
    (
        of_entry(NCT_ID),
        text("field", _FIELD, lambda item: item.value.field),
        text("page", "The page whose value was chosen.", lambda item: item.value.page),
        text("rule", _RULE, lambda item: item.value.rule),
        listed(
            "agreeing",
            "The other pages that say the same, or no other thing.",
            lambda item: [one.page for one in item.value.agreeing],
        ),
        listed(
            "differing",
            "The pages that say something else, each with the relation: `veeva/study (older)`.",
            lambda item: _differing(item.value),
        ),
    ),
    _decisions,
    ("nct_id", "field"),
)

_ISSUES: Final = Table(
    "issues",
    "What a person should know about the values of a page.",
    (of_entry(NCT_ID), of_entry(PAGE), POSITION, *columns_of(Issue, lambda item: item.value)),
    _issues,
    ("nct_id", "page", "position"),
)

CHANGES: Final = Table(
    "changes",
    "What changed over time: in trials, or on pages where the export is of these.",
    (
        text("nct_id", NCT_ID.description, lambda change: change.nct_id),
        text("page", "The page that brought the new value, or did not show the old one any more.", page_of),
        Column("seen_at", Kind.MOMENT, "When that page was fetched.", lambda change: change.seen_at),
        text("field", _FIELD, lambda change: change.field),
        text("old", "The value before; lists as JSON; blank where there was none.", lambda one: _shown(one.old)),
        text("new", "The value since; lists as JSON; blank where there is none any more.", lambda one: _shown(one.new)),
        text(
            "cause",
            "`page`: it says something else; `new page`: it was not known before; `code`: it is read differently.",
            lambda change: change.cause,
        ),
        text("anomaly", "Why the change is improbable; blank for most.", lambda change: change.anomaly),
    ),
    lambda _: (),
    (),
)
"""Its rows are made of `scraper.store.history.RecordedChange`."""
