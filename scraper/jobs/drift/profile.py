"""What the drift guard keeps of one page."""

import json
import re
from operator import attrgetter
from typing import Final, NamedTuple

from schemas.record import IssueCode
from schemas.trial import field_names
from scraper.pipeline import ReadPage

FIELDS: Final = tuple(field_names())
"""The canonical fields that are compared, the parts of design and eligibility one by one."""

_VALUES: Final = attrgetter(*FIELDS)

_INDEX: Final = re.compile(r"\[\d+\]")
"""The index of a list's entry, as in `arms[0].type`."""


class PageProfile(NamedTuple):
    """How a page is built. Pages that are built alike have equal profiles, whatever their trials are."""

    labels: tuple[str, ...]
    """The labels that the page shows, in the layout's order."""
    filled: tuple[str, ...]
    """The canonical fields that have a value."""
    issues: tuple[str, ...]
    """The kinds of issues, sorted: field and code, as in `eligibility.inclusion untrusted` or `page unread`."""
    unread_labels: tuple[str, ...]
    """Unknown words that stand where labels stand, sorted."""

    @classmethod
    def of(cls, read_page: ReadPage) -> "PageProfile":
        """The profile of a page that was read."""
        record = read_page.record
        return cls(
            labels=read_page.labels,
            filled=tuple(
                name
                for name, value in zip(FIELDS, _VALUES(record.trial), strict=True)
                if value is not None and value != ()
            ),
            issues=tuple(
                sorted(
                    {
                        f"{_INDEX.sub('', issue.field or 'page')} {issue.code}"
                        for issue in record.issues
                        if issue.code != IssueCode.MISSING  # the guard counts empty fields itself
                    }
                )
            ),
            unread_labels=tuple(
                sorted({issue.text for issue in record.issues if issue.code == IssueCode.UNREAD_LABEL})
            ),
        )

    def to_json(self) -> str:
        """One line of JSON; equal profiles give equal lines, so that a store can group by them."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "PageProfile":
        """The profile that `to_json` wrote."""
        return cls(*map(tuple, json.loads(text)))
