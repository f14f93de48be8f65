"""What clean pages are written from and on: a registry record with its texts, and a sheet of blocks."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from normalizers.text import lines
from schemas.document import Block, Kind
from schemas.record import Record
from schemas.trial import Trial
from scraper.parse.page import Page
from scraper.pipeline import read
from tests.mutations.clean_words import date_words


class Study(NamedTuple):
    """A registry record: as it is read, and its texts as they are written there."""

    trial: Trial
    summary: str
    description: str
    criteria: str
    verified: str


class Sheet:
    """Blocks of a page, written one after the other."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def add(self, kind: Kind, text: str, *, depth: int = 0, marker: str = "", cells: Sequence[str] = ()) -> None:
        words = " ".join(text.split())
        if words or cells:
            self.blocks.append(Block(len(self.blocks), kind, words, depth, marker, tuple(cells)))

    def heading(self, text: str, level: int = 2) -> None:
        self.add("heading", text, depth=level)

    def lines(self, *texts: str) -> None:
        for text in texts:
            self.add("line", text)

    def labelled(self, name: str, *values: str | None) -> None:
        """A label with its values; nothing where there are none."""
        shown = [value for value in values if value]
        if shown:
            self.heading(name, 3)
            self.lines(*shown)

    def prose(self, text: str) -> None:
        for block in lines(text):
            self.add(block.kind, block.text, depth=block.depth, marker=_MARKERS.get(block.marker, block.marker))

    def row(self, *cells: str | None) -> None:
        shown = [cell or "" for cell in cells]
        self.add("row", " ".join(" ".join(shown).split()), cells=shown)


_MARKERS = {"*": "•", "-": "•"}
"""A registry text writes its bullets so; a page shows them as bullets."""


def study(record: bytes) -> Study:
    """A record of the registry's API."""
    found: Record = read(Page(record))
    protocol: dict[str, Any] = json.loads(record)["protocolSection"]
    description = protocol.get("descriptionModule", {})
    return Study(
        trial=found.trial,
        summary=description.get("briefSummary", ""),
        description=description.get("detailedDescription", ""),
        criteria=protocol.get("eligibilityModule", {}).get("eligibilityCriteria", ""),
        verified=date_words(protocol.get("statusModule", {}).get("statusVerifiedDate")),
    )
