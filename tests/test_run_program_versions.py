"""What a run with another version of the program reads anew."""

import pytest

from scraper.pipeline import ReadPage, package_version, read_page
from tests.runs import BOTH, adds_up, counted, without_archive

pytestmark = pytest.mark.one_database

nights = pytest.fixture(without_archive)


@pytest.fixture
def another_version(monkeypatch):
    def change(number):
        monkeypatch.setattr("scraper.pipeline.version", lambda _: number)
        package_version.cache_clear()

    yield change
    monkeypatch.undo()
    package_version.cache_clear()


def test_another_version_of_the_program_reads_every_page_anew(nights, another_version):
    begun = nights(1, archive=True)
    begun.night(sites=BOTH)
    another_version("9.9")
    report = adds_up(begun.night(everything=True, sites=BOTH))
    assert (counted(report), report.versions) == ((1, 0, 1, 0), 0)
    assert begun.ask("SELECT package_version, count(*) FROM readings WHERE run_id = 2 GROUP BY package_version") == [
        ("9.9", 2)
    ]
    assert begun.one("SELECT package_version FROM runs WHERE id = 2") == "9.9"
    assert {status for url, status in begun.web.asked} == {304}  # what the archive has is not sent again
    begun.night(everything=True, sites=BOTH)
    assert begun.rows()["readings"] == 4


def test_what_another_version_of_the_program_reads_otherwise_is_a_change_of_the_code(
    nights, another_version, monkeypatch
):
    def otherwise(page):
        made = read_page(page)
        trial = made.record.trial.model_copy(update={"acronym": "KNEE"})
        return ReadPage(made.record.model_copy(update={"trial": trial}), made.labels)

    begun = nights(1)
    begun.night(sites=["veeva"])
    another_version("9.9")
    monkeypatch.setattr("scraper.discovery.page_reading.read_page", otherwise)
    assert begun.night(sites=["veeva"], everything=True).changes == 1
    assert begun.ask("SELECT field, cause FROM changes") == [("acronym", "code")]
