"""archive and replays of one as a person meets them, against replicas of the sites on loopback."""

import json

import pytest

from tests.replica_sites import LISTINGS, SNAPSHOTS
from tests.web_commands import CELLS, LISTING, STUDY, no_pace, sites

no_pace = pytest.fixture(autouse=True)(no_pace)
sites = pytest.fixture(sites)


def test_the_archive_lists_shows_and_checks_what_was_fetched(cli, sites):
    cli("fetch", STUDY, "--quiet")
    code, out, _ = cli("archive", "list", STUDY)
    _, status, kind, place, url = out.split()
    assert (code, status, kind, url) == (0, "200", "text/html", STUDY)
    assert place.startswith("trialpages-")
    assert cli("archive", "list")[1].count("\n") == 2
    code, out, _ = cli("archive", "show", STUDY)
    assert (code, out) == (0, sites.pages[STUDY][0].decode())
    code, _, err = cli("archive", "check")
    assert code == 0
    assert err.startswith("2 captures in ")
    assert err.endswith(", none damaged\n")


@pytest.mark.usefixtures("sites")
def test_a_page_that_was_never_fetched_is_not_in_the_archive(cli, tmp_path):
    message = f"error: {STUDY} is not in the archive at {tmp_path / 'home' / 'archive'}\n"
    assert cli("archive", "show", STUDY) == (3, "", message)
    assert cli("archive", "list") == (0, "", "")
    assert cli("archive", "check")[0] == 0
    cli("fetch", LISTING, "--quiet")
    assert cli("archive", "show", STUDY) == (3, "", message)


@pytest.mark.usefixtures("sites")
def test_damage_in_the_archive_is_told(cli, tmp_path):
    cli("fetch", STUDY, "--quiet")
    (file,) = (tmp_path / "home" / "archive").glob("*.warc.gz")
    content = bytearray(file.read_bytes())
    content[len(content) * 3 // 4] ^= 255
    file.write_bytes(content)
    code, _, err = cli("archive", "check")
    assert code == 1
    assert err.startswith(f"error: {file.name}:")
    code, _, err = cli("archive", "show", STUDY)
    assert (code, err.count("\n")) == (1, 1)


@pytest.mark.usefixtures("sites")
def test_a_damaged_cdx_index_is_one_line_and_made_anew(cli, tmp_path):
    cli("fetch", STUDY, "--quiet")
    before = cli("archive", "list")[1]
    catalogue = tmp_path / "home" / "archive" / "catalogue.sqlite3"
    catalogue.write_bytes(b"no database at all, but longer than a header would be" * 20)
    code, out, err = cli("archive", "list")
    assert (code, out, err.count("\n")) == (0, before, 1)
    assert err.startswith("archive: catalogue.sqlite3:0: it is not as it was left; the files are read")
    assert cli("archive", "check")[0] == 1
    code, _, err = cli("fetch", STUDY, "--quiet")
    assert code == 0
    assert "archive damaged" in err
    assert cli("archive", "check")[0] == 0


@pytest.mark.usefixtures("sites")
def test_a_killed_process_s_archive_is_repaired_with_a_message(cli, tmp_path):
    cli("fetch", STUDY, "--quiet")
    (file,) = (tmp_path / "home" / "archive").glob("*.warc.gz")
    size = file.stat().st_size
    with file.open("ab") as archive:
        archive.write(file.read_bytes()[:50])
    _, _, err = cli("archive", "list")
    assert (
        err == f"archive: {file.name}:{size}: the last 50 bytes are of an exchange that was never written to its end\n"
    )
    _, _, err = cli("fetch", STUDY, "--quiet")
    assert f"{file.name}: moved 50 bytes of an unfinished exchange to {file.name}.{size}.unfinished, " in err
    assert cli("archive", "check")[0] == 0


def test_a_replay_of_an_archive_works_by_the_same_urls(cli, sites, tmp_path):
    fetched = json.loads(cli("fetch", CELLS, "--quiet")[1])
    sites.requests.clear()
    code, out, _ = cli(
        "fetch", CELLS, "--quiet", "--replay", tmp_path / "home" / "archive", "--home", tmp_path / "none"
    )
    assert (code, json.loads(out)) == (0, fetched)
    assert sites.requests == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("number", "folder"),
    [
        ("NCT05160831", "veeva/NCT05160831-seed"),
        ("NCT06570291", "trialx/NCT06570291-seed"),
        ("NCT04953572", "inclinicaltrials/NCT04953572-seed-summary"),
        ("NCT01547091", "veeva/NCT01547091-unsorted-phases-three-arms"),
        ("NCT06466850", "veeva/NCT06466850-arm-named-treatment"),
    ],
)
def test_the_seed_captures_are_fetched_by_nct_id_from_a_replay(cli, number, folder):
    code, out, err = cli("fetch", number, "--replay", SNAPSHOTS, "--log-json")
    (record,) = json.loads(out)
    assert code == 0
    assert record["trial"] == json.loads((SNAPSHOTS / folder / "record.json").read_text())["trial"]
    assert record["source"]["url"] is None
    assert '"event": "exchange"' not in err


def test_a_case_that_mentions_a_trial_and_is_no_page_of_it_is_told(cli):
    code, _, err = cli("find", "NCT05887817", "--verify", "--site", "trialx", "--replay", SNAPSHOTS)
    assert (code, err) == (0, "")
    _, out, _ = cli("find", "NCT05887817", "--verify", "--site", "trialx", "--replay", SNAPSHOTS)
    shell = f"{LISTINGS}/240187/"
    assert (
        f"trialx           {shell} (a case that mentions it): not there: is no page of NCT05887817: the page is a shell"
        in out
    )
