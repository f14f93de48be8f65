"""What the head of a page says: its title and its own statement of its address."""

from selectolax.lexbor import LexborHTMLParser

from scraper.addresses import page_address
from scraper.parse.html.tags import LINK, TITLE
from scraper.parse.html.text import folded
from scraper.parse.saved_mark import saved_mark


def head(tree: LexborHTMLParser, content: bytes) -> tuple[str, str | None]:
    """The page's title, and its own statement of its address: of several the first that is one, the link's before."""
    title = ""
    links: list[str | None] = []
    shared: list[str | None] = []
    query = 'title:not(svg title), link[rel~="canonical" i], meta[property="og:url" i]'
    for node in (tree.head and tree.head.css(query)) or tree.css(query):
        if node.tag_id == TITLE:
            title = title or folded(node.text())
        elif node.tag_id == LINK:
            links.append(node.attributes.get("href"))
        else:
            shared.append(node.attributes.get("content"))
    mark = saved_mark(content)
    stated = map(page_address, (*links, *shared, mark.address if mark else None))
    return title, next((address for address in stated if address is not None), None)
