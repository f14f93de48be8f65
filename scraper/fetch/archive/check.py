"""Checks an archive: reads every byte, and compares it with digests and the CDX index. Nothing is written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scraper.fetch.archive import reader, seal, warc_files
from scraper.fetch.archive.cdx_index import CdxIndex
from scraper.fetch.archive.members import BrokenSpan
from scraper.fetch.archive.reader import ArchiveReader
from scraper.fetch.archive.warc import ResponseRecord
from scraper.fetch.archive.warc_files import Damage, NotOurFile

_OWN: Final = 6
"""How many columns of an entry come from the record itself; the others can come from the one it stands for."""


def check(folder: Path) -> Iterator[Damage]:
    """Everything in an archive that is not as it was written.

    Each member of a file is compared with the digest of all its bytes, each record with the digest of its body, each
    entry of the CDX index with the record, and the CDX index's file with its seal.

    Args:
        folder: the archive's.

    Raises:
        OSError: the folder cannot be read.
    """
    known = ArchiveReader(folder)
    try:
        told = {(problem.file, problem.start) for problem in known.problems}
        yield from known.problems
        files = CdxIndex(None)
        try:
            for damage in _read(folder, files, known.query(lambda index: index.sizes())):
                if (damage.file, damage.start) not in told:
                    told.add((damage.file, damage.start))
                    yield damage
            damaged = {name for name, _ in told}
            try:
                yield from known.query(lambda index: list(_differences(index, files, damaged)))
            except (sqlite3.Error, TypeError) as error:  # TypeError: it names no file, or no place
                yield Damage(seal.INDEX_FILE, 0, f"is damaged ({error})")
        finally:
            files.close()
    finally:
        known.close()


def _read(folder: Path, files: CdxIndex, sizes: dict[str, int]) -> Iterator[Damage]:
    """Enter the files' answers in an index, and yield damage. Only what the CDX index knows is read."""
    later: list[tuple[str, ResponseRecord]] = []
    for name, size in sorted(sizes.items()):  # what is gone or refused is told
        damages: list[Damage] = []
        spans: list[BrokenSpan] = []
        try:
            with warc_files.opened(folder, name) as file:
                warc_files.expect_ours(file, name)
                answers = warc_files.answers(file, name, (0, size), damages, spans, digests=True)
                later += [(name, entry) for entry in files.enter(name, answers)]
        except NotOurFile as error:
            damages.append(reader.refused(name, error))
        yield from damages
        yield from (reader.unfinished(name, span) for span in spans)
    for name, entry in later:
        files.enter(name, [entry])


def _differences(index: CdxIndex, files: CdxIndex, damaged: set[str]) -> Iterator[Damage]:
    """Entries that differ from the files, except those of damaged files: that damage is reported already."""
    found = files.rows()
    read = next(found, None)
    for entry in index.rows():
        place = f"{entry[0]}:{entry[1]}"
        while read is not None and read[:2] < entry[:2]:
            yield Damage(seal.INDEX_FILE, 0, f"there is no entry of {read[0]}:{read[1]}")
            read = next(found, None)
        if read is None or read[:2] != entry[:2]:
            if entry[0] not in damaged:
                yield Damage(seal.INDEX_FILE, 0, f"there is an entry of {place}, where no answer is")
            continue
        is_resolved = read.body_file is not None
        if entry[:_OWN] != read[:_OWN] or (is_resolved and entry != read):
            yield Damage(seal.INDEX_FILE, 0, f"the entry of {place} is not what is there")
        read = next(found, None)
    while read is not None:
        yield Damage(seal.INDEX_FILE, 0, f"there is no entry of {read[0]}:{read[1]}")
        read = next(found, None)
