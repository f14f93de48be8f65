"""Reads what was fetched: in a thread, and once more where our own capture of the page is not whole."""

import asyncio
from dataclasses import replace

from scraper.errors import PageError, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext
from scraper.internal_errors import internal_error
from scraper.parse.page import Page
from scraper.pipeline import ReadPage, read_page


async def read_or_refetch(fetcher: Fetcher, url: str, page: Page, context: FetchContext) -> tuple[Page, ReadPage]:
    """Read a page; where it is our own capture and gives no whole record, fetch the site's page and read that.

    A page that broke off is archived with the validators of the whole one, so the site keeps saying that it is current.

    Args:
        fetcher: asks for the page once more.
        url: the page's, as it was asked for.
        page: as it came last.
        context: which noted how it came.

    Raises:
        TrialPagesError: as `read_in_thread` and `Fetcher.fetch` do.
    """
    is_ours = context.exchanges[-1].status == 304
    try:
        read_page = await read_in_thread(page)
        if not is_ours or read_page.truncation is None:
            return page, read_page
    except PageError:
        if not is_ours:
            raise
    page = await fetcher.fetch(url, context=replace(context, archived_since=None, unconditional=True))
    return page, await read_in_thread(page)


async def read_in_thread(page: Page) -> ReadPage:
    """A page, read off the event loop: it takes milliseconds, for which the other sites' answers need not wait.

    Raises:
        TrialPagesError: as `scraper.pipeline.read_page` does, and where the program itself is at fault.
    """

    def told() -> ReadPage:
        try:
            return read_page(page)
        except TrialPagesError:
            raise
        except Exception as error:  # here, in the thread: a StopIteration never reaches who waits for it
            raise internal_error(error, url=page.url) from error

    return await asyncio.to_thread(told)
