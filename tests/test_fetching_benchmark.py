"""What can be wrong in the benchmark of fetching: pages that are not read, or not archived, and nobody sees it."""

from pathlib import Path

import pytest

from benchmarks.fetching.__main__ import bare_rate, measure, replica

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
PAGE = (SNAPSHOTS / "veeva" / "NCT05160831-seed" / "page.html").read_bytes()

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def port():
    """A replica of one page."""
    with replica([PAGE]) as port:
        yield port


def test_every_page_is_fetched_archived_and_read(port):
    run = measure("ours", port, "gzip", 20)
    assert run.complete
    assert run.rate > 0


def test_a_page_that_gives_no_record_is_seen_beside_those_that_do():
    with replica([PAGE, b"<p>no trial</p>"]) as port:
        run = measure("ours", port, "plain", 20)
    assert not run.complete
    assert run.counts == {"records": 10, "archived": 20}


def test_the_replica_sends_whole_pages(port):
    assert bare_rate(port, 3) > 0
