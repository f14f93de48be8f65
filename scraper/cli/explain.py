"""explain: why a field is what it is, in the consensus and on each page."""

import sys
from collections.abc import Iterator, Sequence

import click

from schemas.consensus import Consensus, Decision
from scraper import provenance
from scraper.cli.notes import print_notes
from scraper.cli.options import current_settings, form_option, settings_options
from scraper.cli.trial_options import one_trial, path_of, sites_option
from scraper.cli.values import brief, flat, iso, location, minute, page_as_json, shortened, words
from scraper.console.printing import out, out_json
from scraper.console.tables import pairs, say
from scraper.field_rules import FieldPath
from scraper.provenance import Explained
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import versions
from scraper.store.json import Json
from scraper.store.trials import trials


@click.command()
@one_trial
@click.argument("path", metavar="FIELD", callback=path_of)
@sites_option("What this site's pages show alone, without the consensus.")
@form_option("table", "json")
@settings_options
def explain(number: str, path: FieldPath, sites: tuple[str, ...], form: str) -> None:
    """Print why a field is what it is: which page was chosen, by which rule, which pages agree and which differ.

    Then, page by page: value, words on the page, address, rule, and what it was before.

    FIELD is a canonical path: status, eligibility.minimum_age, arms[0].label, or as changes name it:
    "arms[Placebo].description". The parts and entries of a list are chosen as a whole, with their list.

    Exit code: 0; 2 there is no such field; 3 nothing is kept of the trial.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        explained = provenance.explain(versions(database, number, sites), path)
        if not explained:
            raise current.why_no_record(database, number, sites)
        trial = None if sites else next(trials(database, [number]), None)
        if form == "table":
            _print_explained(number, path, trial, explained)
        else:
            told: dict[str, Json] = {"nct_id": number, "field": str(path)}
            if trial is not None:
                told["consensus"] = _consensus_as_json(trial, path)
            out_json({**told, "sites": [_explained_as_json(one) for one in explained]}, 2)
        sys.stdout.flush()
        print_notes(database, [number], sites, {number})


def decisions(trial: Consensus, path: FieldPath) -> list[Decision]:
    """The decisions of the field that a path is, or is part of; of all its parts where it has several."""
    return [trial.decisions[field] for field in path.decided_fields if field in trial.decisions]


def evidence(path: str, field: str, text: str, blocks: tuple[int, int], pointer: str | None) -> str:
    """Words with their place on the page: `“Recruiting” (blocks 6 to 7)`.

    Args:
        path: what the words were read as.
        field: what they are shown for.
        text: the words.
        blocks: the range of the page's blocks.
        pointer: the JSON Pointer, on pages that are JSON.
    """
    where = f"blocks {blocks[0]} to {blocks[1]}" if pointer is None else pointer
    of = "" if path == field else f", read as {path}"
    return f"“{shortened(flat(text), 300)}” ({where}{of})"


def _print_explained(number: str, path: FieldPath, trial: Consensus | None, explained: Sequence[Explained]) -> None:
    say(f"{number} {path}")
    if trial is not None:
        out("")
        say("consensus")
        pairs(_decided(trial, path))
    for one in explained:
        out("")
        say(f"{one.site}/{one.layout}")
        pairs(_why(str(path), one))


def _decided(trial: Consensus, path: FieldPath) -> Iterator[tuple[str, str]]:
    """What the consensus says, and why."""
    yield "value", brief(path.of(trial.trial.model_dump(mode="json")), 400) or "(no page shows a value)"
    found = decisions(trial, path)
    for decision in found:
        if decision.field != str(path):
            yield "decided", decision.field
        yield "chosen", decision.page
        yield "rule", decision.rule
        for one in decision.opinions:
            if one.page == decision.page:
                continue
            value = "" if one.differences or one.value == decision.value else f": {brief(one.value, 400)}"
            yield words(one.relation), f"{one.page}{value}{f' ({one.why})' if one.why else ''}"
            for line in one.differences:
                yield "", line


def _why(field: str, one: Explained) -> Iterator[tuple[str, str]]:
    yield "value", brief(one.value, 400) or f"({one.state})"
    if one.rule is None:
        return
    for path, quote in one.words:
        yield "words", evidence(path, field, quote.text, quote.blocks, quote.pointer)
    for issue in one.issues:
        yield "issue", str(issue)
    yield "rule", one.rule
    yield "page", one.page.url or "address not known"
    yield "captured" if one.page.is_imported else "fetched", minute(one.page.at)
    yield "confirmed", f"{minute(one.confirmed_at)}; as it is since {minute(one.since)}"
    yield "sha256", one.page.sha256
    yield "imported from" if one.page.is_imported else "archive", location(one.page) or "no copy"
    for value, since, until in one.earlier:
        yield "earlier", f"{brief(value, 400) or '(none)'}, {minute(since)} to {minute(until)}"


def _consensus_as_json(trial: Consensus, path: FieldPath) -> Json:
    return {
        "value": path.of(trial.trial.model_dump(mode="json")),
        "decisions": [one.model_dump(mode="json") for one in decisions(trial, path)],
    }


def _explained_as_json(one: Explained) -> dict[str, Json]:
    return {
        "site": one.site,
        "layout": one.layout,
        "state": one.state,
        "value": one.value,
        "words": [{"path": path, **quote.model_dump(mode="json")} for path, quote in one.words],
        "rule": one.rule,
        "issues": [issue.model_dump(mode="json") for issue in one.issues],
        **page_as_json(one.page),
        "seen_at": iso(one.page.at),
        "since": iso(one.since),
        "confirmed_at": iso(one.confirmed_at),
        "earlier": [{"value": value, "since": iso(since), "until": iso(until)} for value, since, until in one.earlier],
    }
