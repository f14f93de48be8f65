"""Rewrite a case's expectation from its pinned page: a person has compared it and agrees."""

from scraper.atomic_write import atomic_write
from scraper.cases import Case, Json
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
        old = case.expected()
    except ValueError:  # what stood there is no JSON: all is new
        old = None
    changed = list(differences(old, new)) if old is not None else _first(new)
    names = ("error.json", "record.json") if is_failure(new) else ("record.json", "error.json")
    with atomic_write(case.folder / names[0]) as file:
        file.write(written(new))
    (case.folder / names[1]).unlink(missing_ok=True)
    return changed


def _first(new: Json) -> list[Difference]:
    """The values of a first expectation, field by field; the words on the page are beside each in `snapshot check`."""
    parts = new if isinstance(new, dict) else {}
    nothing: Json = {name: {} if isinstance(value, dict) else None for name, value in parts.items()}
    return [
        one
        for one in differences(nothing, new)
        if one.new not in (None, [], {}) and not one.path.startswith(("evidence.", "source."))
    ]
