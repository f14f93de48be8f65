"""Views for the usual questions, in SQL that SQLite and DuckDB understand alike."""

from typing import Final, NamedTuple


class View(NamedTuple):
    """A question and its answer."""

    name: str
    description: str
    query: str


VIEWS: Final = (
    View(
        "recruiting",
        "The trials that take participants now, with what one asks first.",
        "SELECT nct_id, coalesce(title, official_title) AS title, sponsor, phases, conditions, sex, minimum_age_value,"
        " minimum_age_unit, maximum_age_value, maximum_age_unit, start_date, last_updated"
        " FROM trials WHERE status = 'RECRUITING'",
    ),
    View(
        "recruiting_by_condition",
        "How many trials of each condition take participants now.",
        "SELECT condition, count(DISTINCT nct_id) AS trials FROM conditions JOIN trials USING (nct_id)"
        " WHERE status = 'RECRUITING' GROUP BY condition",
    ),
    View(
        "recruiting_by_country",
        "How many trials with places in each country take participants now.",
        "SELECT country, count(DISTINCT nct_id) AS trials FROM locations JOIN trials USING (nct_id)"
        " WHERE status = 'RECRUITING' AND country IS NOT NULL GROUP BY country",
    ),
    View(
        "criteria_text",
        "Each criterion with the trial that it is of: for searches such as `WHERE text LIKE '%insulin%'`.",
        "SELECT nct_id, coalesce(title, official_title) AS title, status, side, cohort, depth, text"
        " FROM criteria JOIN trials USING (nct_id)",
    ),
    View(
        "conflicts_by_field",
        "On which fields pages of one trial differ, and for how many trials.",
        "SELECT field, count(DISTINCT nct_id) AS trials FROM conflicts GROUP BY field",
    ),
    View(
        "pages_by_site",
        "What each site contributes: its trials, and when its newest page was fetched.",
        "SELECT site, count(DISTINCT nct_id) AS trials, max(fetched_at) AS newest FROM records GROUP BY site",
    ),
)
