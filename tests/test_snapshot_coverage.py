"""Which case proves what: every field of every layout and every phrase has a case, or a reason why it has none."""

import json
from pathlib import Path

import pytest

from normalizers import phrases
from scraper.cases import Case, cases
from scraper.sites import LAYOUTS
from scraper.snapshots.coverage import _PARSERS, _TABLES, coverage, known_gaps
from tests.commands import own_home

own_home = pytest.fixture(autouse=True)(own_home)

BUNDLED = Path(__file__).parents[1] / "snapshots"
SEED = BUNDLED / "veeva" / "NCT05160831-seed"
VEEVA = [layout for layout in LAYOUTS if layout.key == "veeva/study"]


@pytest.fixture
def proofs():
    """What one case proves."""
    return {proof[:2]: proof for proof in coverage([Case.load(SEED)], VEEVA, {})}


def test_every_gap_of_the_bundled_cases_is_known():
    found = coverage(cases(BUNDLED), LAYOUTS, known_gaps(BUNDLED))
    assert {proof[:2]: proof.problem for proof in found if proof.problem is not None} == {}


@pytest.mark.parametrize(
    "proven",
    [
        ("veeva/study", "status"),
        ("veeva/study", "eligibility.inclusion"),
        ("status", "unknown"),
        ("masking", "none (open label)"),
        ("intervention_type", "biological"),
        ("enrollment_type", "estimated"),
    ],
)
def test_a_case_proves_the_fields_and_the_words_that_it_shows(proven, proofs):
    if proven[0] == "enrollment_type":
        assert proofs[proven].problem == "no case proves it"  # its words stand within others
    else:
        assert proofs[proven].cases == ("veeva/NCT05160831-seed",)
        assert proofs[proven].problem is None


def test_what_no_case_shows_is_a_gap(proofs):
    assert proofs["veeva/study", "phases"].problem == "no case proves it"
    assert proofs["status", "withheld"].problem == "no case proves it"


def test_a_known_gap_is_no_problem_until_it_is_closed():
    gaps = {("status", "withheld"): "nobody has seen it", ("status", "unknown"): "nobody has seen it"}
    found = {proof[:2]: proof for proof in coverage([Case.load(SEED)], VEEVA, gaps)}
    assert found["status", "withheld"].problem is None
    assert found["status", "unknown"].problem == "veeva/NCT05160831-seed proves it: remove it from gaps.toml"


def test_a_gap_of_nothing_is_told():
    with pytest.raises(ValueError, match=r"gaps.toml: there is no 'colour' of veeva/study"):
        coverage([], VEEVA, {("veeva/study", "colour"): "x"})


def test_every_table_of_phrases_is_looked_for_under_the_name_of_who_reads_it():
    tables = [name for name, table in vars(phrases).items() if isinstance(table, phrases.Phrases)]
    assert len(tables) > 10
    for name in _TABLES:
        assert callable(getattr(phrases, name))
    assert set(_PARSERS.values()) == set(_TABLES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[[gap]", "is no TOML"),
        ('[[gap]]\nsubject = "status"\nnames = ["x"]\n', "gap.0.reason: Field required"),
        ('[[gaps]]\nsubject = "status"\n', "gaps: Extra inputs"),
        ("\udcff", "is no TOML"),
    ],
)
def test_a_bad_file_of_gaps_is_one_line(content, words, cli):
    folder = Path("snapshots")
    folder.mkdir()
    (folder / "gaps.toml").write_bytes(content.encode("utf-8", "surrogateescape"))
    code, _, err = cli("snapshot", "coverage")
    assert (code, err.count("\n")) == (1, 1)
    assert words in err


def test_the_command_says_which_case_proves_what_and_ends_with_1_where_there_are_gaps(cli, tmp_path):
    folder = tmp_path / "snapshots" / "veeva" / "seed"
    folder.mkdir(parents=True)
    for path in SEED.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    code, out, err = cli("snapshot", "coverage")
    assert code == 1
    assert "veeva/study\n" in out
    assert any(line.split() == ["sponsor", "veeva/seed"] for line in out.splitlines())
    assert "gap: veeva/study: phases: no case proves it\n" in err


def test_a_bad_case_is_named(cli, tmp_path):
    folder = tmp_path / "snapshots" / "veeva" / "bad"
    folder.mkdir(parents=True)
    (folder / "case.json").write_text(json.dumps({"why": "w"}))
    code, _, err = cli("snapshot", "coverage")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: snapshots/veeva/bad: case.json: 'made' is missing")
