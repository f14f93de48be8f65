"""fetch, find, index, archive and config as a person meets them, against replicas of the sites on loopback."""

import json
from pathlib import Path

import pytest

from scraper import live
from scraper.fetch.archive.archive import Archive
from scraper.inputs import ENDINGS
from scraper.settings import Settings
from tests.commands import own_home
from tests.replica_sites import AGGREGATOR, LISTINGS, REGISTRY, SEARCH, SNAPSHOTS, VEEVA, Sites, case, study

CELLS = "NCT05863234"
"""A trial that all sites show."""
TITLE = "Safety Evaluation Study for Patients With Aggressive NK-cell Leukemia"
STUDY = f"{VEEVA}/safety-evaluation-study-for-patients-with-aggressive-nk-cell-leukemia"
SUMMARY = f"{AGGREGATOR}/other/{CELLS}"
LISTING = f"{LISTINGS}/239561/safety-evaluation-study-for-patients-with-aggressive-nk-cell-leukemia/"
RECORD = f"{REGISTRY}/{CELLS}"
ALL = ["ctgov/study", "inclinicaltrials/summary", "trialx/listing", "veeva/study"]


@pytest.fixture(autouse=True)
def no_pace(monkeypatch, tmp_path):
    """A home of its own, no pace, no second attempts."""
    own_home(monkeypatch, tmp_path)
    monkeypatch.setenv("TRIALPAGES_PACE", "0")
    monkeypatch.setenv("TRIALPAGES_ATTEMPTS", "1")
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def sites(monkeypatch, tmp_path):
    """The replicas, with one trial that all of them show."""
    with Sites() as replicas:
        replicas.pages[RECORD] = study(CELLS, TITLE, "NK-Cell Leukemia")
        replicas.results = [LISTING]
        replicas.reach(monkeypatch, tmp_path)
        yield replicas


def layouts(out: str) -> list[str]:
    return [f"{record['source']['site']}/{record['source']['layout']}" for record in json.loads(out)]


@pytest.mark.usefixtures("sites")
def test_a_trial_is_fetched_from_every_site_that_shows_it(cli):
    code, out, err = cli("fetch", CELLS)
    assert (code, layouts(out)) == (0, ALL)
    assert {record["trial"]["nct_id"] for record in json.loads(out)} == {CELLS}
    assert f"{CELLS}: 4 records: {', '.join(ALL)}\n" in err
    assert f"not there: {AGGREGATOR}/nk-cell-leukemia/{CELLS} does not exist (404 Not Found)\n" in err


def test_the_sites_can_be_chosen(cli, sites):
    code, out, _ = cli("fetch", CELLS.lower(), "--site", "veeva", "--site", "trialx")
    assert (code, layouts(out)) == (0, ["trialx/listing", "veeva/study"])
    assert not [url for url in sites.asked() if url.startswith(AGGREGATOR)]


def test_a_page_is_fetched_by_its_url(cli, sites):
    code, out, err = cli("fetch", STUDY, "--quiet")
    assert (code, err) == (0, "")
    assert json.loads(out)["source"]["url"] == STUDY
    assert sites.asked() == [STUDY]


@pytest.mark.parametrize(
    "page",
    [
        f"https://clinicaltrials.gov/study/{CELLS}?tab=table",
        f"https://www.clinicaltrials.gov/study/{CELLS}",
        f"https://clinicaltrials.gov/ct2/show/results/{CELLS.lower()}",
    ],
)
def test_in_place_of_a_page_of_the_registry_its_record_is_fetched(cli, sites, page):
    code, out, err = cli("fetch", page)
    assert (code, json.loads(out)["source"]["layout"]) == (0, "study")
    assert sites.asked() == [RECORD]
    assert f"instead: {page} is a page for people; its record: {RECORD}\n" in err


def test_no_other_address_of_the_registry_leads_to_a_record(cli, sites):
    code, _, err = cli("fetch", "https://www.clinicaltrials.gov/about-site")
    assert (code, sites.asked()) == (2, [])
    assert "'www.clinicaltrials.gov' is no host of a known site" in err


@pytest.mark.usefixtures("sites")
def test_a_trailing_slash_and_small_letters_are_followed(cli):
    code, out, _ = cli("fetch", LISTING.rstrip("/"), SUMMARY.replace("NCT", "nct"))
    assert code == 0
    assert [record["source"]["url"] for record in json.loads(out)] == [LISTING, SUMMARY]


