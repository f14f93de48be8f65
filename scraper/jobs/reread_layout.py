"""What was read again of one layout, and what is to become of it."""

from collections import Counter
from dataclasses import dataclass, field

from scraper.internal_errors import internal_error
from scraper.jobs.advice import advice
from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.limits import Limits
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import judge
from scraper.jobs.report import LayoutPages
from scraper.jobs.reread import RereadPage
from scraper.layouts.layout import Layout
from scraper.settings import Settings
from scraper.store.archived import ArchivedPage
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.run_statistics import good_run_figures
from scraper.store.runs import Verdict
from scraper.store.tables import Ruling


@dataclass
class PageGroup:
    """Pages of one layout that are judged together."""

    targets: int = 0
    profiles: Counter[str] = field(default_factory=Counter)
    earlier_profiles: Counter[str] = field(default_factory=Counter)
    """The profiles of their effective readings."""
    letters: list[DeadLetter] = field(default_factory=list)
    to_save: list[ArchivedPage] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """Trials that are read differently."""
    changes: int = 0
    anomalies: int = 0

    @property
    def stats(self) -> RunStats:
        """What today's code reads."""
        return RunStats.of(
            ((PageProfile.from_json(text), times) for text, times in self.profiles.items()), len(self.letters)
        )

    @property
    def before(self) -> RunStats:
        """What the effective readings of the same pages show."""
        return RunStats.of((PageProfile.from_json(text), times) for text, times in self.earlier_profiles.items())


@dataclass
class LayoutReread:
    """The reread pages of one layout, and the drift guard's verdict on them."""

    layout: Layout
    current: PageGroup = field(default_factory=PageGroup)
    quarantined: PageGroup = field(default_factory=PageGroup)
    pages: LayoutPages | None = None
    """None where there are none."""
    verdict: Verdict | None = None
    """None also where the layout stays as it is."""
    groups: list[PageGroup] = field(default_factory=list)
    """The pages that it was judged by."""
    to_save: list[ArchivedPage] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether what was read from its pages may become effective."""
        return self.pages is None or self.pages.ruling is Ruling.GOOD

    def count(self, page: RereadPage) -> None:
        """Add a page."""
        target, comparison = page.target, page.comparison
        group = self.current if target.is_effective else self.quarantined
        group.targets += 1
        if comparison.error is not None:
            failure = Failure.of(comparison.error, target.url, target.key, advice(comparison.error))
            # It was understood once: to the drift guard it is a refused page, whatever the error.
            group.letters.append(DeadLetter(target.nct_id, target.site, failure._replace(refused=True)))
        if page.reading is None:
            return
        group.profiles[page.reading.profile] += 1
        if page.effective_profile is not None:
            group.earlier_profiles[page.effective_profile] += 1
        if not page.is_known:
            group.to_save.append(target)
        if comparison.outcome == "different":
            group.changed.add(target.nct_id)
            group.changes += len(comparison.changes)
            group.anomalies += sum(anomaly is not None for anomaly in comparison.anomalies)

    def leave_unjudged(self, error: Exception) -> None:
        """Leave the layout as it is, since it could not be judged."""
        self.groups, self.to_save, self.verdict = [self.current], [], None
        self.pages = LayoutPages(
            site=self.layout.site,
            layout=self.layout.name,
            pages=0,
            refused=0,
            ruling=Ruling.QUARANTINED,
            reasons=(f"it could not be judged: {internal_error(error)}",),
        )

    def judge(self, database: Database, settings: Settings, *, is_quarantined: bool, in_part: bool) -> None:
        """Judge the layout, and decide which readings are to be saved.

        Args:
            database: the store's.
            settings: the limits.
            is_quarantined: the layout is quarantined before this run.
            in_part: whether only some of its trials were read.
        """
        before = baseline(good_run_figures(database, self.layout.site, self.layout.name), settings.drift_runs)
        limits = Limits.of(settings)

        def wrong(stats: RunStats, same: RunStats) -> list[str]:
            return [reason.text for reason in judge(self.layout, stats, before, limits, same)]

        # Quarantined pages are judged by themselves: among many good ones a few bad ones would pass.
        quarantined = self.quarantined.stats
        lifted = quarantined.pages > 0 and not wrong(quarantined, self.quarantined.before)
        stats = self.current.stats + quarantined if lifted else self.current.stats
        reasons = wrong(stats, self.current.before + self.quarantined.before if lifted else self.current.before)
        if is_quarantined and in_part:
            reasons = ["it is quarantined: that is lifted by all its pages, not by those of some trials"]
        elif is_quarantined and self.quarantined.targets and not lifted:
            stats, reasons = (
                quarantined,
                wrong(quarantined, self.quarantined.before)
                or ["the archive does not have the pages that were quarantined"],
            )
        elif reasons or stats.pages:
            ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
            self.verdict = Verdict(self.layout.site, self.layout.name, ruling, reasons, stats.to_json())
        if not self.current.targets + self.quarantined.targets:
            return
        self.pages = LayoutPages(
            site=self.layout.site,
            layout=self.layout.name,
            pages=stats.pages,
            refused=stats.refused,
            ruling=Ruling.QUARANTINED if reasons else Ruling.GOOD,
            reasons=tuple(reasons),
        )
        self.groups = [self.current, self.quarantined] if lifted else [self.current]
        if not reasons:
            superseded = {target.nct_id for target in self.quarantined.to_save} if lifted else set()
            self.to_save = [target for target in self.current.to_save if target.nct_id not in superseded]
            self.to_save += self.quarantined.to_save if lifted else []
