"""The log: one line per event, as text or JSON, on a stream that the caller chooses."""

import logging
from datetime import UTC, datetime
from io import StringIO
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from scraper.console.visible import visible
from scraper.masking import masked


def logger(stream: TextIO, *, as_json: bool = False, level: int = logging.INFO) -> FilteringBoundLogger:
    """A log that writes to a stream. Nothing is global, so a library call stays silent.

    Args:
        stream: usually standard error; standard output is for data.
        as_json: JSON lines in place of text.
        level: the lowest level that is written.
    """
    if as_json:
        render: Processor = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
    else:
        render = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=10)
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[structlog.processors.add_log_level, _stamp, _mask, render, _visibly],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    return log


def _stamp(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["timestamp"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return event


def _visibly(_log: WrappedLogger, _method: str, line: EventDict | str) -> str:
    """Keep what servers say in one line, and show control characters in place of sending them to a terminal."""
    return visible(str(line))


def _mask(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask the passwords in addresses."""
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}


SILENT: Final = logger(StringIO(), level=logging.CRITICAL)
"""The log of callers that gave none: it writes nothing."""
