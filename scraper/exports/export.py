"""What is exported: trials or records one by one, so that memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from scraper.errors import TrialPagesError
from scraper.exports.formats import Condition, Entry, Level
from scraper.exports.private import is_of_contacts, masked, without_contacts
from scraper.internal_errors import internal_error
from scraper.store.history import RecordedChange
from scraper.store.json import Json

_Made = TypeVar("_Made")


@dataclass
class Export:
    """What a format's writer is given."""

    source: Iterable[Entry]
    """By NCT id; consensus or records, as the level says."""
    level: Level = "trial"
    conditions: Sequence[Condition] = ()
    """Which of them are exported: those for which all conditions hold."""
    with_contacts: bool = False
    """Whether contacts are left as they are; else they, and their details in texts, are left out."""
    history: Callable[[], Iterable[RecordedChange]] = tuple
    """Gives what changed, in trials or on pages."""
    tell: Callable[[str], None] = field(kw_only=True)
    """Says something that whoever uses the file must know, in one line."""
    written: int = field(default=0, init=False)
    """How many entries were given to the writer."""
    failed: int = field(default=0, init=False)
    """How many could not be expressed in the format."""

    def each(self, make: Callable[[Entry], _Made]) -> Iterator[_Made]:
        """What the format makes of each entry; one of which it can make nothing is told, and costs itself alone.

        Args:
            make: makes of an entry what is written of it, without writing it.
        """
        for entry in self.source:
            try:
                if not all(holds(entry) for holds in self.conditions):
                    continue
                made = make(entry if self.with_contacts else without_contacts(entry))
            except Exception as error:  # noqa: BLE001 - what is wrong with one must not stop the others
                self.leave_out(entry.trial.nct_id, error)
            else:
                self.written += 1
                self._numbers.add(entry.trial.nct_id)
                yield made

    def leave_out(self, nct_id: str, error: Exception) -> None:
        """Tell that a trial is not exported, and why."""
        self.failed += 1
        self.tell(f"{nct_id} is left out: {error if isinstance(error, TrialPagesError) else internal_error(error)}")

    def changes(self) -> Iterator[RecordedChange]:
        """What changed on the pages of the trials that `each` has given."""
        for change in self.history():
            if change.nct_id not in self._numbers:
                continue
            if self.with_contacts:
                yield change
            elif not is_of_contacts(change.field):
                old, new = cast("Json", masked(change.old)), cast("Json", masked(change.new))
                yield change._replace(old=old, new=new)

    _numbers: set[str] = field(default_factory=set, init=False)
    """Of the trials so far: some bytes each, the only thing that grows with their number."""
