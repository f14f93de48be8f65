"""Printing trials: one as all its pages show it, its records side by side, many as rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final

from schemas.consensus import Consensus, Decision, Opinion, Relation
from schemas.record import IssueCode, Record
from schemas.trial import Criterion, Trial, field_names
from scraper.cli.reports import count
from scraper.cli.values import brief, flat, minute, shortened, whole, words
from scraper.console.printing import out
from scraper.console.tables import Table, pairs, say, side_by_side
from scraper.field_rules import field_path, never_shows
from scraper.store.json import Json

_LONGEST_TEXT: Final = 400
"""Characters of a text that a table shows: five lines of a terminal, which say what it is about."""

_MOST_ENTRIES: Final = 20
"""Entries of a list that a table shows, such as locations; criteria are shown to the last."""

_CONFLICT: Final = "!"
"""What stands before a field on which pages differ and nothing explains it."""


def print_trial(consensus: Consensus, records: Iterable[Record]) -> None:
    """Print one trial: each value with the pages that say so, and below it what others say.

    Args:
        consensus: the trial.
        records: of its pages; they tell what was shown and not understood.
    """
    names = page_names(consensus)
    say(consensus.trial.nct_id)
    seen = {opinion.page: opinion.seen_at for one in consensus.decisions.values() for opinion in one.opinions}
    pairs(
        (f"{source.site}/{source.layout}", _seen(seen.get(f"{source.site}/{source.layout}"), source.url, source.file))
        for source in consensus.sources
    )
    short = [one for one in consensus.decisions.values() if one.field not in _LONG]
    out("")
    pairs((row for one in short for row in _rows(one, names)), indent=0)
    for one in consensus.decisions.values():
        if one.field in _LONG:
            out("")
            _print_long(one, consensus.trial, names)
    blank = [name for name in field_names() if name not in consensus.decisions]
    unread = _not_understood(records, blank)
    out("")
    rest = [name for name in blank if name not in unread]
    pairs(((f"not understood: {name}", ", ".join(pages)) for name, pages in unread.items()), indent=0)
    if rest:
        say(f"no page shows: {', '.join(rest)}")
    if consensus.conflicts:
        say(f"{_CONFLICT} conflict; the words on the pages: trialpages conflicts {consensus.trial.nct_id}")


def print_side_by_side(records: Sequence[Record], confirmed: Mapping[tuple[str, str], datetime | None]) -> None:
    """Print one column per record, one row per canonical field; where they do not fit, one table below the other.

    Args:
        records: of one trial.
        confirmed: when each was last seen, by site and layout.
    """
    names = field_names()
    columns = []
    for record in records:
        key = f"{record.source.site}/{record.source.layout}"
        trial = record.trial.model_dump(mode="json")
        cells = [_cell(name, key, trial) for name in names]
        time = confirmed[record.source.site, record.source.layout]
        columns.append((key, [*cells, str(len(record.issues) or ""), minute(time)]))
    side_by_side("field", [*names, "issues", "last confirmed"], columns)
    say("– never shown by this layout")


class TrialRows:
    """A table of many trials, a row each."""

    def __init__(self) -> None:
        words_ = {"NCT id", "status", "phases", "title"}
        self._table = Table(
            "NCT id", "pages", "status", "phases", "enrolled", "criteria", "conflicts", "title", words=words_
        )

    def add(self, consensus: Consensus) -> None:
        """Add a trial."""
        trial, eligibility = consensus.trial, consensus.trial.eligibility
        criteria = len(eligibility.inclusion) + len(eligibility.exclusion) + len(eligibility.other)
        self._table.add(
            trial.nct_id,
            str(len(consensus.sources)),
            trial.status or "",
            " ".join(trial.phases),
            "" if trial.enrollment is None else f"{trial.enrollment.count:,}",
            str(criteria),
            str(len(consensus.conflicts) or ""),
            trial.title or trial.official_title or "",
        )

    def show(self) -> None:
        """Print it."""
        self._table.show()


def page_names(consensus: Consensus) -> dict[str, str]:
    """What each page is called: its site where the site has one page of the trial, else its site and layout."""
    sites = [source.site for source in consensus.sources]
    return {
        f"{source.site}/{source.layout}": source.site
        if sites.count(source.site) == 1
        else f"{source.site}/{source.layout}"
        for source in consensus.sources
    }


def dissent(decision: Decision) -> Iterator[Opinion]:
    """The opinions that do not simply agree, conflicts first."""
    others = [one for one in decision.opinions if one.relation is not Relation.AGREES]
    yield from sorted(others, key=lambda one: list(Relation).index(one.relation), reverse=True)


def dissenting(one: Opinion, name: str, longest: int = 120) -> str:
    """What another page says, as in `conflict: COMPLETED (veeva): <why>`.

    Args:
        one: its opinion.
        name: of the page.
        longest: characters of the value.
    """
    value = "" if one.differences else f" {brief(one.value, longest)}"
    return f"{words(one.relation)}:{value} ({name}){f': {one.why}' if one.why else ''}"


_CRITERIA: Final = ("eligibility.inclusion", "eligibility.exclusion", "eligibility.other")

_LONG: Final = frozenset({*_CRITERIA, "arms", "contacts", "description", "locations", "outcomes", "summary"})
"""Texts, and lists whose entries have many words: they stand below the others."""

_TITLES: Final = frozenset({"title", "official_title"})
"""Fields that are not shortened: two trials' titles can have the same beginning."""


