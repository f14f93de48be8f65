"""Other programs that find a page's main text, each called as its documentation says; needed by benchmarks only."""

from justext import get_stoplist
from justext import justext as _justext
from lxml.html import fromstring
from readability import Document as _Readability
from trafilatura import extract as _trafilatura


def trafilatura(page: str, *, favor_recall: bool = False) -> str:
    """What trafilatura keeps, tables included."""
    return _trafilatura(page, favor_recall=favor_recall) or ""


def readability(page: str) -> str:
    """What readability-lxml keeps."""
    return "\n".join(fromstring(_Readability(page).summary()).itertext())


def justext(page: str) -> str:
    """What justext keeps of an English page."""
    paragraphs = _justext(page, get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)
