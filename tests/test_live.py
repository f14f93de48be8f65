"""`make live` against replicas of the sites: what it expects, what it tells, where it is refused."""

from pathlib import Path

import pytest

from scraper import live
from tests.replica_sites import AGGREGATOR, LISTINGS, REGISTRY, SNAPSHOTS, VEEVA, case, study
from tests.web_commands import no_pace, sites

no_pace = pytest.fixture(autouse=True)(no_pace)
sites = pytest.fixture(sites)


@pytest.fixture
def known(sites):
    """The trials that `make live` looks for."""
    title = "Human Umbilical Cord Mesenchymal Stem Cells in the Treatment of Knee Osteoarthritis"
    sites.pages[f"{REGISTRY}/NCT05160831"] = study("NCT05160831", title, "Knee Osteoarthritis")
    sites.pages[f"{REGISTRY}/NCT04953572"] = study("NCT04953572", "A", "Knee Osteoarthritis")
    sites.pages[f"{REGISTRY}/NCT06570291"] = study("NCT06570291", "A", "Knee Osteoarthritis")
    slug = "human-umbilical-cord-mesenchymal-stem-cells-in-the-treatment-of-knee-osteoarthritis"
    sites.pages[f"{VEEVA}/{slug}"] = case("veeva/NCT05160831-seed")
    sites.pages[f"{AGGREGATOR}/knee-osteoarthritis/NCT04953572"] = case("inclinicaltrials/NCT04953572-seed-summary")
    sites.pages[f"{LISTINGS}/1/"] = case("trialx/NCT06570291-seed")
    sites.results = [f"{LISTINGS}/1/"]
    return sites, f"{VEEVA}/{slug}"


@pytest.mark.usefixtures("known")
def test_live_finds_what_is_expected(capsys):
    assert live.main() == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [
        ["ctgov", "study", "NCT05160831", "no"],
        ["veeva", "study", "NCT05160831", "no"],
        ["inclinicaltrials", "summary", "NCT04953572", "no"],
        ["trialx", "listing", "NCT06570291", "no"],
    ]


def test_live_tells_what_differs(known, capsys):
    sites, url = known
    text = (SNAPSHOTS / "veeva/NCT05160831-seed/capture.txt").read_text()
    changed = text.replace("\nTreatments\n", "\nTherapies\n").encode()
    sites.pages[url] = (changed, "text/plain; charset=utf-8")
    sites.pages[f"{AGGREGATOR}/knee-osteoarthritis/NCT04953572"] = case("inclinicaltrials/refused-consent-wall")
    assert live.main() == 1
    out = capsys.readouterr().out
    assert "interventions is missing" in out
    assert "a new label: 'Therapies'" in out
    assert "the layout summary was not found, but nothing" in out
    assert "the page asks for consent" in out


def test_live_is_refused_in_ci(monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    assert live.main() == 2
    assert capsys.readouterr().err == "refused: the sites are asked by people, never by CI\n"


@pytest.mark.usefixtures("known")
def test_live_tells_a_home_that_cannot_be_used_in_one_line(capsys, monkeypatch, tmp_path):
    Path(tmp_path / "file").write_text("")
    monkeypatch.setenv("TRIALPAGES_HOME", str(tmp_path / "file"))
    assert live.main() == 1
    assert capsys.readouterr().err.startswith("error: ")
