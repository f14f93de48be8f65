"""Command lines against replicas of the sites on loopback: a trial that all of them show."""

import json

from tests.commands import own_home
from tests.replica_sites import AGGREGATOR, LISTINGS, REGISTRY, VEEVA, Sites, study

CELLS = "NCT05863234"
"""A trial that all sites show."""
TITLE = "Safety Evaluation Study for Patients With Aggressive NK-cell Leukemia"
STUDY = f"{VEEVA}/safety-evaluation-study-for-patients-with-aggressive-nk-cell-leukemia"
SUMMARY = f"{AGGREGATOR}/other/{CELLS}"
LISTING = f"{LISTINGS}/239561/safety-evaluation-study-for-patients-with-aggressive-nk-cell-leukemia/"
RECORD = f"{REGISTRY}/{CELLS}"
ALL = ["ctgov/study", "inclinicaltrials/summary", "trialx/listing", "veeva/study"]


def no_pace(monkeypatch, tmp_path):
    """A home of its own, no pace, no second attempts."""
    own_home(monkeypatch, tmp_path)
    monkeypatch.setenv("TRIALPAGES_PACE", "0")
    monkeypatch.setenv("TRIALPAGES_ATTEMPTS", "1")
    monkeypatch.delenv("CI", raising=False)


def sites(monkeypatch, tmp_path):
    """The replicas, with one trial that all of them show."""
    with Sites() as replicas:
        replicas.pages[RECORD] = study(CELLS, TITLE, "NK-Cell Leukemia")
        replicas.results = [LISTING]
        replicas.reach(monkeypatch, tmp_path)
        yield replicas


def layouts(out: str) -> list[str]:
    return [f"{record['source']['site']}/{record['source']['layout']}" for record in json.loads(out)]
