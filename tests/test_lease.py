"""The lease: one run at a time, whoever else comes, and nobody waits for the dead."""

import os
import socket
import subprocess
import threading
from datetime import timedelta
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from scraper.store.database import Database, StoreError
from scraper.store.lease import Lease, LeaseHeld, LeaseLost, holder
from scraper.store.tables import LEASE
from tests.nights import FIRST, Time, with_tables


class Ticking(Time):
    """Time in which seconds pass where a test says so."""

    def __init__(self):
        super().__init__()
        self.seconds = 0.0

    def monotonic(self):
        return self.seconds

    def passes(self, seconds):
        self.seconds += seconds
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def store(databases):
    with Database(databases.copy_of(with_tables)) as store:
        yield store


@pytest.fixture
def time():
    return Ticking()


def written(store):
    with store.read_transaction() as connection:
        return connection.execute(sa.select(LEASE)).one()


def held_by(store, who, seconds=60.0):
    """Enter a holder as another process would."""
    with store.write_transaction() as connection:
        connection.execute(
            LEASE.update().values(holder=who, taken_at=FIRST, expires_at=FIRST + timedelta(seconds=seconds))
        )


def test_the_second_is_told_who_runs_and_since_when(store, time):
    with Lease(store, time, 60).held(), pytest.raises(LeaseHeld) as caught, Lease(store, time, 60).held():
        pass
    assert str(caught.value) == (
        f"another run is under way, by process {os.getpid()} on {socket.gethostname()}"
        " since 2026-11-01 03:00:00 UTC; `scrape --wait` waits for its end"
    )


def test_the_holder_is_named_by_host_process_and_when_it_began():
    host, pid, began = holder().rsplit(":", 2)
    assert (host != "", int(pid), int(began) > 0) == (True, os.getpid(), True)


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_at_the_end_the_lease_is_free_whatever_the_end(store, time, error):
    try:
        with Lease(store, time, 60).held():
            if error:
                raise error
    except (RuntimeError, KeyboardInterrupt):
        pass
    with Lease(store, time, 60).held() as still_ours:
        still_ours()


def test_a_lease_that_was_let_go_of_is_free_by_a_clock_that_is_behind(store):
    ahead, behind = Ticking(), Ticking()
    ahead.at += timedelta(days=365)
    with Lease(store, ahead, 60).held():
        pass
    with Lease(store, behind, 60).held() as still_ours:
        still_ours()
    assert written(store).expires_at < FIRST


def test_the_lease_of_a_process_that_was_killed_is_taken_at_once(store, time, monkeypatch):
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as other:  # it waits, and begins quicker than Python
        with monkeypatch.context() as as_the_other:
            as_the_other.setattr(os, "getpid", lambda: other.pid)
            held_by(store, holder())
        with pytest.raises(LeaseHeld), Lease(store, time, 60).held():
            pass
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has waited for it
        with Lease(store, time, 60).held():
            assert written(store).holder == holder()


def test_a_process_that_got_a_dead_ones_number_does_not_hold_its_lease(store, time):
    host, pid, _ = holder().rsplit(":", 2)
    held_by(store, f"{host}:{pid}:1")
    with Lease(store, time, 60).held():
        assert written(store).holder == holder()


def test_of_another_computer_nothing_is_known_until_its_lease_runs_out(store, time):
    held_by(store, "elsewhere:1:1")
    time.passes(59)
    with pytest.raises(LeaseHeld, match=r"by process 1 on elsewhere since"), Lease(store, time, 60).held():
        pass
    time.passes(1)
    with Lease(store, time, 60).held():
        assert written(store).holder == holder()


@pytest.mark.parametrize(
    ("signal", "began"), [(None, "?"), (PermissionError, "?"), (ProcessLookupError, "")], ids=["ours", "alien", "none"]
)
def test_where_the_kernel_tells_nothing_a_process_is_alive_or_not(monkeypatch, signal, began):
    def no_file(*_, **__):
        raise FileNotFoundError

    def kill(_pid, _signal):
        if signal is not None:
            raise signal

    monkeypatch.setattr("builtins.open", no_file)
    monkeypatch.setattr(os, "kill", kill)
    assert holder().rsplit(":", 1)[1] == began


def test_a_holder_that_gave_no_sign_of_life_stops(store, time):
    with Lease(store, time, 60).held() as still_ours:
        time.passes(59)
        still_ours()
        time.passes(1)
        with pytest.raises(LeaseLost, match="was silent for too long, so another may have begun: it stops here"):
            still_ours()


def until(happened):
    """Wait for what another thread does."""
    deadline = monotonic() + 120
    while not happened():
        assert monotonic() < deadline
        sleep(0.002)


def lost(still_ours):
    try:
        still_ours()
    except LeaseLost:
        return True
    return False


def test_a_living_holder_renews_its_lease(store, time):
    with Lease(store, time, 0.02).held() as still_ours:
        time.passes(50)
        until(lambda: written(store).expires_at > FIRST + timedelta(seconds=50))
        until(lambda: not lost(still_ours))  # the lease is written before the holder knows
        assert written(store).taken_at == FIRST


def test_a_holder_whose_lease_another_took_stops_at_the_next_renewal(store, time):
    with Lease(store, time, 0.02).held() as still_ours:
        held_by(store, "elsewhere:1:1")
        until(lambda: lost(still_ours))
    # It is not let go of in the other's name.
    assert (written(store).holder, written(store).expires_at) == ("elsewhere:1:1", FIRST + timedelta(seconds=60))


def test_a_store_that_is_away_for_a_moment_costs_no_lease(store, time, monkeypatch):
    writing, failures = store.write_transaction, []

    def away():
        if len(failures) < 3:
            failures.append("away")
            raise StoreError("the store is away")
        return writing()

    with Lease(store, time, 0.02).held() as still_ours:
        monkeypatch.setattr(store, "write_transaction", away)
        time.passes(50)
        until(lambda: not lost(still_ours))
    assert failures == ["away"] * 3


def test_a_store_that_is_away_at_the_end_lets_the_lease_run_out(store, time, monkeypatch):
    def away():
        raise StoreError("the store is away")

    with Lease(store, time, 60).held():
        monkeypatch.setattr(store, "write_transaction", away)
    assert written(store).expires_at == FIRST + timedelta(seconds=60)


def test_of_several_who_come_at_once_one_gets_the_lease(databases, time):
    url = databases.copy_of(with_tables)
    start, end = threading.Barrier(4), threading.Barrier(4)
    outcomes = []

    def come():
        with Database(url) as own:
            start.wait()
            try:
                with Lease(own, time, 60).held():
                    outcomes.append("held")
                    end.wait()
            except LeaseHeld:
                outcomes.append("refused")
                end.wait()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", "refused", "refused", "refused"]
