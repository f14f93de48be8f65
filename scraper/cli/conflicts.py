"""conflicts: where pages of one trial differ, who says what, since when, with the words on the pages."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

import click

from schemas.consensus import Consensus, Decision, Opinion, Relation
from scraper import provenance
from scraper.cli.diagnostics import note
from scraper.cli.explain import evidence
from scraper.cli.options import current_settings, form_option, settings_options
from scraper.cli.reports import count
from scraper.cli.trial_options import fields_of, sites_option, some_trials
from scraper.cli.values import brief, iso, minute, words
from scraper.console.printing import out
from scraper.console.tables import pairs, say
from scraper.field_rules import field_path
from scraper.provenance import Explained
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import versions
from scraper.store.json import Json, dumps
from scraper.store.trials import trials


@click.command()
@some_trials
@click.option("--field", "fields", multiple=True, metavar="FIELD", callback=fields_of, help="Conflicts on this field.")
@sites_option("Conflicts in which this site says something else, or was chosen.")
@click.option(
    "--all", "everything", is_flag=True, help="What explains itself, too: variants, older, doubtful, less precise."
)
@form_option("table", "jsonl", programs="jsonl")
@settings_options
def conflicts(
    numbers: tuple[str, ...], fields: tuple[str, ...], sites: tuple[str, ...], form: str, *, everything: bool
) -> None:
    """Print where pages of one trial differ without an explanation: who says what, since when, in which words.

    Of each field the value that was chosen comes first. Without numbers, of all trials.

    Exit code: 0, also where there are conflicts; 3 nothing is kept of the trials that were named.
    """
    relations = _DIFFERENT if everything else frozenset({Relation.CONFLICT})
    trials_in = trials_with = found = 0
    with Database(current_settings().store_url, read_only=True) as database:
        missing = set(numbers)
        for trial in trials(database, numbers or None):
            number = trial.trial.nct_id
            missing.discard(number)
            trials_in += 1
            several = [one for one in trial.decisions.values() if _is_wanted(one, relations, fields, sites)]
            trials_with += bool(several)
            found += len(several)
            for entry in _with_words(database, trial, several, relations):
                if form == "table":
                    _print(number, entry)
                else:
                    out(dumps(_as_json(number, entry)))
        for number in numbers:
            if number in missing:
                note(str(current.why_no_record(database, number)), "error")
    if trials_in or not numbers:
        what = "difference" if everything else "conflict"
        note(f"{count(found, what)} in {trials_with:,} of {count(trials_in, 'trial')}")
    raise SystemExit(0 if not missing else 1 if trials_in else 3)


class _Voice(NamedTuple):
    """A page that says something of a field: its opinion, and the words behind it."""

    opinion: Opinion
    explained: Explained | None


class _Entry(NamedTuple):
    """A field on which pages differ."""

    decision: Decision
    voices: list[_Voice]
    """The chosen page first."""


_DIFFERENT: Final = frozenset(Relation) - {Relation.AGREES}


def _is_wanted(
    decision: Decision, relations: Collection[Relation], fields: Collection[str], sites: Collection[str]
) -> bool:
    different = [one for one in decision.opinions if one.relation in relations]
    parties = {decision.page, *(one.page for one in different)}
    return (
        bool(different)
        and (not fields or decision.field in fields)
        and (not sites or any(page.partition("/")[0] in sites for page in parties))
    )


def _with_words(
    database: Database, trial: Consensus, found: list[Decision], relations: Collection[Relation]
) -> Iterator[_Entry]:
    """The differences with the words on the pages; the store is asked once for each trial that has some."""
    if not found:
        return
    kept = versions(database, trial.trial.nct_id)
    for decision in found:
        explained: Mapping[str, Explained] = {
            f"{one.site}/{one.layout}": one for one in provenance.explain(kept, field_path(decision.field))
        }
        voices = [
            _Voice(one, explained.get(one.page))
            for one in decision.opinions
            if one.page == decision.page or one.relation in relations
        ]
        yield _Entry(decision, voices)


def _print(number: str, entry: _Entry) -> None:
    decision = entry.decision
    say(f"{number}  {decision.field}")
    pairs(row for voice in entry.voices for row in _rows(decision, voice))


def _rows(decision: Decision, voice: _Voice) -> Iterator[tuple[str, str]]:
    one, explained = voice
    is_chosen = one.page == decision.page
    what = f"chosen: {decision.rule}" if is_chosen else f"{words(one.relation)}{f': {one.why}' if one.why else ''}"
    since = "" if explained is None else f"since {minute(explained.since)}, "
    seen = "" if one.seen_at is None else f"seen {minute(one.seen_at)}, "
    yield one.page, brief(one.value, 200)
    yield "", f"{since}{seen}{what}"
    for line in one.differences[:_MOST_DIFFERENCES]:
        yield "", line
    if one.differences[_MOST_DIFFERENCES:]:
        yield (
            "",
            f"and {count(len(one.differences) - _MOST_DIFFERENCES, 'more difference')}; trialpages explain shows all",
        )
    if not one.differences and explained is not None:
        for path, quote in explained.words[:_MOST_WORDS]:
            yield "", evidence(path, decision.field, quote.text, quote.blocks, quote.pointer)
        if explained.words[_MOST_WORDS:]:
            yield "", f"and {len(explained.words) - _MOST_WORDS:,} more quotes; trialpages explain shows them"


_MOST_WORDS: Final = 3
"""Quotes behind one value that a table shows: a list has one for each of its entries."""

_MOST_DIFFERENCES: Final = 10
"""Differences of one value that a table shows: of lists and prose there can be hundreds."""


def _as_json(number: str, entry: _Entry) -> dict[str, Json]:
    decision = entry.decision
    return {
        "nct_id": number,
        "field": decision.field,
        "value": decision.value,
        "page": decision.page,
        "rule": decision.rule,
        "opinions": [_voice_as_json(voice) for voice in entry.voices],
    }


def _voice_as_json(voice: _Voice) -> dict[str, Json]:
    said = voice.opinion.model_dump(mode="json")
    if voice.explained is None:
        return {**said, "since": None, "words": [], "url": None}
    quotes = [{"path": path, **quote.model_dump(mode="json")} for path, quote in voice.explained.words]
    return {**said, "since": iso(voice.explained.since), "words": quotes, "url": voice.explained.page.url}