@pytest.mark.usefixtures("sites")
def test_ids_and_urls_are_saved_beside_a_table(cli, tmp_path):
    code, out, _ = cli("fetch", CELLS, LISTING, "--format", "table", "--save", tmp_path / "records.jsonl")
    assert code == 0
    assert out.count(CELLS) == 5
    assert len((tmp_path / "records.jsonl").read_text().splitlines()) == 5


def test_once_a_condition_has_worked_it_is_tried_first_for_the_other_page(cli, sites):
    number = "NCT05225038"
    sites.pages[f"{REGISTRY}/{number}"] = study(number, "A Trial", "Neoplasms", "Pancreatic Cancer", "Adenocarcinoma")
    text = (SNAPSHOTS / "inclinicaltrials/NCT04953572-seed-summary/capture.txt").read_text()
    page = text.replace("NCT04953572", number).encode(), "text/plain; charset=utf-8"
    sites.pages[f"{AGGREGATOR}/pancreatic-cancer/{number}"] = page
    code, out, _ = cli("fetch", number, "--site", "inclinicaltrials")
    assert (code, layouts(out)) == (0, ["inclinicaltrials/summary", "inclinicaltrials/details"])
    assert [url for url in sites.asked() if url.startswith(AGGREGATOR)] == [
        f"{AGGREGATOR}/neoplasms/{number}",
        f"{AGGREGATOR}/pancreatic-cancer/{number}",
        f"{AGGREGATOR}/pancreatic-cancer/{number}/details",
    ]


def test_a_page_of_another_trial_under_the_right_url_is_not_the_trial(cli, sites):
    sites.pages[STUDY] = case("veeva/NCT05813925-logo-text")
    code, out, err = cli("fetch", CELLS, "--site", "veeva")
    assert (code, json.loads(out)) == (3, [])
    assert f"not there: {STUDY} shows NCT05813925, not {CELLS}\n" in err
    assert cli("fetch", CELLS)[0] == 0
    _, _, err = cli("fetch", CELLS, "--site", "veeva", "--log-json")
    (line,) = [line for line in map(json.loads, err.splitlines()) if line["event"] == "not there"]
    assert (line["error"], line["site"], line["url"]) == ("NotFound", "veeva", STUDY)


def test_a_charset_that_nobody_knows_spoils_nothing(cli, sites):
    expected = json.loads(cli("fetch", STUDY, "--no-archive")[1])["trial"]
    sites.pages[STUDY] = (sites.pages[STUDY][0], "text/html; charset=klingon")
    code, out, _ = cli("fetch", STUDY, "--no-archive")
    assert (code, json.loads(out)["trial"]) == (0, expected)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("inclinicaltrials/refused-consent-wall", "the page asks for consent and shows no trial"),
        ("veeva/refused-soft-404", "the page says that it was not found, whatever its HTTP status was"),
        ("trialx/refused-script-shell", "the page is a shell that a script would fill"),
        ("veeva/NCT05819710-most-labels-missing", "in a layout that is not known"),
    ],
)
def test_a_page_that_is_not_understood_is_told_by_its_class_and_exits_with_5(cli, sites, page, words):
    sites.pages[STUDY] = case(page)
    for wish in ([STUDY], [CELLS, "--site", "veeva"]):
        code, _, err = cli("fetch", *wish, "--quiet", "--log-json")
        (line,) = [json.loads(line) for line in err.splitlines()]
        expected = json.loads((SNAPSHOTS / page / "error.json").read_text())
        assert (code, line["error"], line["level"]) == (5, expected["error"], "error")
        assert words in line["message"] or expected["message"] in line["message"]
        assert line["message"].startswith(f"{STUDY}: ")


def test_what_one_site_refuses_others_still_give(cli, sites):
    sites.pages[STUDY] = case("inclinicaltrials/refused-consent-wall")
    code, out, err = cli("fetch", CELLS)
    assert (code, layouts(out)) == (1, ["ctgov/study", "inclinicaltrials/summary", "trialx/listing"])
    assert f"error: {STUDY}: the page asks for consent" in err
    assert "; failed at veeva\n" in err


def test_without_the_registry_the_rest_is_tried_and_it_is_said_what_could_not_be(cli, sites):
    sites.statuses[RECORD] = 500
    code, out, err = cli("fetch", CELLS)
    assert (code, layouts(out)) == (1, ["inclinicaltrials/summary", "trialx/listing"])
    assert f"error: {RECORD} did not arrive, attempts: 1, the last: 500 Internal Server Error\n" in err
    assert "error: veeva: its addresses are made of the trial's title, which only the registry tells\n" in err


