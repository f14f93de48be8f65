"""export as a person meets it: what goes where, what is refused, and what a failure leaves behind."""

import csv
import json
import os
import sys
from contextlib import closing

import duckdb
import openpyxl
import pytest

from schemas.consensus import Consensus
from schemas.record import Record
from scraper.exports import csv_file, formats
from scraper.exports.formats import FORMATS, format_of
from scraper.store import watch
from scraper.store.database import Database
from tests.commands import own_home
from tests.each import each
from tests.filled import empty, store
from tests.versions import TRIAL, at

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)
store = pytest.fixture(store)
empty = pytest.fixture(empty)

FILES = {one.name: f"out/all{one.endings[0]}" for one in FORMATS if one.place != "folder"}


def lines(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)))


@pytest.mark.usefixtures("store")
def test_each_format_is_written_whole_into_folders_that_are_made(cli, tmp_path):
    for name, path in FILES.items():
        code, out, err = cli("export", "--to", path, "--format", name)
        assert (code, out, err.splitlines()[-1]) == (0, "", f"1 trial written to {path}")
        assert (tmp_path / path).stat().st_size
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        {*map(os.path.basename, FILES.values())}
    )


@pytest.mark.usefixtures("store")
def test_the_ending_says_the_format(cli, tmp_path):
    for name in ("t.csv", "t.xlsx", "t.duckdb"):
        assert cli("export", "--to", name)[0] == 0
    (row,) = lines(tmp_path / "t.csv")
    assert row["nct_id"] == TRIAL
    assert row["pages"] == "trialx/listing | veeva/study"
    assert openpyxl.load_workbook(tmp_path / "t.xlsx")["trials"]["A2"].value == TRIAL
    with closing(duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True)) as database:
        assert database.execute("SELECT nct_id FROM trials").fetchall() == [(TRIAL,)]
        assert database.execute("SELECT count(*) FROM changes").fetchone() > (0,)


@pytest.mark.usefixtures("store")
def test_data_goes_to_standard_output_where_it_can(cli):
    code, out, err = cli("export", "--to", "-", "--format", "jsonl")
    assert (code, err) == (0, "")
    assert "contacts" not in json.loads(out)["trial"]
    assert Consensus.model_validate_json(out).trial.nct_id == TRIAL
    code, out, err = cli("export", "--to", "-", "--format", "csv", "--level", "page")
    assert (code, err) == (0, "")
    assert out.startswith("nct_id,page,")  # no byte order mark: it is for files
    assert [row["page"] for row in csv.DictReader(out.splitlines(keepends=True))] == ["trialx/listing", "veeva/study"]


@pytest.mark.usefixtures("store")
def test_a_level_of_pages_has_the_record_of_each(cli):
    code, out, _ = cli("export", "--to", "-", "--format", "jsonl", "--level", "page", "--with-contacts")
    assert code == 0
    records = [Record.model_validate_json(line) for line in out.splitlines()]
    assert [one.source.site for one in records] == ["trialx", "veeva"]
    assert any(one.trial.contacts for one in records)


@pytest.mark.usefixtures("store")
def test_conditions_choose_what_is_exported(cli, tmp_path):
    status = json.loads(cli("export", "--to", "-", "--format", "jsonl")[1])["trial"]["status"]
    for conditions, number in ([f"status={status}"], 1), ([f"status={status}", "title~nowhere"], 0):
        options = [word for text in conditions for word in ("--where", text)]
        code, _, err = cli("export", "--to", "t.csv", *options)
        assert (code, err) == (0, f"{number} trial{'' if number == 1 else 's'} written to t.csv\n")
        assert len(lines(tmp_path / "t.csv")) == number


