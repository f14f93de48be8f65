"""What a person can do about a failure, by its kind."""

from typing import Final

from scraper.errors import (
    Blocked,
    ExtractError,
    FetchError,
    InternalError,
    NotATrialPage,
    NotFound,
    ObsoleteNumber,
    RecordError,
    TrialPagesError,
    Truncated,
    UnknownLayout,
    UnsafeUrl,
)

REPORT_IT: Final = "report it with the page and its traceback: trialpages runs show N --traceback"
"""Where the program itself is at fault."""

_ADVICE: tuple[tuple[type[TrialPagesError], str], ...] = (
    # the narrower kind first
    (ObsoleteNumber, "watch that one in its place: trialpages watch add {now}; trialpages watch remove {nct_id}"),
    (NotFound, "open the address: the page has moved or is gone; what was kept of it stays"),
    (Blocked, "leave the site alone for a while, ask it for permission, or visit more slowly: --pace, --contact"),
    (UnsafeUrl, "see where the address leads; if that host is a white label of the site, add it to the setting hosts"),
    (
        Truncated,
        "nothing, if it passes: it is tried again; if the site's other pages end so, too, it has renamed that line",
    ),
    (FetchError, "nothing, if it passes: it is tried again; else see whether the site is up"),
    (NotATrialPage, "open the address: the site shows something else there, such as a question for consent"),
    (UnknownLayout, "the site may have been rebuilt: compare `trialpages archive show <address>` with the layout"),
    (ExtractError, "the site may have been rebuilt: compare `trialpages archive show <address>` with the layout"),
    (InternalError, REPORT_IT),
    (RecordError, "see what the page says: `trialpages archive show <address>`; the value cannot be right as it is"),
)


def advice(error: TrialPagesError) -> str:
    """One sentence."""
    for kind, sentence in _ADVICE:
        if isinstance(error, kind):
            return sentence.format(**vars(error))
    return "report it with the page: `trialpages archive show <address>`"
