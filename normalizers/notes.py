"""Notes: the words behind each value of a trial and everything doubtful, gathered while quotes are read."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TypedDict, TypeVar

from pydantic import TypeAdapter

from normalizers import phrases
from normalizers.annotations import has_annotation
from normalizers.criteria.tree import ParsedCriteria, parse_criteria
from normalizers.criteria.wrapping import unwrap
from normalizers.text import clean, paragraphs
from schemas.extraction import CriteriaText, Passage, Prose, Quote
from schemas.record import Evidence, Issue, IssueCode

Value = TypeVar("Value")

# Many small models are made several times faster all at once than one by one.
_ISSUES = TypeAdapter(tuple[Issue, ...])
_EVIDENCE = TypeAdapter(dict[str, tuple[Evidence, ...]])


class _Issue(TypedDict):
    """An issue in the making."""

    field: str | None
    code: IssueCode
    text: str
    message: str


class _Evidence(TypedDict):
    """Evidence in the making."""

    text: str
    blocks: tuple[int, int]
    pointer: str | None
    label: str | None
    parser: str


class Notes:
    """What is noted on the way: the words behind each value, and the issues."""

    def __init__(self) -> None:
        self._issues: list[_Issue] = []
        self._evidence: dict[str, list[_Evidence]] = {}

    def issues(self) -> tuple[Issue, ...]:
        """What is doubtful, in the order in which it was noted."""
        return _ISSUES.validate_python(self._issues)

    def evidence(self) -> dict[str, tuple[Evidence, ...]]:
        """The words behind each field, by the field's path."""
        return _EVIDENCE.validate_python(self._evidence)

    def issue(self, path: str | None, code: IssueCode, text: str, message: str) -> None:
        """Note something doubtful about a field, or with None about the whole page."""
        self._issues.append({"field": path, "code": code, "text": text, "message": message})

    def not_understood(self, path: str, text: str) -> None:
        """Note words that stand for a field's value and mean nothing that is known."""
        why = phrases.vague_status(text) if path == "status" else None
        self.issue(path, IssueCode.NOT_UNDERSTOOD, text, why or "no reader of this field knows these words")

    def quote(self, path: str, quote: Quote, parser: Callable[..., object]) -> None:
        """Note the words behind a field, and who read them."""
        noted: _Evidence = {
            "text": quote.text,
            "blocks": (quote.start, quote.end),
            "pointer": quote.pointer or None,
            "label": quote.label or None,
            "parser": name_of(parser),
        }
        if path in self._evidence:
            self._evidence[path].append(noted)
        else:
            self._evidence[path] = [noted]

    def one(self, path: str, quote: Quote | None, reader: Callable[[str], Value | None]) -> Value | None:
        """The meaning of one quote. Words that mean a blank are no value and no issue."""
        if quote is None:
            return None
        value = reader(quote.text)
        if value is None:
            if phrases.blank(quote.text):
                return None
            self.not_understood(path, quote.text)
        else:
            self._remark(path, quote.text)
        self.quote(path, quote, reader)
        return value

    def _remark(self, path: str, text: str) -> None:
        """Note words that end in what a page adds to a value."""
        if has_annotation(text):
            self.issue(path, IssueCode.AMBIGUOUS, text, "a remark of the page can stand behind the value")

    def many(self, path: str, quotes: Iterable[Quote], reader: Callable[[str], Value | None]) -> tuple[Value, ...]:
        """The meanings of several quotes, without those that have none."""
        return tuple(value for quote in quotes if (value := self.one(path, quote, reader)) is not None)

    def words(self, path: str, quote: Quote | None) -> str | None:
        """Free words, cleaned of white space and escapes."""
        return self.one(path, quote, free_words)

    def all_words(self, path: str, quotes: Iterable[Quote]) -> tuple[str, ...]:
        """Free words of several quotes."""
        return self.many(path, quotes, free_words)

    def prose(self, text: Prose) -> str | None:
        """A running text as paragraphs."""
        return self.passage(text.field, text.passage, text.label)

    def passage(self, path: str, passage: Passage, label: str = "") -> str | None:
        """A passage as paragraphs, with lines that a capture has wrapped put together."""
        text = paragraphs(unwrap(passage).blocks)
        if text is None or phrases.blank(text):
            return None
        self.quote(path, _whole(passage, label), paragraphs)
        return text

    def entry_passage(self, path: str, passage: Passage) -> str | None:
        """A passage that is one value of an entry of many: a remark of the page can stand behind it."""
        if passage:
            self._remark(path, passage[-1].text)
        return self.passage(path, passage)

    def criteria(self, path: str, text: CriteriaText) -> ParsedCriteria:
        """A passage as criteria of the side that its label says."""
        if not text.passage:
            return ParsedCriteria((), (), (), ())
        self.quote(path, _whole(text.passage, text.label), parse_criteria)
        return parse_criteria(text.passage, text.side)


def free_words(text: str) -> str | None:
    """Words cleaned of white space and escapes; None where they mean a blank."""
    return None if phrases.blank(text) else clean(text)


@cache
def name_of(parser: Callable[..., object]) -> str:
    """What evidence calls a parser: `normalizers.phrases.status`."""
    if isinstance(parser, phrases.Phrases):  # a table of phrases has the name of its variable
        return next(f"{phrases.__name__}.{name}" for name, known in vars(phrases).items() if known is parser)
    return f"{parser.__module__}.{parser.__qualname__}"


def _whole(passage: Passage, label: str) -> Quote:
    """A passage's words as one quote."""
    first, last = passage[0], passage[-1]
    words = "\n".join([block.words for block in passage])
    return Quote(words, first.number, last.number + 1, first.pointer, label)
