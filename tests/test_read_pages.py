"""What tests read once is what the program reads each time."""

import pytest

from scraper import pipeline
from scraper.discovery import page_reading
from scraper.errors import PageError
from scraper.parse.page import Page
from tests.build import VEEVA
from tests.nights import DAY, FIRST, veeva

PAGE = Page(VEEVA.encode(), veeva(1), FIRST)


@pytest.fixture
def readings(monkeypatch):
    """The pages that were read."""
    made = []
    read = pipeline._read
    monkeypatch.setattr("tests.read_pages._PIPELINE", vars(pipeline))
    monkeypatch.setattr(pipeline, "_read", lambda page: made.append(page) or read(page))
    return made


def test_a_page_is_read_once_and_each_time_given_as_it_would_be_read(readings):
    page = Page(VEEVA.replace("Knee", "Other knee").encode(), veeva(1), FIRST)
    later = Page(page.content, page.url, FIRST + DAY)
    assert [page_reading.read_page(page), page_reading.read_page(later)] == [
        pipeline.read_page(page),
        pipeline.read_page(later),
    ]
    assert len(readings) == 3


@pytest.mark.parametrize(
    "other",
    [Page(PAGE.content + b"\n", PAGE.url), Page(PAGE.content, veeva(2)), Page(PAGE.content, PAGE.url, charset="utf-8")],
)
def test_another_page_is_read(readings, other):
    page_reading.read_page(PAGE)
    readings.clear()
    found = page_reading.read_page(other)
    assert readings == [other]
    assert found == pipeline.read_page(other)


def test_a_page_that_failed_is_read_anew(readings):
    for _ in range(2):
        with pytest.raises(PageError):
            page_reading.read_page(Page(b"<p>no trial</p>"))
    assert len(readings) == 2


def test_where_a_step_of_reading_is_another_each_page_is_read_each_time(monkeypatch):
    page_reading.read_page(PAGE)
    monkeypatch.setattr(pipeline, "normalise", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page_reading.read_page(PAGE)
