"""fetch as a person meets it, against replicas of the sites on loopback."""

import json

import pytest

from scraper.fetch.archive.archive import Archive
from tests.replica_sites import AGGREGATOR, LISTINGS, REGISTRY, SEARCH, SNAPSHOTS, case, study
from tests.web_commands import ALL, CELLS, LISTING, RECORD, STUDY, SUMMARY, layouts, no_pace, sites

no_pace = pytest.fixture(autouse=True)(no_pace)
sites = pytest.fixture(sites)


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
