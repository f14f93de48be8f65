"""The guard against sites that change: compares what a run saw of a layout with what the last good runs saw.

Nothing here reads a page or keeps anything. Each page gives a `Seen`, a run adds them up to the `Stats` of each
layout, and `judge` says what is wrong with them, in sentences that a person can act on.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from math import exp, lgamma
from operator import attrgetter
from typing import Literal, NamedTuple, Self

from schemas.record import IssueCode
from scraper.console.records import fields
from scraper.layouts.labels import Label, spellings
from scraper.layouts.layout import Layout
from scraper.pipeline import Survey


class PageProfile(NamedTuple):
    """What the guard keeps of one page. Pages that are built alike give equal ones, whatever their trials are."""

    labels: tuple[str, ...]
    """The labels that the page shows, in the layout's order."""
    filled: tuple[str, ...]
    """The canonical fields that have a value, the parts of design and eligibility one by one."""
    issues: tuple[str, ...]
    """The kinds of issues, sorted: field and code, as in `eligibility.inclusion untrusted` or `page unread`."""
    unread_labels: tuple[str, ...]
    """What stands where labels stand and is none that we know, sorted."""


def page_profile(survey: Survey) -> PageProfile:
    """What the guard keeps of a page."""
    record = survey.record
    return PageProfile(
        labels=survey.labels,
        filled=tuple(
            name
            for name, value in zip(_FIELDS, _VALUES(record.trial), strict=True)
            if value is not None and value != ()
        ),
        issues=tuple(
            sorted(
                {
                    f"{_PLACE.sub('', issue.field or 'page')} {issue.code}"
                    for issue in record.issues
                    if issue.code != IssueCode.MISSING  # the guard sees by itself what is not there
                }
            )
        ),
        unread_labels=tuple(sorted({issue.text for issue in record.issues if issue.code == IssueCode.UNREAD_LABEL})),
    )