def test_the_registrys_failure_is_told_though_its_record_is_not_asked_for(cli, sites):
    sites.statuses[RECORD] = 500
    code, out, err = cli("fetch", CELLS, "--site", "trialx", "--quiet")
    assert (code, layouts(out)) == (1, ["trialx/listing"])
    assert err == f"error: {RECORD} did not arrive, attempts: 1, the last: 500 Internal Server Error\n"


def test_a_trial_that_no_site_knows_exits_with_3(cli, sites):
    sites.results = []
    code, out, err = cli("fetch", "NCT00000001")
    assert (code, json.loads(out)) == (3, [])
    assert f"not there: {SEARCH}?q=NCT00000001: the search lists no trial\n" in err
    assert err.endswith("NCT00000001: 0 records; not shown by ctgov, inclinicaltrials, trialx, veeva\n")


def test_of_ten_listings_the_right_one_is_taken_and_the_rest_left_alone(cli, sites):
    wrong = [url for url in sites.pages if url.startswith(f"{LISTINGS}/") and CELLS not in url][:9]
    sites.results = [*wrong[:3], f"{LISTINGS}/search/", LISTING, LISTING, *wrong[3:]]
    code, out, err = cli("fetch", CELLS, "--site", "trialx")
    assert (code, layouts(out)) == (0, ["trialx/listing"])
    listings = [url for url in sites.asked() if url.startswith(LISTINGS)]
    assert listings[0] == f"{SEARCH}?q={CELLS}"
    assert listings[-1] == LISTING
    assert len(listings) == 5
    assert err.count(f", not {CELLS}\n") == 3


def test_no_more_than_ten_listings_are_asked_for(cli, sites):
    sites.results = [f"{LISTINGS}/{number}/a/" for number in range(1, 31)]
    assert cli("fetch", CELLS, "--site", "trialx")[0] == 3
    assert len([url for url in sites.asked() if url.startswith(LISTINGS)]) == 11


def test_a_site_that_robots_txt_closes_is_blocked_while_others_go_on(cli, sites):
    sites.robots["ctv.veeva.com"] = "User-agent: trialpages\nDisallow: /study/\n"
    code, out, err = cli("fetch", CELLS)
    assert (code, layouts(out)) == (1, [layout for layout in ALL if layout != "veeva/study"])
    assert f"error: {STUDY} is refused by the robots.txt of ctv.veeva.com: Disallow: /study/ (line 2)\n" in err
    assert STUDY not in sites.asked()
    assert cli("fetch", CELLS, "--site", "veeva")[0] == 4


def test_blocked_everywhere_exits_with_4(cli, sites):
    for host in sites.robots:
        sites.robots[host] = "User-agent: *\nDisallow: /\n"
    code, _, err = cli("fetch", CELLS)
    assert code == 4
    assert err.endswith(f"{CELLS}: 0 records; failed at ctgov, inclinicaltrials, trialx, veeva\n")


def test_a_failure_at_one_address_does_not_count_where_another_gave_the_page(cli, sites):
    sites.statuses[f"{AGGREGATOR}/nk-cell-leukemia/{CELLS}"] = 500
    code, out, err = cli("fetch", CELLS, "--site", "inclinicaltrials")
    assert (code, layouts(out)) == (0, ["inclinicaltrials/summary"])
    assert f"found elsewhere: {AGGREGATOR}/nk-cell-leukemia/{CELLS} did not arrive" in err


@pytest.mark.usefixtures("sites")
def test_several_trials_with_different_fates_exit_with_1(cli):
    assert cli("fetch", CELLS, "NCT00000001")[0] == 1


@pytest.mark.usefixtures("sites")
def test_strict_makes_issues_an_exit_code(cli):
    code, _, err = cli("fetch", STUDY, "--strict")
    assert code == 1
    assert f"issue: {STUDY}: {CELLS} page unread_label: 'Study sponsor website'" in err


def test_the_second_fetch_asks_only_whether_the_page_has_changed(cli, sites):
    first = json.loads(cli("fetch", STUDY)[1])
    second = json.loads(cli("fetch", STUDY)[1])
    assert [status for url, status in sites.requests if url == STUDY] == [200, 304]
    assert first["trial"] == second["trial"]
    assert first["source"]["sha256"] == second["source"]["sha256"]


