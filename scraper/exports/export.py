"""What is exported: trials or records one by one, so that memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from scraper.exports.formats import Entry, Level
from scraper.exports.private import without_contacts
from scraper.internal_errors import internal_error
from scraper.store.history import RecordedChange

_Made = TypeVar("_Made")


def _no_changes() -> Iterator[RecordedChange]:
    return iter(())


@dataclass
class Export:
    """What a format's writer is given."""

    source: Iterable[Entry]
    """What is exported, by NCT id; consensus or records, as the level says."""
    level: Level = "trial"
    with_contacts: bool = False
    """Whether contacts are left as they are; else they and their details in texts are left out."""
    changes: Callable[[], Iterator[RecordedChange]] = _no_changes
    """Gives what changed over time, of the trials that `each` has given."""
    tell: Callable[[str], None] = print
    """Says something that whoever uses the file must know, in one line."""
    written: int = 0
    """How many entries were given to the writer."""
    failed: int = 0
    """How many could not be expressed in the format."""

    def each(self, make: Callable[[Entry], _Made]) -> Iterator[_Made]:
        """What the format makes of each entry; one of which it can make nothing is told, and costs itself alone.

        Args:
            make: makes of an entry what is written of it, without writing it.
        """
        for entry in self.source:
            try:
                made = make(entry if self.with_contacts else without_contacts(entry))
            except Exception as error:  # noqa: BLE001 - what is wrong with one must not stop the others
                self.failed += 1
                self.tell(f"{entry.trial.nct_id} is left out: {internal_error(error)}")
            else:
                self.written += 1
                yield made
