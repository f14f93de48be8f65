"""Rewrite a case's expectation from its pinned page: a person has compared it and agrees."""

from scraper.atomic_write import atomic_write
from scraper.cases import Case
from scraper.snapshots.comparing import Difference, differences
from scraper.snapshots.outcome import is_failure, outcome, written


def accept(case: Case) -> list[Difference]:
    """Rewrite a case's expectation from the form of its page that stands for it.

    Returns:
        What changed, value by value.

    Raises:
        OSError: it cannot be written, and is as it was.
    """
    new = outcome(case, case.inputs[0])
    try:
        changed = list(differences(case.expected(), new))
    except ValueError:  # what stood there is no JSON: all is new
        changed = list(differences(None, new))
    names = ("error.json", "record.json") if is_failure(new) else ("record.json", "error.json")
    with atomic_write(case.folder / names[0]) as file:
        file.write(written(new))
    (case.folder / names[1]).unlink(missing_ok=True)
    return changed
