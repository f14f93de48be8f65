"""No password reaches a message, a log, a traceback or the list of settings, in whatever form it was given."""

import json
from io import StringIO
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import TrialPagesError, UnsafeUrl
from scraper.fetch.safety import Policy
from scraper.log import logger
from scraper.masking import masked, masked_address, without_passwords_of
from scraper.settings import explain
from scraper.store.database import Database, StoreError
from tests.commands import own_home
from tests.each import each
from tests.replica import HOSTS

SECRET = "S3cret"  # noqa: S105 - a word to look for

ADDRESSES = [
    "https://user:S3cret@ctv.veeva.com/x",
    "https://user:S3cret@ctv.veeva.com:bad/x",
    "https://user:pass S3cret@ctv.veeva.com/x",
    "https://:S3cret@ctv.veeva.com/x",
    "https://user:p@S3cret@ctv.veeva.com/x",
    "https://user:p/S3cret?x#y@ctv.veeva.com/x",
    "https://user:p'S3cret\"@ctv.veeva.com/x",
    "https://user:p:S3cret@ctv.veeva.com/x",
    "https://user:p://S3cret@ctv.veeva.com/x",
    "https://ctv.veeva.com/x?password=S3cret",
    "https://ctv.veeva.com/x?a=b&PassWord=S3cret&c=d",
    "https://ctv.veeva.com/x?p%61ssword=S3cret",
    "https://ctv.veeva.com/x?sslpassword=S3cret#top",
    "https://ctv.veeva.com/x?access_token=S3cret",
    "https://ctv.veeva.com/x#access_token=S3cret",
    "https://ctv.veeva.com/password=S3cret/x",
    "https://ctv.veeva.com/x?user[password]=S3cret&a=b",
    "https://ctv.veeva.com/x?user%5Bpassword%5D=S3cret",
    "https://ctv.veeva.com/x?a.db_password=S3cret",
    "https://ctv.veeva.com/x?refreshToken=S3cret",
    "https://ctv.veeva.com/x?X-Amz-Signature=S3cret",
    "https://ctv.veeva.com/x?next=https%3A%2F%2Fuser%3AS3cret%40evil.example%2F",
    "https://ctv.veeva.com/x?next=%2Fx%3Fpassword%3DS3cret",
    "//user:S3cret@ctv.veeva.com/x",
    "https://user:S3cret@ctv.veeva.com/x?password=S3cret",
    "postgresql+psycopg://user:S3cret@host/name",
    "postgresql+psycopg://host/name?user=u&password=S3cret",
]


@each("address", ADDRESSES)
def test_a_password_is_masked_and_the_rest_stays(address):
    for shown in (masked(address), masked_address(address), masked(f"{address!r} is refused: see {address} there")):
        assert SECRET not in shown
        assert "***" in shown
        assert "host" in shown or "ctv.veeva.com" in shown


@pytest.mark.parametrize(
    "text",
    [
        "https://ctv.veeva.com/x?q=a@b",
        "https://ctv.veeva.com:8443/ is refused: it names a port of its own (8443)",
        "postgresql+psycopg://user@host/name",
        "sqlite:////home/a/store.sqlite3",
        "someone@example.org wrote: passwords = many",
        "https://ctv.veeva.com/x?next=https%3A%2F%2Fctv.veeva.com%2Fy%3Fa%3Db%40c&compass=north",
        "2 = 1 + 1, and x@y",
        "",
    ],
)
def test_what_holds_no_password_stays_as_it_is(text):
    assert masked(text) == text
    assert masked_address(text) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=4, max_size=20).map(str.strip))
