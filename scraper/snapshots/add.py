"""Make a case of a page: pruned, with made-up words in place of personal data, and what it gives as expectation."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from scraper.cases import LARGEST, About, Json
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots.comparing import differences
from scraper.snapshots.outcome import is_failure, outcome_of, written
from scraper.snapshots.personal import left, personal, replaced_in, replaced_on
from scraper.snapshots.pruning import Pruned, prune, readable, unplaced
from scraper.snapshots.refused import Refused
from scraper.snapshots.suspects import suspects


class Added(NamedTuple):
    """A case that was made."""

    folder: Path
    before: int
    """Bytes of the page as it came."""
    after: int
    """Bytes of it in the case."""
    replaced: Mapping[str, str]
    """Personal data, each with what stands in its place."""
    suspects: tuple[str, ...]
    """Words that stay and may be personal data."""


LONGEST_SLUG: Final = 60
"""Characters of a folder's name that are made of the reason: a name that still fits a line."""


def add(page: Page, why: str, root: Path, *, origin: str, site: str | None = None) -> Added:
    """Make a case of a page.

    Args:
        page: as it came.
        why: what the case protects, in one sentence.
        root: the folder of all cases.
        origin: where the page is from, in a few words.
        site: the page's, where a page that is refused does not tell it.

    Raises:
        Refused: there is such a case already, the page is too large, or personal data on it cannot be replaced.
        OSError: the case cannot be written; then nothing of it is left.
    """
    pruned = prune(page)
    _refuse_large(len(pruned.page.content))
    document = readable(pruned.page)
    by = personal(pruned.outcome, document) if document is not None else {}
    safe = _safe(pruned, by) if by else pruned
    layout, folder = _place(safe, root, why, site)
    about = About(
        why=why.strip(),
        made=_made(origin, page, safe.page, by),
        layout=layout,
        url=page.url or _address(safe.outcome),
        fetched_at=page.fetched_at,
    )
    _refuse_known(safe.page, root)
    files = {
        safe.form: safe.page.content,
        "error.json" if is_failure(safe.outcome) else "record.json": written(safe.outcome).encode(),
        "case.json": _described(about),
    }
    _refuse_large(sum(map(len, files.values())))
    _write(folder, files)
    document = readable(safe.page)
    doubtful = suspects(safe.outcome, document) if document is not None else []
    return Added(folder, len(page.content), len(safe.page.content), by, tuple(doubtful))


def _refuse_large(size: int) -> None:
    """Refuse what is larger than a case may be.

    Raises:
        Refused: see there.
    """
    if size > LARGEST:
        raise Refused(
            f"the case would hold {size:,} bytes, and at most {LARGEST:,} are allowed: save the page, shorten a long"
            " text or list of it by hand, and add that file"
        )


def _safe(pruned: Pruned, by: Mapping[str, str]) -> Pruned:
    """The page with made-up words in place of personal data, which gives the same record but for these.

    Raises:
        Refused: it does not.
    """
    form = parse(pruned.page).form
    page = replace(pruned.page, content=replaced_on(pruned.page.content, form, by))
    if still := left(parse(page), by):
        raise Refused(f"{still[0]!r} stands on the page in parts, and {_BY_HAND}")
    now = outcome_of(page)
    first = next(differences(replaced_in(unplaced(pruned.outcome), by), unplaced(now)), None)
    if first is not None:
        raise Refused(f"with made-up words for personal data the page gives another {first.path}; {_BY_HAND}")
    return pruned._replace(page=page, outcome=now)


_BY_HAND: Final = "that needs a hand: save the page, replace people's names and numbers in it, and add that file"


def _place(pruned: Pruned, root: Path, why: str, site: str | None) -> tuple[str | None, Path]:
    """The layout of a case and its folder.

    Raises:
        Refused: there is a case of that name, or nobody says which site a refused page is of.
    """
    slug = slug_of(why)
    source, trial = pruned.outcome.get("source"), pruned.outcome.get("trial")
    if isinstance(source, dict) and isinstance(trial, dict):
        layout, name = f"{source['site']}/{source['layout']}", f"{trial['nct_id']}-{slug}"
        folder = root / str(source["site"]) / name
    elif site is not None:
        layout, folder = None, root / site / f"refused-{slug}"
    else:
        raise Refused(f"the page is refused ({pruned.outcome.get('message')}); say with --site whose page it is")
    if folder.exists():
        raise Refused(f"{folder} is there already: say with --why what is special about this page, or remove that case")
    return layout, folder


def slug_of(why: str) -> str:
    """The words of a reason as a folder's name: `withdrawn-no-enrollment`.

    Raises:
        Refused: there is no letter in it.
    """
    words = re.findall(r"[a-z0-9]+", why.lower())
    slug = ""
    for word in words:
        if len(slug) + 1 + len(word) > LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    if not slug:
        raise Refused("say in --why what the case protects, in words")
    return slug


def _refuse_known(page: Page, root: Path) -> None:
    """Refuse a page that is a case's already.

    Raises:
        Refused: see there.
    """
    for path in sorted(root.glob("*/*/page.*")) + sorted(root.glob("*/*/capture.txt")):
        if path.stat().st_size == len(page.content) and path.read_bytes() == page.content:
            raise Refused(f"the page is that of {path.parent} already")


def _made(origin: str, page: Page, shorter: Page, by: Mapping[str, str]) -> str:
    parts = [origin]
    if len(shorter.content) < len(page.content):
        parts.append(f"pruned from {len(page.content):,} bytes")
    if by:
        parts.append("names, phones and addresses of people are invented")
    return "; ".join(parts)


def _address(outcome: Mapping[str, Json]) -> str | None:
    source = outcome.get("source")
    url = source.get("url") if isinstance(source, dict) else None
    return url if isinstance(url, str) else None


def _described(about: About) -> bytes:
    values = about.model_dump(mode="json")
    values = {name: value for name, value in values.items() if value is not None or name == "layout"}
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Let the folder of a case appear whole or not at all, also where two make it at once.

    Raises:
        Refused: another one made it meanwhile.
        OSError: it cannot be written; nothing of it is left.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Not where cases lie, so that nobody takes a half one for a case; the description comes last.
    made = Path(tempfile.mkdtemp(prefix=".adding-", dir=folder.parent.parent))
    try:
        made.chmod(0o777 & ~_umask())
        for name, content in files.items():
            try:
                (made / name).write_bytes(content)
            except OSError as error:  # of a full disk it does not say which file it is
                raise OSError(error.errno, error.strerror, str(folder / name)) from error
        try:
            made.rename(folder)
        except OSError as error:
            if folder.exists():
                raise Refused(f"{folder} is there already: another command made it") from error
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
