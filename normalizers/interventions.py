"""What is given or done, as `<Type>: <name>`: `Biological: Exosome`, `Drug: No drug`."""

import re
from collections.abc import Iterable

from normalizers.phrases import intervention_type
from normalizers.text import fold
from schemas.trial import Intervention
from schemas.vocabulary import InterventionType


def intervention(text: str) -> Intervention | None:
    """The intervention, or None where no known type stands before the first colon or no name behind it."""
    parts = _parts(text)
    return None if parts is None else Intervention(type=parts[0], name=parts[1])


def split_types(text: str) -> tuple[str, ...]:
    """Several interventions in one line, each by itself: `Drug: A, Device: B`.

    A type with its colon shows where one begins; without a type in front nothing is divided.
    """
    return tuple(_SEAM.split(text)) if intervention(text) is not None else (text,)


class Names:
    """A trial's interventions by their names."""

    def __init__(self, interventions: Iterable[Intervention]) -> None:
        self._exact = {(known.type, known.name) for known in interventions}
        self._alike: dict[tuple[InterventionType, str], set[str]] | None = None  # most arms use the same words

    def match(self, text: str) -> str | None:
        """The name of the intervention that an arm's `<Type>: <name>` points to.

        The same words win over words that are the same but for case, white space, dashes and quotes.

        Returns:
            The name as the trial spells it, or None where no intervention, or more than one, has that name.
        """
        parts = _parts(text)
        if parts is None or parts in self._exact:
            return parts and parts[1]
        if self._alike is None:
            self._alike = {}
            for kind, name in self._exact:
                self._alike.setdefault((kind, fold(name)), set()).add(name)
        alike = self._alike.get((parts[0], fold(parts[1])), set())
        return next(iter(alike)) if len(alike) == 1 else None


_SEAM = re.compile(
    rf"\s*[,;|]\s*(?=(?:{'|'.join(kind.value.replace('_', ' ') for kind in InterventionType)}):)", re.IGNORECASE
)


def _parts(text: str) -> tuple[InterventionType, str] | None:
    label, _, name = text.partition(":")
    kind = intervention_type(label)
    name = name.strip()
    return (kind, name) if kind is not None and name else None