def _seen(at: datetime | None, url: str | None, file: str | None) -> str:
    when = "date not known" if at is None else f"seen {minute(at)}"
    return f"{when}  {url or file or 'address not known'}"


def _rows(decision: Decision, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A field with a short value: a row for it, and one for each page that says something else."""
    value = decision.value if decision.field in _TITLES else None
    text = flat(value) if value else shortened(_listed(decision.value), _LONGEST_TEXT)
    yield _marked(decision), f"{text}  ({_pages(decision, names)})"
    for one in dissent(decision):
        yield "", dissenting(one, names[one.page])
        yield from (("", f"  {line}") for line in _differences(one))


def _print_long(decision: Decision, trial: Trial, names: Mapping[str, str]) -> None:
    say(f"{_marked(decision)}  ({_pages(decision, names)})")
    value = decision.value
    if not isinstance(value, list):
        say(shortened(flat(value), _LONGEST_TEXT), indent=4)
    elif decision.field in _CRITERIA:
        _print_criteria(attrgetter(decision.field)(trial), 4)
    else:
        for entry in value[:_MOST_ENTRIES]:
            pairs([("-", shortened(flat(entry), _LONGEST_TEXT))], indent=4)
        if value[_MOST_ENTRIES:]:
            say(f"and {len(value) - _MOST_ENTRIES:,} more; --format json has all", indent=4)
    for one in dissent(decision):
        say(dissenting(one, names[one.page]), indent=4)
        for line in _differences(one):
            say(line, indent=6)


def _differences(one: Opinion) -> Iterator[str]:
    yield from one.differences[:_MOST_ENTRIES]
    if one.differences[_MOST_ENTRIES:]:
        yield f"and {count(len(one.differences) - _MOST_ENTRIES, 'more difference')}; trialpages explain shows all"


def _print_criteria(criteria: Sequence[Criterion], indent: int) -> None:
    """Print criteria as a list, each below the heading of its cohort."""
    cohort = None
    for criterion in criteria:
        if criterion.cohort != cohort:
            cohort = criterion.cohort
            say(f"{cohort or 'for all'}:", indent=indent)
        here = indent + 2 * (cohort is not None)
        pairs([(criterion.marker or "-", criterion.text)], indent=here)
        _print_criteria(criterion.children, here + 2)


def _marked(decision: Decision) -> str:
    return f"{_CONFLICT if decision.conflicting else ' '} {decision.field}"


def _pages(decision: Decision, names: Mapping[str, str]) -> str:
    """The page that won, and those that say the same."""
    same = [one.page for one in decision.opinions if one.relation is Relation.AGREES]
    return ", ".join(names[page] for page in dict.fromkeys([decision.page, *same]))


def _listed(value: Json) -> str:
    """A value in one line; the entries of a list are parted by semicolons, since they may have commas."""
    return "; ".join(map(whole, value)) if isinstance(value, list) else whole(value)


def _not_understood(records: Iterable[Record], fields: Sequence[str]) -> dict[str, list[str]]:
    """The fields without a value of which some page shows words that nobody understands, with these."""
    found: dict[str, list[str]] = {}
    for record in records:
        for issue in record.issues:
            if issue.code is IssueCode.NOT_UNDERSTOOD and issue.field is not None:
                for field in field_path(issue.field).decided_fields:
                    if field in fields:
                        found.setdefault(field, []).append(f"{shortened(issue.text, 60)!r} ({record.source.site})")
    return {field: found[field] for field in fields if field in found}


def _cell(name: str, key: str, trial: Json) -> str:
    """A field of a record; titles stand there as a whole."""
    path = field_path(name)
    shown = whole(path.of(trial)) if name in _TITLES else brief(path.of(trial))
    return shown or ("–" if never_shows(key, path) else "")
