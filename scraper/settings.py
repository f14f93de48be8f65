"""The settings, and where each value comes from: a flag, the environment, a file, or the default."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from scraper.masking import masked_address
from scraper.sites import SITES

_CENTURY: Final = 36_525.0
"""Days. Later dates cannot be computed."""

_HOST: Final = re.compile(r"[^\s/:@?#]+")


class Settings(BaseSettings):
    """All settings. In the environment they are `TRIALPAGES_HOME`, `TRIALPAGES_PACE` and so on."""

    model_config = SettingsConfigDict(
        env_prefix="TRIALPAGES_",
        env_ignore_empty=True,  # an empty name of a folder would be the one that somebody happens to be in
        toml_file="trialpages.toml",
        frozen=True,
        extra="forbid",
    )

    home: Path = Field(default_factory=lambda: user_data_path("trialpages"))
    """The folder in which the program keeps everything: archive, index, store."""
    contact: str | None = Field(default=None, pattern=r"^[ -~]+$")
    """Whom a site may write to about our visits: a mail address or a web page. Part of the User-Agent."""
    hosts: Mapping[str, str] = {}
    """Further hosts and the sites they belong to, e.g. white labels: `{"trials.example.org": "trialx"}`."""
    http: bool = False
    """Whether plain http may be used."""
    archive: bool = True
    """Whether exchanges are archived. Pages name contact persons; without an archive none is kept."""
    archive_file_size: int = Field(default=1_000_000_000, ge=1)
    """Bytes beyond which the archive begins a new file."""
    log_json: bool = False
    """Whether the log is JSON lines."""

    pace: float = Field(default=1.0, ge=0)
    """Seconds from one request to a host to the next; robots.txt can ask for more."""
    attempts: int = Field(default=4, ge=1)
    """How often a page is asked for at most."""
    longest_wait: float = Field(default=120.0, ge=0)
    """Seconds that a host may ask us to wait; a host that asks for more is left alone."""
    connect_timeout: float = Field(default=10.0, gt=0)
    """Seconds to resolve a name, to connect, and to agree on TLS."""
    read_timeout: float = Field(default=30.0, gt=0)
    """Seconds of silence while an answer is awaited."""
    write_timeout: float = Field(default=10.0, gt=0)
    """Seconds in which a request must be taken."""
    pool_timeout: float = Field(default=60.0, gt=0)
    """Seconds to wait for a free connection."""
    answer_deadline: float = Field(default=60.0, gt=0)
    """Seconds from a request to the last byte of its answer."""
    page_deadline: float = Field(default=300.0, gt=0)
    """Seconds for a page: all attempts, redirects, and waits, except the queue for its host."""
    body_limit: int = Field(default=52_428_800, ge=1)
    """Bytes of a page, compressed and expanded; sitemaps may have 50 MiB."""
    rest_after: int = Field(default=5, ge=1)
    """Failures in a row after which a host is left alone for a while."""
    rest: float = Field(default=300.0, ge=0, le=_CENTURY * 86_400)
    """Seconds for which it is left alone."""

    store: str | None = None
    """The database of the store, e.g. `postgresql+psycopg://user@host/trialpages`; by default a SQLite file in the
    home."""
    every_recruiting: float = Field(default=1.0, gt=0, le=_CENTURY)
    """Days between two visits to a trial that is recruiting, or is going to."""
    every_active: float = Field(default=7.0, gt=0, le=_CENTURY)
    """Days between two visits to a trial that is active without recruiting, or whose status is not known."""
    every_ended: float = Field(default=30.0, gt=0, le=_CENTURY)
    """Days between two visits to a trial that has ended."""
    every_absent: float = Field(default=14.0, gt=0, le=_CENTURY)
    """Days until a site that does not show a trial is asked for it again, and one that shows it for further pages."""
    every_gone: float = Field(default=30.0, gt=0, le=_CENTURY)
    """Days until a site of which all pages of a trial are gone is asked for it again."""
    gone_after: int = Field(default=3, ge=1)
    """How often in a row a page must be missing to be gone."""
    retry_hours: float = Field(default=1.0, gt=0, le=_CENTURY * 24)
    """Hours after which a visit that failed is due again; they double with each further failure."""
    retry_hours_most: float = Field(default=168.0, gt=0, le=_CENTURY * 24)
    """Hours beyond which they do not grow."""
    early_hours: float = Field(default=6.0, ge=0, le=_CENTURY * 24)
    """Visits that are due within these hours are made now: a daily job would otherwise miss them by seconds."""
    lease: float = Field(default=60.0, ge=1, le=_CENTURY * 86_400)
    """Seconds after its last sign of life at which a run counts as dead, and another may begin."""
    drift_runs: int = Field(default=5, ge=1)
    """How many of the last good runs of a site a run is compared with."""
    drift_pages: int = Field(default=5, ge=1)
    """Pages on either side below which rates are not compared."""
    drift_points: float = Field(default=20.0, gt=0, le=100)
    """Percentage points that a field's fill rate may fall."""

    @field_validator("hosts")
    @classmethod
    def _name_hosts(cls, hosts: Mapping[str, str]) -> Mapping[str, str]:
        """Refuse a host or site that could never match an address."""
        for host, site in hosts.items():
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host's name, such as trials.example.org")
            if site not in SITES:
                raise ValueError(f"{site!r} is no site; there are {', '.join(SITES)}")
        return hosts

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic gives it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic gives it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before the environment before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("home")
    @classmethod
    def _expanded(cls, home: Path) -> Path:
        """A shell expands `~`, a file of settings does not."""
        try:
            return home.expanduser()
        except RuntimeError as error:
            raise ValueError(f"{home} is below the home of nobody that this computer knows") from error

    @property
    def archive_folder(self) -> Path:
        """Where the archive lies."""
        return self.home / "archive"

    @property
    def index_file(self) -> Path:
        """Where the index of pages lies."""
        return self.home / "index.sqlite3"

    @property
    def store_url(self) -> str:
        """The database of the store, as SQLAlchemy writes it."""
        if self.store is not None:
            return self.store
        return sqlite_url(self.home / "store.sqlite3")


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file, as SQLAlchemy writes it."""
    return f"sqlite:///{str(path.absolute()).replace('%', '%25').replace('?', '%3F')}"  # what addresses are read by


class Effective(NamedTuple):
    """A setting's effective value, and where that comes from."""

    name: str
    value: object
    origin: str
    """`flag`, `TRIALPAGES_PACE in the environment`, the file's name, or `default`."""


def explain(flags: Mapping[str, object]) -> list[Effective]:
    """The effective settings, each with its origin; passwords are masked.

    Args:
        flags: the settings that were given on the command line.

    Raises:
        pydantic.ValidationError: a value is not allowed, or a name is not known.
    """
    settings = Settings.model_validate(dict(flags))
    environment = EnvSettingsSource(Settings)()
    file = TomlConfigSettingsSource(Settings)()
    lines = []
    for name in Settings.model_fields:
        if name in flags:
            origin = "flag"
        elif name in environment:
            origin = f"TRIALPAGES_{name.upper()} in the environment"
        elif name in file:
            origin = str(Settings.model_config["toml_file"])
        else:
            origin = "default"
        value = getattr(settings, name)
        # What is printed ends up in logs and questions to others.
        shown = masked_address(value) if name == "store" and value else value
        lines.append(Effective(name, shown, origin))
    return lines