def dump(page: PageProfile) -> str:
    """One line of JSON; equal pages give equal lines, so that a store can group by them."""
    return json.dumps(page, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> PageProfile:
    """What `dump` wrote."""
    return PageProfile(*map(tuple, json.loads(text)))


@dataclass(frozen=True, slots=True)
class RunStats:
    """What one run, or several, saw of one layout."""

    pages: int = 0
    """Pages that gave a record."""
    refused: int = 0
    """Pages that arrived and gave none."""
    fills: Mapping[str, int] = field(default_factory=dict)
    """On how many pages each canonical field has a value."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """How many pages show each label."""
    issues: Mapping[str, int] = field(default_factory=dict)
    """How many pages have each kind of issue."""
    unread: Mapping[str, int] = field(default_factory=dict)
    """How many pages show each unknown label; of a run the 20 most frequent ones."""
    missing: int = 0
    """Known pages that were not there any more."""
    beside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many of the pages that show an unknown label show each known one; of a run alone, and not kept."""

    @property
    def asked(self) -> int:
        """Pages that were asked for and came, were not understood, or were missing."""
        return self.pages + self.refused + self.missing

    @classmethod
    def of(cls, groups: Iterable[tuple[PageProfile, int]], refused: int = 0, missing: int = 0) -> Self:
        """Add up pages.

        Args:
            groups: what pages showed, each with the number of pages that showed just this.
            refused: the number of pages that arrived and gave no record.
            missing: the number of known pages that were not there any more.
        """
        pages, groups = 0, list(groups)
        fills, labels, issues, unread = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        for page, times in groups:
            pages += times
            for counter, names in zip((labels, fills, issues, unread), page, strict=True):
                for name in names:
                    counter[name] += times
        frequent = sorted(unread.items(), key=lambda entry: (-entry[1], entry[0]))[:20]
        beside = {text: Counter[str]() for text, _ in frequent}
        for page, times in groups:
            for text in beside.keys() & set(page.unread_labels):
                beside[text].update(dict.fromkeys(page.labels, times))
        together = {text: dict(counter) for text, counter in beside.items()}
        return cls(pages, refused, dict(fills), dict(labels), dict(issues), dict(frequent), missing, together)

    def __add__(self, other: "RunStats") -> "RunStats":
        """Several runs together."""
        return RunStats(
            self.pages + other.pages,
            self.refused + other.refused,
            dict(Counter(self.fills) + Counter(other.fills)),
            dict(Counter(self.labels) + Counter(other.labels)),
            dict(Counter(self.issues) + Counter(other.issues)),
            dict(Counter(self.unread) + Counter(other.unread)),
            self.missing + other.missing,
            {
                text: dict(Counter(self.beside.get(text, {})) + Counter(other.beside.get(text, {})))
                for text in {*self.beside, *other.beside}
            },
        )

    def no_better_than(self, other: "RunStats") -> "RunStats":
        """The same, but no label or value more often than there, and no refusal, issue or unknown label less often."""

        def at_most(mine: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
            bounded = {
                name: min(count, theirs.get(name, 0) * self.pages // other.pages) for name, count in mine.items()
            }
            return {name: count for name, count in bounded.items() if count}

        def at_least(mine: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
            raised = {name: -(-count * self.pages // other.pages) for name, count in theirs.items()}
            return dict(Counter(mine) | Counter(raised))

        return replace(
            self,
            refused=max(self.refused, -(-other.refused * self.pages // other.pages)),
            fills=at_most(self.fills, other.fills),
            labels=at_most(self.labels, other.labels),
            issues=at_least(self.issues, other.issues),
            unread=at_least(self.unread, other.unread),
        )

    def to_json(self) -> str:
        """One line of JSON; equal figures give equal lines."""
        figures = {name: value for name, value in asdict(self).items() if name != "beside"}
        return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote."""
        return cls(**json.loads(text))


class Limits(NamedTuple):
    """How far a run may differ from those before it."""

    points: float = 20.0
    """Percentage points by which a rate may fall."""
    pages: int = 5
    """Pages that both sides must have for their rates to be compared, at least 1."""


_LIMITS = Limits()

Rule = Literal["nothing", "missing", "label", "required", "refused", "fill", "unknown", "issue"]
"""What a reason is about: no page was understood · most pages are missing · a label vanished · a required field is
empty · pages are refused · a field has lost its values · an unknown label · an issue on most pages."""


class Reason(NamedTuple):
    """One thing that is wrong with a run."""

    rule: Rule
    text: str
    """What it is, in one line for a person."""


def judge(
    layout: Layout, now: RunStats, before: Sequence[RunStats], limits: Limits = _LIMITS, same: RunStats | None = None
) -> list[Reason]:
    """What is wrong with a run's pages of one layout, the most important first; nothing where they are good.

    Without runs before it, a run is measured by what holds for every page of the layout. Rates are compared with
    those of all earlier runs together. They must have fallen by more than `limits.points`, and by more than chance
    explains: were the pages of now and before shuffled, fewer than one shuffle in 1,000 would leave so few for now; one
    in 10,000, of what fewer than 95 % of the earlier pages had, since that varies from trial to trial. Chance is no
    explanation where at least 95 % had a label and the pages that lack it show the same unknown one, new to all.

    Of fewer than `limits.pages` pages no rate is told. There a label that every earlier page had has vanished where
    it is on no page, a field of its own that every earlier page had is on none either, and words that nobody read
    stand on each of them: a trial that lacks something leaves no such words.

    Args:
        layout: the pages' layout.
        now: what the run saw of it.
        before: what the last good runs saw of it.
        limits: how far the run may differ from them.
        same: what the pages of the same trials showed at that time, as far as there were any. Where they make most of
            the pages, a rate must have fallen among them, too: a night of other trials than usual is no change.
    """
    missing = []
    if now.missing >= limits.pages and 2 * now.missing > now.asked:
        text = f"{now.missing} of {now.asked} pages are not there any more: the site may have moved them"
        missing.append(Reason("missing", text))
    if not now.pages:
        return [*([Reason("nothing", f"no page of {now.refused} was understood")] if now.refused else []), *missing]
    run = _Run(now, sum(before, RunStats()), len(before), limits, same or RunStats())
    vanished = run.vanished_labels(layout)
    lost = run.lost_fields(layout.required)
    explained = {name for known, _ in vanished for name in known.fields}
    unexplained = [reason for name, reason in lost.items() if name not in explained]
    unknown = run.unknown_labels()
    return [
        *missing,
        *(
            run.vanished(form, [name for name in known.fields if name in lost], run.stand_ins([form]) or unknown)
            for known, form in vanished
        ),
        *(reason for reason in unexplained if reason.rule == "required"),
        *run.refusals(),
        *(reason for reason in unexplained if reason.rule == "fill"),
        *([] if vanished else run.unknown(unknown)),
        *run.new_issues(),
    ]


def baseline(entries: Iterable[tuple[str, bool]], runs: int) -> list[RunStats]:
    """The good runs to compare with: the last ones, and as many before them as make 100 pages.

    A few small nights say little, and would take the place of large ones. What a person accepted is the new normal for
    what it lacks; else the runs before it are as good as ever, or a single page would make all of them forgotten.

    Args:
        entries: the figures of good runs as `Stats.to_json` wrote them, the newest first, each with whether a person
            accepted them.
        runs: how many are taken in any case.
    """
    chosen: list[RunStats] = []
    normal: list[RunStats] = []
    for entry, accepted in entries:
        if len(chosen) >= runs and sum(stats.pages for stats in chosen) >= 100:
            break
        stats = RunStats.from_json(entry)
        if not stats.pages:
            continue  # all its pages were missing: that says nothing of those that come
        for one in normal:
            stats = stats.no_better_than(one)
        chosen.append(stats)
        if accepted:
            normal.append(stats)
    return chosen


def rates(stats: RunStats) -> dict[str, float]:
    """The share of pages, from 0 to 1, on which each canonical field has a value; empty where there are no pages."""
    return {name: stats.fills.get(name, 0) / stats.pages for name in _FIELDS} if stats.pages else {}


def sparkline(values: Sequence[float | None]) -> str:
    """Shares from 0 to 1 as bars, a full one only for all, and a dot where there is none."""
    return "".join("·" if value is None else "▁▂▃▄▅▆▇█"[int(value * 7 + 1e-9)] for value in values)


_FIELDS = tuple(fields())
_VALUES = attrgetter(*_FIELDS)
_PLACE = re.compile(r"\[\d+\]")
"""The place in a list, as in `arms[0].type`."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run's pages of one layout beside those of the good runs before it."""

    now: RunStats
    before: RunStats
    """All earlier runs together."""
    runs: int
    """How many they are."""
    limits: Limits
    same: RunStats
    """What the same trials showed before."""

    def vanished_labels(self, layout: Layout) -> list[tuple[Label, str]]:
        """Labels that no page or far fewer pages show, each with the form that is missed most."""
        labels = [*zip(layout.labels, spellings(layout.labels), strict=True)]
        labels += [(mark, (mark.name,)) for mark in layout.frame]
        return [(known, max(forms, key=self._missed)) for known, forms in labels if self._vanished(known, forms)]

    def vanished(self, form: str, lost: Sequence[str], unknown: Collection[str]) -> Reason:
        """What to say of a label that vanished, with the fields that were lost and what may be its new name."""
        count, pages = self.now.labels.get(form, 0), self.now.pages
        return Reason(
            "label",
            f"the label {form!r} {'became rare' if count else 'vanished'}: "
            f"on {_percent(self.before.labels[form], self.before.pages)} of pages "
            f"in {'the last good run' if self.runs == 1 else f'the last {self.runs} good runs'}, "
            f"on {count or 'none'} of {pages} now"
            + (f", and {', '.join(lost)} with it" if lost else "")
            + (f"; its new name may be {' or '.join(map(repr, unknown))}" if unknown else ""),
        )

    def stand_ins(self, forms: Sequence[str]) -> dict[str, int]:
        """Unknown labels that several pages show in place of a label, and no page before, with the number of pages."""
        return {
            text: count
            for text, count in self.now.unread.items()
            if count > 1
            and text in self.now.beside
            and not self.before.unread.get(text)
            and not any(self.now.beside[text].get(form) for form in forms)
        }

    def lost_fields(self, required: AbstractSet[str]) -> dict[str, Reason]:
        """Fields that are empty on most pages though every page has them, or that were filled far more often."""
        lost = {}
        for name in _FIELDS:
            fills, pages = self.now.fills.get(name, 0), self.now.pages
            earlier = self.before.fills.get(name, 0)
            empty = _empty(self.now, name)
            # Good runs have it on most pages, unless a person said that the pages are good without it.
            if name in required and 2 * empty > pages and 2 * _empty(self.before, name) <= self.before.pages:
                text = f"{name}, which every page of this layout has, is empty on {empty} of {pages} pages"
                lost[name] = Reason("required", text)
            elif self._fell(fills, pages, earlier, self.before.pages) and self._fell_alike(
                fills, self.same.fills.get(name, 0)
            ):
                shares = f"{_percent(fills, pages)} of pages, {_percent(earlier, self.before.pages)} before"
                lost[name] = Reason("fill", f"{name} is filled on {shares}")
        return lost

    def refusals(self) -> Iterator[Reason]:
        """More pages than before gave no record."""
        arrived, earlier = self.now.pages + self.now.refused, self.before.pages + self.before.refused
        if self._fell(self.now.pages, arrived, self.before.pages, earlier):
            share = _percent(self.before.refused, earlier)
            yield Reason("refused", f"{self.now.refused} of {arrived} pages were not understood, {share} before")

    def unknown_labels(self) -> dict[str, int]:
        """Unknown labels on most pages, of which there are several, that were not on most pages before."""
        return {
            text: count
            for text, count in self.now.unread.items()
            if count > 1 and 2 * count > self.now.pages and 2 * self.before.unread.get(text, 0) <= self.before.pages
        }

    def unknown(self, labels: Mapping[str, int]) -> Iterator[Reason]:
        """What to say of unknown labels."""
        for text, count in labels.items():
            yield Reason("unknown", f"{count} of {self.now.pages} pages show the unknown label {text!r}")

    def new_issues(self) -> Iterator[Reason]:
        """Issues on most pages that hardly any page had before."""
        pages = self.now.pages
        for kind, count in sorted(self.now.issues.items(), key=lambda entry: (-entry[1], entry[0])):
            earlier = self.before.issues.get(kind, 0)
            if (
                2 * count > pages
                and 10 * earlier < self.before.pages
                and self._fell(pages - count, pages, self.before.pages - earlier, self.before.pages)
                and self._fell_alike(pages - count, self.same.pages - self.same.issues.get(kind, 0))
            ):
                share = _percent(earlier, self.before.pages)
                yield Reason("issue", f"{kind} is an issue of {count} of {pages} pages, of {share} before")

    def _vanished(self, known: Label, forms: Sequence[str]) -> bool:
        """Whether a label, in all its forms, is so much rarer that it is no chance."""
        count = sum(self.now.labels.get(form, 0) for form in forms)
        earlier = sum(self.before.labels.get(form, 0) for form in forms)
        if self.now.pages >= self.limits.pages:
            instead = max(self.stand_ins(forms).values(), default=0)
            return self._was_replaced(earlier, instead) or (
                self._fell(count, self.now.pages, earlier, self.before.pages)
                and self._fell_alike(count, sum(self.same.labels.get(form, 0) for form in forms))
            )
        unread = f"page {IssueCode.UNREAD}"
        return (
            count == 0
            and earlier == self.before.pages >= self.limits.pages
            and any(self.before.fills.get(name) == earlier and name not in self.now.fills for name in known.fields)
            and self.now.issues.get(unread, 0) == self.now.pages
            and 2 * self.before.issues.get(unread, 0) < self.before.pages
        )

    def _was_replaced(self, earlier: int, instead: int) -> bool:
        """Whether a label that nearly all earlier pages had has lost its place to another on so many that it counts."""
        there = self.now.pages - instead
        return (
            self.before.pages >= self.limits.pages
            and _nearly_all(earlier, self.before.pages)
            and _points(there, self.now.pages, earlier, self.before.pages) > self.limits.points
        )

    def _missed(self, form: str) -> float:
        """By how much fewer pages show a label in this form, as a share."""
        return self.before.labels.get(form, 0) / self.before.pages - self.now.labels.get(form, 0) / self.now.pages

    def _fell(self, hits: int, pages: int, earlier_hits: int, earlier_pages: int) -> bool:
        """Whether a rate is lower than before, by more than the limit and by more than chance explains."""
        if min(pages, earlier_pages) < self.limits.pages:
            return False
        if _points(hits, pages, earlier_hits, earlier_pages) <= self.limits.points:
            return False
        limit = 1e-3 if _nearly_all(earlier_hits, earlier_pages) else 1e-4
        return _chance(hits, pages, hits + earlier_hits, pages + earlier_pages) < limit

    def _fell_alike(self, hits: int, earlier_hits: int) -> bool:
        """Whether a rate has fallen among the same trials, too, or too few of them are known to tell."""
        if 2 * self.same.pages < self.now.pages:
            return True
        return _points(hits, self.now.pages, earlier_hits, self.same.pages) > self.limits.points


def _empty(stats: RunStats, name: str) -> int:
    """On how many pages a field has no value; words that are not understood are an issue of their own."""
    return stats.pages - stats.fills.get(name, 0) - stats.issues.get(f"{name} {IssueCode.NOT_UNDERSTOOD}", 0)


def _points(hits: int, pages: int, earlier_hits: int, earlier_pages: int) -> float:
    """By how many percentage points a rate is lower than before."""
    return 100 * (earlier_hits / earlier_pages - hits / pages)


def _nearly_all(hits: int, pages: int) -> bool:
    """Whether so many pages have something that one without it is odd."""
    return hits >= 0.95 * pages


def _chance(hits: int, pages: int, all_hits: int, all_pages: int) -> float:
    """How likely `pages` drawn from `all_pages`, of which `all_hits` are hits, hold no more than `hits` of them.

    The hypergeometric distribution, as in Fisher's exact test: it holds for few pages, too.
    """
    least = max(0, pages - (all_pages - all_hits))
    ways = _ways(all_pages, pages)
    return sum(
        exp(_ways(all_hits, drawn) + _ways(all_pages - all_hits, pages - drawn) - ways)
        for drawn in range(least, hits + 1)
    )


def _ways(things: int, taken: int) -> float:
    """The logarithm of the number of ways to take some of many things."""
    return lgamma(things + 1) - lgamma(taken + 1) - lgamma(things - taken + 1)


def _percent(part: int, whole: int) -> str:
    """A share in percent; 0 and 100 only where it is none or all."""
    if part in (0, whole):
        return "100 %" if part else "0 %"
    return f"{min(99, max(1, round(100 * part / whole)))} %"
