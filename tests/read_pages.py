"""Pages that are shown night after night are read once: what is the same is read the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scraper import pipeline
from scraper.discovery import page_reading
from scraper.parse.page import Page
from scraper.pipeline import ReadPage, package_version

_PIPELINE = dict(vars(pipeline))
"""The steps of reading: where a test puts something else in place of one, each page is read each time."""


@contextmanager
def read_once() -> Iterator[None]:
    """Within, a visit does not read a page anew that another visit has read; a page that failed is read anew."""
    read: dict[tuple[object, ...], ReadPage] = {}

    def read_page(page: Page) -> ReadPage:
        if vars(pipeline) != _PIPELINE:
            return pipeline.read_page(page)
        key = (page.content, page.url, page.charset, package_version())
        if key not in read:
            read[key] = pipeline.read_page(page)
        known = read[key]
        source = known.record.source.model_copy(update={"fetched_at": page.fetched_at})
        return known._replace(record=known.record.model_copy(update={"source": source}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_reading, "read_page", read_page)
        yield
