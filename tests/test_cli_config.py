"""config and help as a person meets them."""

import pytest

from scraper.imports.folders import ENDINGS
from scraper.settings import Settings
from tests.web_commands import CELLS, no_pace

no_pace = pytest.fixture(autouse=True)(no_pace)


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