@pytest.mark.usefixtures("sites")
def test_without_an_archive_nothing_is_kept(cli, tmp_path):
    assert cli("fetch", STUDY, "--no-archive")[0] == 0
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("sites")
def test_every_line_on_stderr_is_json_where_that_is_asked_for(cli):
    _, _, err = cli("fetch", CELLS, "--log-json")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["event"] for line in lines} == {"exchange", "issue", "not there", "summary"}


@pytest.mark.usefixtures("sites")
def test_a_disk_that_is_full_is_one_line(cli, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Archive, "append", full)
    code, _, err = cli("fetch", STUDY, "--quiet")
    assert (code, err) == (1, "error: [Errno 28] No space left on device\n")


@pytest.mark.usefixtures("sites")
def test_our_own_mistake_is_one_line_and_never_stops_the_rest(cli, monkeypatch):
    monkeypatch.setattr("scraper.discovery.page_reading.read_page", lambda _: 1 / 0)
    code, _, err = cli("fetch", STUDY, LISTING, "--quiet")
    assert code == 1
    assert err.count(": a mistake in trialpages: ZeroDivisionError: division by zero; please report it\n") == 2


def test_an_interrupt_ends_quietly(cli, monkeypatch):
    async def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scraper.cli.web.find_trial", interrupted)
    code, out, err = cli("fetch", CELLS, "--format", "jsonl")
    assert (code, out, err.strip()) == (130, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fetch"], "Missing argument"),
        (["fetch", "NCT123"], "'NCT123' is neither an NCT id nor an address that begins with https://"),
        (["fetch", "file:///etc/passwd"], "neither an NCT id nor an address"),
        (["fetch", "https://ctv.veeva.com.evil.example/study/a"], "'ctv.veeva.com.evil.example' is no host of a known"),
        (["fetch", "https://ctv.veeva.com@evil.example/study/a"], "'evil.example' is no host of a known site"),
        (["fetch", CELLS, "--site", "nowhere"], "'nowhere' is not one of"),
        (["fetch", CELLS, "--replay", "nowhere"], "'nowhere' does not exist"),
        (["fetch", CELLS, "--replay", "."], "holds neither WARC files nor snapshot cases"),
        (["fetch", CELLS, "--pace", "-1"], "the setting pace: Input should be greater than or equal to 0"),
        (["find", STUDY], "is no NCT id"),
        (["index", "nowhere"], "'nowhere' is not one of"),
        (["nothing"], "No such command 'nothing'"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(cli, arguments, words):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.usefixtures("sites")
def test_plain_http_is_refused_and_exits_with_2(cli):
    code, _, err = cli("fetch", STUDY.replace("https", "http"), "--quiet")
    assert code == 2
    assert err == f"error: {STUDY.replace('https', 'http')} is refused: only https is fetched, not http\n"


def test_find_tells_all_places_and_why_and_asks_the_registry_alone(cli, sites):
    guess = f"{AGGREGATOR}/nk-cell-leukemia/{CELLS}"
    code, out, _ = cli("find", CELLS)
    assert code == 0
    assert out.splitlines() == [
        f"ctgov            {RECORD} (the registry's own record)",
        f"inclinicaltrials {guess} (its address may hold the condition 'NK-Cell Leukemia')",
        f"inclinicaltrials {SUMMARY} (its address may hold 'other' in place of a condition)",
        f"inclinicaltrials {guess}/details (its address may hold the condition 'NK-Cell Leukemia')",
        f"inclinicaltrials {SUMMARY}/details (its address may hold 'other' in place of a condition)",
        f"trialx           {SEARCH}?q={CELLS} (the site's own search)",
        f"veeva            {STUDY} (made of the trial's title, as the site makes its addresses)",
    ]
    assert sites.asked() == [RECORD]


def test_find_without_the_registry_says_what_it_cannot_tell(cli, sites):
    sites.statuses[RECORD] = 503
    code, out, err = cli("find", CELLS, "--site", "veeva")
    assert code == 1
    assert out == "veeva            - (its addresses are made of the trial's title, which only the registry tells)\n"
    assert "the last: 503 Service Unavailable\n" in err


def test_find_with_verify_says_what_is_there(cli, sites):
    sites.statuses[STUDY] = 403
    code, out, _ = cli("find", CELLS, "--verify")
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == f"ctgov            {RECORD} (the registry's own record): shows it: ctgov/study"
    assert lines[-1].endswith(": failed: is refused by the site (403 Forbidden)")
    assert lines[1].endswith(": not there: does not exist (404 Not Found)")
    assert lines[-3:-1] == [
        f"trialx           {SEARCH}?q={CELLS} (the site's own search): searched",
        f"trialx           {LISTING} (the site's search lists it): shows it: trialx/listing",
    ]


def test_an_index_is_built_from_the_sitemaps_and_looked_up_afterwards(cli, sites):
    odd = f"{AGGREGATOR}/something-nobody-would-guess/{CELLS}"
    sites.pages[odd] = sites.pages.pop(SUMMARY)
    code, _, err = cli("index", "inclinicaltrials")
    known = len([url for url in sites.pages if url.startswith(f"{AGGREGATOR}/")])
    assert code == 0
    assert err.endswith(f"inclinicaltrials: 3 sitemaps read, 0 unchanged, {known} pages known\n")
    code, out, _ = cli("fetch", CELLS, "--site", "inclinicaltrials")
    assert (code, json.loads(out)[0]["source"]["url"]) == (0, odd)
    assert next(url for url in sites.asked() if CELLS in url and url.startswith(AGGREGATOR)) == odd


def test_a_study_of_the_same_title_is_found_by_the_index(cli, sites):
    sites.pages[f"{STUDY}-2"], sites.pages[STUDY] = sites.pages[STUDY], case("veeva/NCT05813925-logo-text")
    cli("index", "veeva", "--quiet")
    code, out, err = cli("fetch", CELLS, "--site", "veeva")
    assert (code, json.loads(out)[0]["source"]["url"]) == (0, f"{STUDY}-2")
    assert f"not there: {STUDY} shows NCT05813925" in err


def test_an_index_takes_up_where_it_stopped(cli, sites):
    sites.statuses["https://ctv.veeva.com/shard1.xml.gz"] = 500
    code, _, err = cli("index", "veeva", "--quiet")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("error: https://ctv.veeva.com/shard1.xml.gz: ")
    sites.statuses.clear()
    sites.requests.clear()
    code, _, err = cli("index", "veeva")
    assert code == 0
    assert sites.asked() == ["https://ctv.veeva.com/sitemap.xml", "https://ctv.veeva.com/shard1.xml.gz"]
    assert "veeva: 2 sitemaps read, 1 unchanged, " in err


def test_sitemaps_that_robots_txt_closes_are_left_alone(cli, sites):
    sites.robots["ctv.veeva.com"] += "Disallow: /sitemap.xml\n"
    code, _, err = cli("index", "veeva", "--quiet")
    assert code == 1
    assert "is refused by the robots.txt of ctv.veeva.com: Disallow: /sitemap.xml" in err


def test_a_site_without_sitemaps_is_told(cli, sites):
    sites.robots["ctv.veeva.com"] = ""
    code, _, err = cli("index", "veeva", "--quiet")
    assert (code, err) == (3, "error: the robots.txt of ctv.veeva.com names no sitemap\n")


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


def test_config_prints_every_setting_and_where_it_comes_from(cli, tmp_path):
    (tmp_path / "trialpages.toml").write_text("attempts = 2\nrest = 7\n")
    code, out, _ = cli("config", "--contact", "me@example.org", "--no-archive", "--log-json")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert code == 0
    assert list(rows) == list(Settings.model_fields)
    assert rows["contact"] == ["me@example.org", "flag"]
    assert rows["archive"] == ["False", "flag"]
    assert rows["log_json"] == ["True", "flag"]
    assert rows["attempts"] == ["1", "TRIALPAGES_ATTEMPTS", "in", "the", "environment"]
    assert rows["rest"] == ["7.0", "trialpages.toml"]
    assert rows["read_timeout"] == ["30.0", "default"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("rest = -1", "the setting rest: Input should be greater than or equal to 0"),
        ("colour = 1", "the setting colour: Extra inputs are not permitted"),
        ("rest = ", "the settings: Invalid value (at end of document)"),
    ],
)
def test_a_file_of_settings_that_is_wrong_is_one_error(cli, tmp_path, content, words):
    (tmp_path / "trialpages.toml").write_text(content)
    for command in (["fetch", CELLS], ["config"]):
        code, _, err = cli(*command)
        assert code == 2
        assert words in err


def test_help_names_every_command(cli):
    code, out, _ = cli("--help")
    assert code == 0
    for command in ("archive", "clean", "config", "extract", "fetch", "find", "index", "schema", "sites"):
        assert f"\n  {command} " in out


def test_the_help_of_extract_names_every_ending_that_a_folder_is_searched_for(cli):
    _, out, _ = cli("extract", "--help")
    assert [ending for ending in ENDINGS if f"{ending}," not in out and f"{ending} " not in out] == []


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
