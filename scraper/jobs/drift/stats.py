"""What the pages of a layout showed in one run, or in several together."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Self

from schemas.record import IssueCode
from scraper.jobs.drift.limits import UNKNOWN_LABELS
from scraper.jobs.drift.profile import FIELDS, PageProfile


@dataclass(frozen=True, slots=True)
class RunStats:
    """Counts of pages: of one layout, in one run or several."""

    pages: int = 0
    """Pages that gave a record."""
    refused: int = 0
    """Pages that arrived and gave none."""
    fills: Mapping[str, int] = field(default_factory=dict)
    """Pages on which each canonical field has a value."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """Pages that show each label."""
    issues: Mapping[str, int] = field(default_factory=dict)
    """Pages that have each kind of issue."""
    unread: Mapping[str, int] = field(default_factory=dict)
    """Pages that show each unknown label; of one run the `UNKNOWN_LABELS` most frequent ones."""
    missing: int = 0
    """Known pages that were not found."""
    co_occurrence: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By unknown label and known label: pages that show both; only of the run that is judged, and not stored."""

    @property
    def requested(self) -> int:
        """Pages that were requested: read, refused or missing."""
        return self.pages + self.refused + self.missing

    @classmethod
    def of(cls, groups: Iterable[tuple[PageProfile, int]], refused: int = 0, missing: int = 0) -> Self:
        """Add up the pages of a run.

        Args:
            groups: profiles, each with the number of pages that have it.
            refused: pages that arrived and gave no record.
            missing: known pages that were not found.
        """
        pages, groups = 0, list(groups)
        fills, labels, issues, unread = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        for profile, times in groups:
            pages += times
            for counter, names in zip((labels, fills, issues, unread), profile, strict=True):
                for name in names:
                    counter[name] += times
        frequent = sorted(unread.items(), key=lambda entry: (-entry[1], entry[0]))[:UNKNOWN_LABELS]
        together = {text: Counter[str]() for text, _ in frequent}
        for profile, times in groups:
            for text in together.keys() & set(profile.unread_labels):
                together[text].update(dict.fromkeys(profile.labels, times))
        co_occurrence = {text: dict(counter) for text, counter in together.items()}
        return cls(pages, refused, dict(fills), dict(labels), dict(issues), dict(frequent), missing, co_occurrence)

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
                text: dict(Counter(self.co_occurrence.get(text, {})) + Counter(other.co_occurrence.get(text, {})))
                for text in {*self.co_occurrence, *other.co_occurrence}
            },
        )

    def cap_at(self, other: "RunStats") -> "RunStats":
        """The same, with no rate better than the other's.

        Labels and values are at most as frequent as there, refusals, issues and unknown labels at least as frequent.
        """

        def at_most(mine: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
            capped = {name: min(count, theirs.get(name, 0) * self.pages // other.pages) for name, count in mine.items()}
            return {name: count for name, count in capped.items() if count}

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

    def empty(self, name: str) -> int:
        """Pages on which a field is empty; where it has words that are not understood, it is not."""
        return self.pages - self.fills.get(name, 0) - self.issues.get(f"{name} {IssueCode.NOT_UNDERSTOOD}", 0)

    def fill_rates(self) -> dict[str, float]:
        """The share of pages, from 0 to 1, on which each canonical field has a value; empty where there is no page."""
        return {name: self.fills.get(name, 0) / self.pages for name in FIELDS} if self.pages else {}

    def to_json(self) -> str:
        """One line of JSON; equal counts give equal lines."""
        counts = {name: value for name, value in asdict(self).items() if name != "co_occurrence"}
        return json.dumps(counts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The counts that `to_json` wrote."""
        return cls(**json.loads(text))