@pytest.mark.usefixtures("empty")
@each(
    ("arguments", "words"),
    [
        (["--to", "t.doc"], "no format has the ending .doc: name the file .csv, .xlsx, .parquet,"),
        (["--to", "folder/"], "no format has the ending (none)"),
        (["--to", "-"], "standard output has no ending"),
        (["--to", "t.csv", "--format", "xlsx"], "t.csv has the ending of csv, and --format says xlsx"),
        (["--to", "-", "--format", "xlsx"], "xlsx cannot be written to standard output; csv, jsonl, ctgov-jsonl can"),
        (["--to", "f", "--format", "fhir", "--level", "page"], "fhir has one entry for each trial"),
        (["--to", "t.csv", "--where", "status=RECRUTING"], "status is never RECRUTING: did you mean RECRUITING"),
        (["--to", "t.csv", "--where", "staus=x"], "there is no field staus: did you mean status"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_written(arguments, words, cli, tmp_path):
    code, out, err = cli("export", *arguments)
    assert (code, out) == (2, "")
    assert words in err.replace("\n", " ")
    assert not (tmp_path / "t.csv").exists()


def test_the_store_itself_is_not_replaced(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("TRIALPAGES_STORE", f"sqlite:///{tmp_path}/store.sqlite3")
    with Database(f"sqlite:///{tmp_path}/store.sqlite3") as database:
        watch.add(database, [TRIAL], at(1))
    (tmp_path / "link.sqlite").symlink_to("store.sqlite3")
    code, out, err = cli("export", "--to", "link.sqlite")
    assert (code, out) == (2, "")
    assert "link.sqlite is the store itself: name another file" in err
    with Database(f"sqlite:///{tmp_path}/store.sqlite3") as database:
        assert [one.nct_id for one in watch.watched(database)] == [TRIAL]


@pytest.mark.usefixtures("empty")
def test_an_empty_store_is_told_and_no_file_is_made(cli, tmp_path):
    code, out, err = cli("export", "--to", "t.csv")
    assert (code, out) == (3, "")
    assert err.startswith("error: nothing is kept: ")
    assert not (tmp_path / "t.csv").exists()


@pytest.mark.usefixtures("store")
@each("name", [one.name for one in FORMATS if one.needs])
def test_a_library_that_is_not_installed_is_told_with_its_cure(name, cli):
    with pytest.MonkeyPatch.context() as patch:
        (form,) = (one for one in FORMATS if one.name == name)
        for needed in form.needs:
            patch.setitem(sys.modules, needed, None)
            patch.setitem(sys.modules, needed.partition(".")[0], None)
        code, out, err = cli("export", "--to", "made/", "--format", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {name} needs ")
    assert err.endswith(": pip install 'trialpages[export]'\n")


@pytest.mark.usefixtures("store")
@each("name", [one.name for one in FORMATS if not one.needs and one.place != "folder"])
def test_some_formats_need_no_further_library(name, cli):
    with pytest.MonkeyPatch.context() as patch:
        for needed in {needed for one in FORMATS for needed in one.needs}:
            patch.setitem(sys.modules, needed, None)
        assert cli("export", "--to", FILES[name])[0] == 0


@pytest.mark.usefixtures("store")
def test_what_fails_in_the_middle_leaves_the_old_file_and_nothing_else(cli, tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("old")
    before = sorted(tmp_path.iterdir())

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_file.Rows, "add", fail)
    code, out, err = cli("export", "--to", "t.csv")
    assert (code, out, err) == (1, "", "error: t.csv cannot be written: No space left on device\n")
    assert (tmp_path / "t.csv").read_text() == "old"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("store")
def test_one_trial_that_cannot_be_expressed_is_an_exit_code(cli, tmp_path, monkeypatch):
    def fail(*_):
        raise formats.Inexpressible("it has no end")

    monkeypatch.setattr(csv_file.Rows, "of", fail)
    code, _, err = cli("export", "--to", "t.csv")
    assert (code, err) == (1, f"warning: {TRIAL} is left out: it has no end\n0 trials written to t.csv\n")
    assert lines(tmp_path / "t.csv") == []


@pytest.mark.usefixtures("store")
def test_a_trial_of_which_no_consensus_can_be_made_is_left_out(cli, tmp_path, monkeypatch):
    def fail(_):
        raise KeyError("a field")

    monkeypatch.setattr("scraper.store.trials.joined", fail)
    code, _, err = cli("export", "--to", "t.csv")
    assert code == 1
    assert err.startswith(f"warning: {TRIAL} is left out: a mistake in trialpages: KeyError: 'a field'")
    assert lines(tmp_path / "t.csv") == []


@each(
    ("to", "name", "found"),
    [
        ("a.CSV", None, "csv"),
        ("a.b/c.sqlite3", None, "sqlite"),
        ("a.parquet", None, "parquet"),
        ("a.parquet", "parquet-flat", "parquet-flat"),
        ("a.db", "sqlite", "sqlite"),
        ("a.txt", "csv", "csv"),
        ("-", "csv", "csv"),
        ("fhir", "fhir", "fhir"),
    ],
)
def test_a_format_is_found_by_its_name_or_by_the_ending(to, name, found):
    assert format_of(to, name).name == found


FOLDERS = [one.name for one in FORMATS if one.place == "folder"]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_gets_a_file_for_each_trial(cli, tmp_path, name):
    code, out, err = cli("export", "--to", "out/deep", "--format", name)
    assert (code, out, err.splitlines()[-1]) == (0, "", "1 trial written to out/deep")
    assert [path for path in (tmp_path / "out" / "deep").iterdir() if TRIAL in path.name]
    assert all(json.loads(path.read_text()) for path in (tmp_path / "out" / "deep").iterdir())


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_where_a_folder_should_be_is_one_line(cli, tmp_path, name):
    (tmp_path / "out").write_text("mine")
    code, _, err = cli("export", "--to", "out", "--format", name)
    assert (code, len(err.splitlines())) == (1, 1)
    assert err == "error: out cannot be written: out is there, and no folder\n"
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.usefixtures("store")
def test_a_file_where_a_folder_above_should_be_is_one_line(cli, tmp_path):
    (tmp_path / "out").write_text("mine")
    code, _, err = cli("export", "--to", "out/t.csv")
    assert (code, len(err.splitlines())) == (1, 1)
    assert err.endswith("out is there, and no folder\n")


@pytest.mark.usefixtures("empty")
def test_each_ending_is_named_once_where_none_is_known(cli):
    _, _, err = cli("export", "--to", "t.doc")
    assert err.count(".parquet") == err.count(".jsonl") == 1


@pytest.mark.usefixtures("store")
def test_the_registry_s_shape_is_read_again_by_extract(cli):
    cli("export", "--to", "out", "--format", "ctgov")
    code, out, _ = cli("extract", "out", "--format", "jsonl")
    assert (code, json.loads(out)["trial"]["nct_id"]) == (0, TRIAL)
