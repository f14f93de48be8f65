"""What is given or done, as `<Type>: <name>`: `Biological: Exosome`, `Drug: No drug`."""

import re
from collections.abc import Sequence

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


def match(text: str, interventions: Sequence[Intervention]) -> str | None:
    """The name of the trial's intervention that an arm's `<Type>: <name>` points to.

    The same words win over words that are the same but for case, white space, dashes and quotes.

    Returns:
        The name as the trial spells it, or None where no intervention, or more than one, has that name.
    """
    parts = _parts(text)
    if parts is None:
        return None
    kind, name = parts
    names = [known.name for known in interventions if known.type == kind]
    if name in names:
        return name
    folded = fold(name)
    alike = {known for known in names if fold(known) == folded}
    return alike.pop() if len(alike) == 1 else None


_SEAM = re.compile(
    rf"\s*[,;|]\s*(?=(?:{'|'.join(kind.value.replace('_', ' ') for kind in InterventionType)}):)", re.IGNORECASE
)


def _parts(text: str) -> tuple[InterventionType, str] | None:
    label, _, name = text.partition(":")
    kind = intervention_type(label)
    name = name.strip()
    return (kind, name) if kind is not None and name else None
