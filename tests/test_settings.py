"""Settings: where each value comes from."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scraper.settings import Settings, explain
from tests.each import each


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty working folder and environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRIALPAGES_{name.upper()}", raising=False)


def origin(name: str, **flags: object) -> tuple[object, str]:
    (found,) = [line for line in explain(flags) if line.name == name]
    return found.value, found.origin


def test_without_anything_set_the_defaults_are_in_force():
    assert origin("pace") == (1.0, "default")
    assert origin("home")[1] == "default"
    assert Settings().home.name == "trialpages"


def test_the_file_beats_the_default(tmp_path):
    (tmp_path / "trialpages.toml").write_text("pace = 2.5\n")
    assert origin("pace") == (2.5, "trialpages.toml")


def test_the_environment_beats_the_file(tmp_path, monkeypatch):
    (tmp_path / "trialpages.toml").write_text("pace = 2.5\n")
    monkeypatch.setenv("TRIALPAGES_PACE", "3")
    assert origin("pace") == (3.0, "TRIALPAGES_PACE in the environment")


def test_a_flag_beats_the_environment(monkeypatch):
    monkeypatch.setenv("TRIALPAGES_PACE", "3")
    assert origin("pace", pace=4) == (4.0, "flag")


def test_every_setting_is_explained_once():
    assert [line.name for line in explain({})] == list(Settings.model_fields)


def test_white_labels_are_set_in_the_file(tmp_path):
    (tmp_path / "trialpages.toml").write_text('[hosts]\n"bereflected.org" = "trialx"\n')
    assert Settings().hosts == {"bereflected.org": "trialx"}


def test_white_labels_are_set_in_the_environment(monkeypatch):
    monkeypatch.setenv("TRIALPAGES_HOSTS", '{"bereflected.org": "trialx"}')
    assert Settings().hosts == {"bereflected.org": "trialx"}


def test_everything_that_is_kept_lies_in_one_home(monkeypatch):
    monkeypatch.setenv("TRIALPAGES_HOME", "/srv/trials")
    settings = Settings()
    assert settings.archive_folder == Path("/srv/trials/archive")
    assert settings.index_file == Path("/srv/trials/index.sqlite3")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pace", -1),
        ("attempts", 0),
        ("contact", "two\nlines"),
        ("contact", ""),
        ("body_limit", "much"),
        ("no_such_setting", 1),
        ("hosts", {"https://trials.example.org": "trialx"}),
        ("hosts", {"trials.example.org:8443": "trialx"}),
        ("hosts", {"": "trialx"}),
        ("hosts", {"trials.example.org": "trialy"}),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(name, value):
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


DATED = [name for name in Settings.model_fields if name.startswith(("every_", "retry_", "early_"))] + ["lease", "rest"]


@each("name", DATED)
@each("value", ["inf", "1e300", "1e12", "nan"])
def test_what_no_date_can_say_is_refused(name, value):
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


@pytest.mark.parametrize("name", DATED)
def test_a_lifetime_can_be_dated(name):
    days = 80 * 365
    value = days if name.startswith("every_") else days * 86_400 if name in {"lease", "rest"} else days * 24
    assert getattr(Settings.model_validate({name: value}), name) == value


def test_an_unknown_name_in_the_file_is_refused(tmp_path):
    (tmp_path / "trialpages.toml").write_text("pases = 1\n")
    with pytest.raises(ValidationError, match="pases"):
        Settings()


def test_the_password_of_the_store_is_not_printed(monkeypatch):
    monkeypatch.setenv("TRIALPAGES_STORE", "postgresql+psycopg://us:s3:c/r@et@db.example.org/trials")
    value = next(line.value for line in explain({}) if line.name == "store")
    assert value == "postgresql+psycopg://us:***@db.example.org/trials"
