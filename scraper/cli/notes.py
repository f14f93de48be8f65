"""Notes beside what is printed of the store: pages gone, not seen last, quarantined, not judged, not visited yet."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from scraper.cli.diagnostics import note
from scraper.cli.reports import count
from scraper.cli.values import minute
from scraper.store import current
from scraper.store.database import Database


def print_notes(database: Database, numbers: Sequence[str], sites: Sequence[str], seen: AbstractSet[str]) -> None:
    """Print what a reader of trials should know of their pages.

    Args:
        database: the store's.
        numbers: the trials; empty means all.
        sites: whose pages; empty means all.
        seen: the trials that were printed.
    """
    wanted = numbers or None
    lines = [
        f"gone: {lost.nct_id} is not shown by {lost.site}/{lost.layout} any more, since {minute(lost.since)} UTC"
        for lost in current.gone_pages(database, wanted, sites)
    ]
    lines += [
        f"not seen: {page.nct_id} {page.site}/{page.layout} since {minute(page.seen_at)} UTC:"
        " the last visit failed; see trialpages runs"
        for page in current.stale_pages(database, wanted, sites)
    ]
    unjudged = Counter[int]()
    for page in current.pending_pages(database, wanted, sites):
        if not numbers and not page.is_quarantined:
            unjudged[page.run_id] += 1  # all of a run's pages wait for the same
        elif page.nct_id in seen or not numbers:
            what = "quarantined" if page.is_quarantined else "not judged yet"
            see = "see trialpages health" if page.layout_is_quarantined else "its next visit reads it again"
            see = see if page.is_quarantined else f"run {page.run_id} has not ended"
            layout = f"{page.site}/{page.layout}"
            lines.append(f"{what}: {page.nct_id} {layout} of {minute(page.seen_at)} UTC: {see}")
    for run_id, pages in unjudged.items():
        lines.append(f"not judged yet: {count(pages, 'page')} of run {run_id}, which has not ended")
    if not numbers:
        unseen = current.trials_without_record(database)
        if not unseen and not seen and not lines:
            lines.append("nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape")
        lines += [f"not kept yet: {number}" for number in unseen]
    longest = len(lines) if numbers or len(lines) <= 20 else 20
    for line in lines[:longest]:
        note(line)
    if lines[longest:]:
        note(f"and {len(lines) - longest:,} more; see trialpages health, or name the trials")
