"""The verdict on a run's pages of one layout: what is wrong with them, in sentences that a person can act on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from schemas.record import IssueCode
from scraper.jobs.drift.limits import NEW_NAME_PAGES, Limits, is_most, is_nearly_all, is_rare
from scraper.jobs.drift.profile import FIELDS
from scraper.jobs.drift.rates import Rate, has_fallen, percent, points_lost
from scraper.jobs.drift.stats import RunStats
from scraper.layouts.labels import Label, spellings
from scraper.layouts.layout import Layout

Rule = Literal["missing", "nothing", "label", "required", "refused", "fill", "unknown", "issue"]
"""What a reason is about: most known pages are missing · no page was understood · a label vanished · a required field
is empty · pages are refused · a field has lost its values · an unknown label · an issue on most pages."""

_UNREAD: Final = f"page {IssueCode.UNREAD}"
"""The kind of issue of pages on which words are that nothing reads."""

_DEFAULTS: Final = Limits()


class Reason(NamedTuple):
    """One thing that is wrong with a run."""

    rule: Rule
    text: str
    """What it is, in one line for a person."""


def judge(
    layout: Layout,
    now: RunStats,
    baseline: Sequence[RunStats],
    limits: Limits = _DEFAULTS,
    same_trials: RunStats | None = None,
) -> list[Reason]:
    """What is wrong with a run's pages of one layout, the most important first; nothing where they are good.

    Without a baseline, a run is measured by what holds for every page of the layout: its required fields.

    Of fewer than `limits.pages` pages no rate is told. There a label that every page of the baseline has is taken for
    vanished where no page shows it, no page fills a field of it that every page of the baseline fills, and every page
    has words that nothing reads: a trial that lacks something leaves no such words.

    Args:
        layout: the pages' layout.
        now: what the run's pages showed.
        baseline: what the last good runs showed, as `scraper.jobs.drift.baseline` chose them.
        limits: how far the run may differ from them.
        same_trials: what the pages of the same trials showed at that time, as far as there were any. Where they make
            most of the pages, a rate must have fallen among them, too.
    """
    missing = []
    if now.missing >= limits.pages and is_most(now.missing, now.requested):
        text = f"{now.missing} of {now.requested} pages are not there any more: the site may have moved them"
        missing.append(Reason("missing", text))
    if not now.pages:
        return [*([Reason("nothing", f"no page of {now.refused} was understood")] if now.refused else []), *missing]
    found = _Comparison(now, sum(baseline, RunStats()), len(baseline), limits, same_trials or RunStats())
    vanished = found.vanished_labels(layout)
    lost = found.lost_fields(layout.required)
    explained = {name for label, _ in vanished for name in label.fields}
    unexplained = [reason for name, reason in lost.items() if name not in explained]
    unknown = found.unknown_labels()
    return [
        *missing,
        *(
            found.vanished(form, [name for name in label.fields if name in lost], found.new_names([form]) or unknown)
            for label, form in vanished
        ),
        *(reason for reason in unexplained if reason.rule == "required"),
        *found.refusals(),
        *(reason for reason in unexplained if reason.rule == "fill"),
        *([] if vanished else found.unknown(unknown)),
        *found.new_issues(),
    ]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A run's pages of one layout beside the baseline."""

    now: RunStats
    before: RunStats
    """The runs of the baseline together."""
    runs: int
    """How many runs they are."""
    limits: Limits
    same_trials: RunStats
    """What the same trials showed before."""

    def vanished_labels(self, layout: Layout) -> list[tuple[Label, str]]:
        """Labels that no page or far fewer pages show, each with the form that is missed most."""
        labels = [*zip(layout.labels, spellings(layout.labels), strict=True)]
        labels += [(mark, (mark.name,)) for mark in layout.frame]
        return [(label, max(forms, key=self._missed)) for label, forms in labels if self._has_vanished(label, forms)]

    def vanished(self, form: str, lost: Sequence[str], new_names: Collection[str]) -> Reason:
        """The reason for a vanished label, with the fields that were lost and what may be its new name."""
        count, pages = self.now.labels.get(form, 0), self.now.pages
        return Reason(
            "label",
            f"the label {form!r} {'became rare' if count else 'vanished'}: "
            f"on {percent(self.before.labels[form], self.before.pages)} of pages "
            f"in {'the last good run' if self.runs == 1 else f'the last {self.runs} good runs'}, "
            f"on {count or 'none'} of {pages} now"
            + (f", and {', '.join(lost)} with it" if lost else "")
            + (f"; its new name may be {' or '.join(map(repr, new_names))}" if new_names else ""),
        )

    def new_names(self, forms: Sequence[str]) -> dict[str, int]:
        """Unknown labels that pages show in place of a label, and no page showed before, with the number of pages."""
        return {
            text: count
            for text, count in self.now.unread.items()
            if count >= NEW_NAME_PAGES
            and text in self.now.co_occurrence
            and not self.before.unread.get(text)
            and not any(self.now.co_occurrence[text].get(form) for form in forms)
        }

    def lost_fields(self, required: AbstractSet[str]) -> dict[str, Reason]:
        """Fields that are empty on most pages though every page has them, or that were filled far more often."""
        lost = {}
        for name in FIELDS:
            now = Rate(self.now.fills.get(name, 0), self.now.pages)
            before = Rate(self.before.fills.get(name, 0), self.before.pages)
            empty = self.now.empty(name)
            # Good runs have it on most pages, unless a person accepted pages without it.
            was_empty = is_most(self.before.empty(name), self.before.pages)
            if name in required and is_most(empty, now.pages) and not was_empty:
                text = f"{name}, which every page of this layout has, is empty on {empty} of {now.pages} pages"
                lost[name] = Reason("required", text)
            elif self._fell(now, before, self.same_trials.fills.get(name, 0)):
                lost[name] = Reason("fill", f"{name} is filled on {percent(*now)} of pages, {percent(*before)} before")
        return lost

    def refusals(self) -> Iterator[Reason]:
        """More pages than before gave no record."""
        now = Rate(self.now.pages, self.now.pages + self.now.refused)
        before = Rate(self.before.pages, self.before.pages + self.before.refused)
        if has_fallen(now, before, self.limits):
            share = percent(self.before.refused, before.pages)
            yield Reason("refused", f"{self.now.refused} of {now.pages} pages were not understood, {share} before")

    def unknown_labels(self) -> dict[str, int]:
        """Unknown labels that stand on most pages, and did not before."""
        return {
            text: count
            for text, count in self.now.unread.items()
            if count >= NEW_NAME_PAGES
            and is_most(count, self.now.pages)
            and not is_most(self.before.unread.get(text, 0), self.before.pages)
        }

    def unknown(self, labels: Mapping[str, int]) -> Iterator[Reason]:
        """The reasons for unknown labels."""
        for text, count in labels.items():
            yield Reason("unknown", f"{count} of {self.now.pages} pages show the unknown label {text!r}")

    def new_issues(self) -> Iterator[Reason]:
        """Issues on most pages that hardly any page had before."""
        for kind, count in sorted(self.now.issues.items(), key=lambda entry: (-entry[1], entry[0])):
            had = self.before.issues.get(kind, 0)
            without = Rate(self.now.pages - count, self.now.pages)
            without_before = Rate(self.before.pages - had, self.before.pages)
            same_without = self.same_trials.pages - self.same_trials.issues.get(kind, 0)
            if (
                is_most(count, self.now.pages)
                and is_rare(had, self.before.pages)
                and self._fell(without, without_before, same_without)
            ):
                share = percent(had, self.before.pages)
                yield Reason("issue", f"{kind} is an issue of {count} of {self.now.pages} pages, of {share} before")

    def _has_vanished(self, label: Label, forms: Sequence[str]) -> bool:
        """Whether a label, in all its forms, is rarer than chance explains."""
        now = Rate(sum(self.now.labels.get(form, 0) for form in forms), self.now.pages)
        before = Rate(sum(self.before.labels.get(form, 0) for form in forms), self.before.pages)
        if now.pages < self.limits.pages:
            return self._has_vanished_from_a_few(label, now, before)
        same = sum(self.same_trials.labels.get(form, 0) for form in forms)
        instead = max(self.new_names(forms).values(), default=0)
        return self._was_replaced(before, instead) or self._fell(now, before, same)

    def _has_vanished_from_a_few(self, label: Label, now: Rate, before: Rate) -> bool:
        """The same where there are too few pages for a rate; see `judge`."""
        return (
            now.hits == 0
            and before.hits == before.pages >= self.limits.pages
            and any(self.before.fills.get(name) == before.hits and name not in self.now.fills for name in label.fields)
            and self.now.issues.get(_UNREAD, 0) == now.pages
            and is_most(before.pages - self.before.issues.get(_UNREAD, 0), before.pages)
        )

    def _was_replaced(self, before: Rate, instead: int) -> bool:
        """Whether a label that nearly all pages had lost its place to an unknown one on more pages than the limit.

        Chance is no explanation then: the pages that lack the label all show the same new one.
        """
        return (
            before.pages >= self.limits.pages
            and is_nearly_all(before.hits, before.pages)
            and points_lost(Rate(self.now.pages - instead, self.now.pages), before) > self.limits.points
        )

    def _missed(self, form: str) -> float:
        """By how much fewer pages show a label in this form, as a share."""
        return self.before.labels.get(form, 0) / self.before.pages - self.now.labels.get(form, 0) / self.now.pages

    def _fell(self, now: Rate, before: Rate, same_trials: int) -> bool:
        """Whether a rate has fallen, among the same trials, too, where most of them are known from before.

        Args:
            now: the rate.
            before: the rate in the baseline.
            same_trials: how many pages of the same trials had it before.
        """
        if not has_fallen(now, before, self.limits):
            return False
        if 2 * self.same_trials.pages < self.now.pages:
            return True
        return points_lost(now, Rate(same_trials, self.same_trials.pages)) > self.limits.points
