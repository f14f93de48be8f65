"""A batch that is ended by a signal: nothing of it is left, no process and no half-written file."""

import os
import signal

import pytest

from scraper import batch
from scraper.imports.entries import load
from scraper.imports.paths import inputs_below
from tests.build import VEEVA
from tests.processes import MAIN, Process, done


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    (folder / "0000.txt").write_text(VEEVA)
    for number in range(1, 2000):
        (folder / f"{number:04}.txt").hardlink_to(folder / "0000.txt")
    return folder


@pytest.mark.parametrize(
    ("end", "number", "code"),
    [(os.kill, signal.SIGTERM, 143), (os.killpg, signal.SIGHUP, 129), (os.kill, signal.SIGKILL, -9)],
)
def test_no_process_and_no_half_of_a_file_is_left(end, number, code, pages, tmp_path):
    arguments = ["extract", pages, "--format", "jsonl", "--jobs", "2", "--save", tmp_path / "saved.jsonl"]
    with Process(*arguments, new_session=True) as process:
        process.stdout.readline()
        end(process.pid, number)
        # The outputs end when the last process that holds them does.
        _, err = process.rest()
        assert process.wait() == code
    assert b"Traceback" not in err
    assert number == signal.SIGKILL or list(tmp_path.iterdir()) == []


def test_a_process_that_is_killed_costs_its_page_alone(tmp_path, monkeypatch):
    for number in range(100):
        (tmp_path / f"{number:03}.txt").write_text(VEEVA)

    def killed(source):
        if source.name.endswith(("017.txt", "099.txt")):
            os.kill(os.getpid(), signal.SIGKILL)
        return load(source)

    monkeypatch.setattr(batch, "load", killed)
    pages = [*batch.run(inputs_below([str(tmp_path)]), 2)]
    assert [page.name for page in pages] == [f"{tmp_path}/{number:03}.txt" for number in range(100)]
    assert [page.name[-7:] for page in pages if page.error] == ["017.txt", "099.txt"]
    assert {page.error for page in pages if not page.record} == {
        "the process that read it died, as where memory is short"
    }


def test_a_signal_that_is_ignored_stays_so(pages, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = next(pages.iterdir())
    ignoring = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        " from scraper.cli import pages; real = pages.run;"
        " pages.run = lambda *given: (os.kill(os.getpid(), signal.SIGHUP), real(*given))[1]; "
    )
    ended = done("extract", page, code=ignoring + MAIN)
    assert ended.returncode == 0
    assert ended.stdout.startswith(b"{")
