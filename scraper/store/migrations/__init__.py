"""The store's tables through time, as Alembic migrations: `versions/` holds one file per change, oldest first.

To change the tables: change `scraper.store.tables`, then `make migration`, read what it wrote, and set `HEAD`. The
views are made anew at every upgrade: where a rule changes that they show, a migration without steps makes them follow.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from scraper.errors import TrialPagesError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0003"
"""The newest version, which the program needs."""


def upgrade(connection: sa.Connection, version: str | None) -> None:
    """Bring a database's tables up to date, within the connection's transaction.

    Args:
        connection: to the database.
        version: of the tables that are there.

    Raises:
        TrialPagesError: the tables are of a newer version of the program.
    """
    from alembic import command  # noqa: PLC0415 - slow to load, and seldom needed
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - the same

    from scraper.store.views import drop_views, make_views  # noqa: PLC0415 - they read what is opened by way of this

    settings = config()
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    if version is not None and version not in known:
        raise TrialPagesError(
            f"the store is of version {version}, which a newer trialpages made; this one knows {HEAD}: upgrade it"
        )
    settings.attributes["connection"] = connection
    drop_views(connection)  # a column that a view shows cannot be changed
    command.upgrade(settings, HEAD)
    make_views(connection)


def config() -> "Config":
    """Alembic's settings; there is no file of them."""
    from alembic.config import Config  # noqa: PLC0415 - slow to load, and seldom needed

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("path_separator", "os")
    return settings
