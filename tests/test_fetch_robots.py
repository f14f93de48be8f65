"""What robots.txt allows, and how long it is believed."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from scraper.errors import Blocked, FetchError
from scraper.fetch.robots import SIZE_LIMIT, Refusal, Rules
from tests.each import each
from tests.replica import PAGE, QuickClock, Replica, answer, fetcher, gzipped, redirect
from tests.work import work

URL = "https://ctv.veeva.com/study-search?q=knee"


@each(
    ("text", "refusal"),
    [
        ("", None),
        ("User-agent: *\nDisallow:\n", None),
        ("User-agent: *\nDisallow: /study-search\n", "Disallow: /study-search (line 2)"),
        ("User-agent: *\ndisallow : /study-search # no\n", "Disallow: /study-search (line 2)"),
        ("User-agent: *\nDisallow: /\nAllow: /study-search\n", None),
        ("User-agent: *\nDisallow: /\nDisallow: /*?q=\n", "Disallow: /*?q= (line 3)"),
        ("User-agent: *\nDisallow: /study-search\nAllow: /study-search\n", None),
        ("User-agent: *\nDisallow: /study-search$\n", None),
        ("User-agent: other\nDisallow: /\n", None),
        ("User-agent: trialpages\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "Disallow: / (line 2)"),
        ("User-agent: TrialPages\nAllow: /\n\nUser-agent: *\nDisallow: /\n", None),
        ("User-agent: other\nDisallow: /study\nUser-agent: *\nDisallow: /s\n", "Disallow: /s (line 4)"),
        ("User-agent: *\nDissallow: /study-search\n", "Disallow: /study-search (line 2)"),
        ("User-agent: t\nUser-agent: trial\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "Disallow: / (line 6)"),
        ("User-agent: trialpages/0.1\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "Disallow: / (line 2)"),
        ("User-agent: trialpages-2\nDisallow: /\n", None),
        ("User-agent: a\nUser-agent: *\nFoo: bar\nUser-agent: b\nDisallow: /\n", "Disallow: / (line 5)"),
        ("User-agent: *\nDisallow:\nUser-agent: b\nDisallow: /\n", None),
        ("User-agent: *\rDisallow: /s\rAllow: /x\r", "Disallow: /s (line 2)"),
        ("User-agent: *\n# \u2028Disallow: /\u2028\nAllow: /\n", None),
        ("User-agent *\nDisallow /study-search\n", "Disallow: /study-search (line 2)"),
        ("User-agent: *\nDisallow: /st%75dy-search?q%3dknee\n", "Disallow: /st%75dy-search?q%3dknee (line 2)"),
        ("User-agent: *\nDisallow: /*q=*e$\n", "Disallow: /*q=*e$ (line 2)"),
        ("User-agent: *\nDisallow: /*q=knee*e$\n", None),
    ],
)
def test_a_refusal_names_the_rule_that_decides(text, refusal):
    found = Rules(text).refusal(URL)
    assert (str(found) if found else None) == refusal


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 2.5\n", 2.5),
        ("User-agent: *\nRequest-rate: 1/10s\n", 10.0),
        ("User-agent: *\nCrawl-delay: 3\nRequest-rate: 60/1m\n", 3.0),
        ("User-agent: other\nCrawl-delay: 9\n", 0.0),
        ("User-agent: *\nCrawl-delay: 9\nCrawl-delay: 4\n", 9.0),
        ("User-agent: *\nCrawl-delay: nan\nRequest-rate: 0/5\nRequest-rate: 1/x\n", 0.0),
        (f"User-agent: *\nCrawl-delay: {'9' * 5000}\nRequest-rate: 1/{'9' * 5000}\n", 0.0),
    ],
)
def test_the_interval_between_requests_is_what_the_file_asks_for(text, seconds):
    assert Rules(text).interval == seconds


def test_the_sitemaps_are_those_the_file_names():
    rules = Rules("Sitemap: https://ctv.veeva.com/sitemap.xml\nUser-agent: *\nDisallow: /x\n")
    assert rules.sitemaps == ("https://ctv.veeva.com/sitemap.xml",)


def test_nothing_is_allowed_where_the_file_cannot_be_read():
    assert Rules.unreachable("it answers 503").refusal(URL) == Refusal("it answers 503")


def test_everything_is_allowed_where_there_is_no_file():
    assert Rules.none().refusal(URL) is None


def test_a_byte_order_mark_and_broken_characters_do_no_harm():
    refusal = Rules.of(b"\xef\xbb\xbfUser-agent: *\n# caf\xe9\nDisallow: /study-search").refusal(URL)
    assert str(refusal) == "Disallow: /study-search (line 3)"


def test_what_lies_beyond_the_size_limit_is_not_read():
    text = b"User-agent: *\n" + b"#" * (SIZE_LIMIT - 15) + b"\nDisallow: /study-search\n"
    assert Rules.of(text).refusal(URL) is None
    assert Rules.of(text[100:]).refusal(URL) is None


def test_a_rule_that_the_size_limit_cuts_in_two_is_not_read():
    text = b"User-agent: *\n" + b"#" * (SIZE_LIMIT - 30) + b"\nDisallow: /other-pages\n"
    assert Rules.of(text).refusal("https://ctv.veeva.com/o") is None


def test_a_file_that_ends_its_lines_with_carriage_returns_is_cut_at_a_whole_line():
    text = b"User-agent: *\rDisallow: /study-search\r" + b"#" * SIZE_LIMIT
    assert str(Rules.of(text).refusal(URL)) == "Disallow: /study-search (line 2)"


def test_the_file_itself_may_always_be_fetched():
    assert Rules("User-agent: *\nDisallow: /").refusal("https://ctv.veeva.com/robots.txt") is None


PATHS = st.lists(st.sampled_from(["/", "a", "b", "study", "?q=", "%2f", "%c3%bc", "ü", "%41", "index.html", "~", "&"]))
PATTERNS = st.lists(st.sampled_from(["/", "a", "b", "study", "*", "?q=", "%2F", "%C3%BC", "ü", "A", "=", "index.html"]))
RULES = st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), PATTERNS, st.sampled_from(["", "$"])), max_size=6)


@given(RULES, PATHS)
def test_the_longest_rule_decides_as_in_other_readers(rules, path):
    lines = [f"{name}: /{''.join(parts)}" for name, parts, end in rules for parts in [[*parts, end]]]
    text = "\n".join(["User-agent: *", *lines])
    url = f"https://ctv.veeva.com/{''.join(path)}"
    assert (Rules(text).refusal(url) is None) == Protego.parse(text).can_fetch(url, "trialpages")


HOSTILE = {
    # what a file of n lines looks like
    "rules of others before ours": lambda n: "User-agent: x\n" + "Disallow: /s\n" * n + "User-agent: *\nDisallow: /s",
    "the same rule again and again": lambda n: "User-agent: *\n" + "Disallow: /study\n" * n,
    "many names, many rules": lambda n: "".join(
        [*(f"User-agent: a{i}\n" for i in range(n)), "User-agent: *\n", *(f"Disallow: /{i}\n" for i in range(n))]
    ),
    "our name again and again": lambda n: "User-agent: trialpages\n" * n + "Disallow: /x\n" * n,
    "stars": lambda n: f"User-agent: *\nDisallow: /{'*s' * n}!",
    "rules of stars": lambda n: "User-agent: *\n" + "Disallow: /*s*t*u*d*y!\n" * n,
    "escapes": lambda n: f"User-agent: *\nDisallow: /{'%41ü' * n}",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_work_of_a_hostile_file_grows_with_its_size_alone(kind):
    def ask(text):
        Rules(text).refusal(f"https://ctv.veeva.com/study/{'s' * 500}")

    small, large = HOSTILE[kind](250), HOSTILE[kind](1000)
    assert work(ask, large) < 1.1 * work(ask, small) * len(large) / len(small)


def visits(script, tmp_path, *, hours: tuple[float, ...] = (0,), **settings: object):
    """Fetch the page at several times; what came of it, and how often robots.txt was asked for."""

    async def run():
        clock = QuickClock()
        results = []
        async with Replica() as site, fetcher(tmp_path, clock, **settings) as fetch:
            site.scripts["/robots.txt"] = script
            site.scripts["/round.txt"] = [redirect("/round.txt?")]
            site.scripts["/round.txt?"] = [redirect("/round.txt")]
            site.scripts["/elsewhere.txt"] = [answer(b"User-agent: *\nDisallow: /private")]
            site.scripts["/study/a"] = [answer()]
            for pause in hours:
                await clock.sleep(pause * 3600)
                try:
                    results.append((await fetch.fetch(site.url("/study/a"))).content)
                except FetchError as error:
                    results.append(type(error))
            asked = [path for path, _ in site.requests].count("/robots.txt")
        return results, asked, clock.waits

    return asyncio.run(run())


def test_robots_txt_is_asked_for_once_within_a_day(tmp_path):
    assert visits([answer(b"")], tmp_path, hours=(0, 1, 22.9))[:2] == ([PAGE] * 3, 1)


def test_robots_txt_is_asked_for_again_after_a_day(tmp_path):
    results, asked, _ = visits([answer(b""), answer(b"User-agent: *\nDisallow: /")], tmp_path, hours=(0, 24))
    assert results == [PAGE, Blocked]
    assert asked == 2


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
def test_a_robots_txt_that_is_refused_or_missing_allows_everything(status, tmp_path):
    assert visits([answer(b"", status)], tmp_path)[0] == [PAGE]


def test_a_robots_txt_that_answers_429_forbids_everything(tmp_path):
    assert visits([answer(b"", "429 Too Many Requests")], tmp_path)[0] == [Blocked]


def test_a_robots_txt_that_answers_501_forbids_everything_for_a_while(tmp_path):
    script = [answer(b"", "501 Not Implemented"), answer(b"")]
    results, asked, _ = visits(script, tmp_path, hours=(0, 0.05, 0.05))
    assert results == [Blocked, Blocked, PAGE]
    assert asked == 2


def test_a_robots_txt_that_never_arrives_is_what_is_wrong_with_the_page(tmp_path):
    assert visits([[b"HTTP", "reset"]], tmp_path)[0] == [FetchError]


@pytest.mark.parametrize(
    "script",
    [
        answer(b"#" * 3_000),
        answer(gzipped(b"#" * 3_000), Content_Encoding="gzip"),
        answer(gzipped(b"#" * 300)[:-9], Content_Encoding="gzip"),
        redirect("/round.txt"),
    ],
)
def test_a_robots_txt_of_which_nothing_can_be_made_is_asked_for_once_and_not_before_each_page(script, tmp_path):
    results, asked, _ = visits([script], tmp_path, hours=(0, 0, 0.05), body_limit=2_000, attempts=1)
    assert results == [Blocked] * 3
    assert asked == 1


def test_a_robots_txt_may_be_elsewhere(tmp_path):
    assert visits([redirect("/elsewhere.txt")], tmp_path)[0] == [PAGE]


def test_a_crawl_delay_is_waited_for(tmp_path):
    results, _, waits = visits([answer(b"User-agent: *\nCrawl-delay: 7")], tmp_path, hours=(0, 0))
    assert results == [PAGE] * 2
    assert waits == [0, 0, 7.0]


def test_two_pages_at_once_ask_for_robots_txt_once(tmp_path):
    async def run() -> int:
        async with Replica() as site, fetcher(tmp_path) as fetch:
            site.scripts["/a"] = [answer()]
            await asyncio.gather(*(fetch.fetch(site.url("/a")) for _ in range(5)))
            return [path for path, _ in site.requests].count("/robots.txt")

    assert asyncio.run(run()) == 1


def archived_visits(tmp_path, *, hours: float, first, then=None) -> tuple[object, int]:
    """What a second fetcher makes of the archive of a first, and how often it asks for robots.txt."""

    async def run():
        async with Replica() as site:
            site.scripts["/robots.txt"] = [first]
            site.scripts["/study/a"] = [answer()]
            clock = QuickClock()
            async with fetcher(tmp_path, clock, archive=True) as fetch:
                await fetch.sitemaps(site.url("/"))
            if then is not None:
                then(tmp_path)
            site.requests.clear()
            await clock.sleep(hours * 3600)
            async with fetcher(tmp_path, clock, archive=True) as fetch:
                try:
                    result: object = (await fetch.fetch(site.url("/study/a"))).content
                except Blocked as error:
                    result = str(error)
            return result, [path for path, _ in site.requests].count("/robots.txt")

    return asyncio.run(run())


def test_a_fresh_robots_txt_in_the_archive_is_believed_by_the_next_process(tmp_path):
    result, asked = archived_visits(tmp_path, hours=1, first=answer(b"User-agent: *\nDisallow: /study/"))
    assert "Disallow: /study/ (line 2)" in str(result)
    assert asked == 0


def test_a_missing_robots_txt_in_the_archive_is_believed_by_the_next_process(tmp_path):
    assert archived_visits(tmp_path, hours=1, first=answer(b"", "404 Not Found")) == (PAGE, 0)


def test_an_old_robots_txt_in_the_archive_is_asked_for_again(tmp_path):
    assert archived_visits(tmp_path, hours=24, first=answer(b"User-agent: *\nAllow: /")) == (PAGE, 1)


def test_an_archived_answer_that_is_neither_file_nor_absence_is_asked_for_again(tmp_path):
    assert archived_visits(tmp_path, hours=1, first=redirect("/study/a")) == (PAGE, 1)


@pytest.mark.parametrize(
    "first",
    [
        answer(b"no", "403 Forbidden", Cf_Mitigated="challenge"),
        answer(b"<title>Just a moment...</title>"),
        answer(b"", "304 Not Modified", Content_Length=""),
    ],
)
def test_what_was_no_robots_txt_when_it_came_is_none_for_the_next_process(first, tmp_path):
    result, asked = archived_visits(tmp_path, hours=1, first=first)
    assert "it cannot be read" in str(result)
    assert asked == 1


def test_a_damaged_robots_txt_in_the_archive_is_asked_for_again(tmp_path):
    def damage(home) -> None:
        for path in (home / "archive").glob("*.warc.gz"):
            content = path.read_bytes()
            path.write_bytes(content[:320] + b"\0" * (len(content) - 320))

    assert archived_visits(tmp_path, hours=1, first=answer(b"User-agent: *\nAllow: /"), then=damage)[1] == 1


def test_the_sitemaps_of_a_host_are_told(tmp_path):
    async def run():
        async with Replica() as site, fetcher(tmp_path) as fetch:
            site.scripts["/robots.txt"] = [answer(b"Sitemap: https://ctv.veeva.com/s.xml\n")]
            return await fetch.sitemaps(site.url("/"))

    assert asyncio.run(run()) == ("https://ctv.veeva.com/s.xml",)


def test_how_long_a_copy_is_fresh_is_what_rfc_9309_allows():
    from scraper.fetch.robots import FRESH

    assert timedelta(hours=24) == FRESH