def test_any_password_is_masked_in_any_spelling(password):
    password = f"zq{password}zq"
    for spelling in (password, quote(password, safe="")):
        address = f"postgresql+psycopg://user:{spelling}@host/name"
        assert masked_address(address) == "postgresql+psycopg://user:***@host/name"
        if "\n" not in spelling and "://" not in spelling:
            assert spelling not in masked(f"the store {address} cannot be used")
    address = f"postgresql://host/name?password={quote(password, safe='')}&user=u"
    assert masked_address(address) == "postgresql://host/name?password=***&user=u"


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["://", "a", ":", "@", " ", "\n", "?", "password=", "'", "1"])).map("".join)
)
def test_any_text_can_be_masked_again_and_again(text):
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ("postgresql://u:a@b:word@h/d", "invalid literal for int(): 'word@h'", "invalid literal for int(): '***@h'"),
        ("postgresql://u:S3@h/d?sslpassword=x%2Fy", "bad key: x/y, S3", "bad key: ***, ***"),
        ("postgresql://u@h/d", "role u does not exist", "role u does not exist"),
        ("postgresql://u:in@h/d", "no pin in a pin", "no pin *** a pin"),
    ],
)
def test_a_library_that_repeats_a_part_of_a_password_is_not_repeated(address, said, shown):
    assert without_passwords_of(address, said) == shown


def refusal(address: str) -> UnsafeUrl | None:
    try:
        Policy(HOSTS).check(address)
    except UnsafeUrl as refused:
        return refused
    return None


@each("address", ADDRESSES)
def test_no_error_holds_a_password(address):
    error = TrialPagesError(f"{address} did not arrive", url=address)
    assert SECRET not in f"{error} {error.args} {error!r} {error.url}"
    if address.startswith("https:"):
        refused = refusal(address)
        assert refused is None or SECRET not in f"{refused} {refused.url}"


@pytest.mark.parametrize("as_json", [True, False])
def test_no_line_of_the_log_holds_a_password(as_json):
    stream = StringIO()
    log = logger(stream, as_json=as_json)
    for address in ADDRESSES:
        log.info("exchange", url=address, because=f"broke at {address}")
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("***") >= 2 * len(ADDRESSES)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:S3cret@127.0.0.1:1/name",
        "postgresql+psycopg://127.0.0.1:1/name?user=u&password=S3cret",
        "postgresql+psycopg://127.0.0.1:1/name?sslpassword=S3cret",
        "postgresql+psycopg://127.0.0.1:1/name?p%61ssword=S3cret",
        "postgresql+psycopg://u:S3cret@127.0.0.1:1/name?sslmode=S3cret",
        "postgresql+psycopg://u:p@S3cret@127.0.0.1:1/name",
        "postgresql+psycopg://u:p@S3cret:word@host/name",
        "postgresql+psycopg://u:S3cret@host:port/name",
        "postgres://u:S3cret@host/name",
        "u:S3cret@host/name",
    ],
)
def test_a_store_that_cannot_be_used_keeps_its_password(url, cli, monkeypatch, tmp_path):
    own_home(monkeypatch, tmp_path)
    if "sslmode" not in url:
        with pytest.raises(StoreError) as caught:
            Database(url)
        assert SECRET not in str(caught.value)
    monkeypatch.setenv("TRIALPAGES_STORE", url)
    shown = {line.name: line.value for line in explain({})}["store"]
    assert isinstance(shown, str)
    assert SECRET not in shown or "sslmode" in shown
    for arguments in (["watch", "list"], ["--debug", "watch", "list"], ["--debug", "runs"], ["config"]):
        _, out, err = cli(*arguments)
        assert SECRET not in (out + err).replace("sslmode=S3cret", "")


def test_the_contact_is_shown_as_it_is_set():
    contact = "Team: someone@example.org"
    assert {line.name: line.value for line in explain({"contact": contact})}["contact"] == contact


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address.startswith("https")])
def test_no_command_repeats_the_password_of_an_address(address, cli, monkeypatch, tmp_path):
    own_home(monkeypatch, tmp_path)
    replay = tmp_path / "replay"
    replay.mkdir()
    (replay / "case.json").write_text(json.dumps({"url": "https://ctv.veeva.com/y"}))
    for arguments in (
        ["fetch", address, "--replay", replay],
        ["--debug", "fetch", address, "--replay", replay],
        ["fetch", address, "--log-json", "--replay", replay],
        ["fetch", address.replace("ctv.veeva.com", "evil.example")],
        ["fetch", address.replace("https://", "ftp://")],
        ["fetch", address.replace("https://", "//")],
        ["fetch", address.replace("https://", "https:/")],
        ["archive", "show", address],
    ):
        code, out, err = cli(*arguments)
        assert code != 0
        assert err
        assert SECRET not in out + err
