"""Texts and titles that whoever reads words can spend much time or memory on."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tests.build import DETAILS, SUMMARY, TRIALX, VEEVA
from tests.hostile.markup import page

Generator = Callable[[int], bytes]

SNAPSHOTS: Final = Path(__file__).parents[2] / "snapshots"

LAYOUTS: Final = {"veeva": VEEVA, "trialx": TRIALX, "summary": SUMMARY}

LINES: Final = (
    "See also\nNCT01234567\n", "FAQs\n", "FAQs\nWhy?\n", "FAQs\nx\n", "Why?\n", "Inclusion Criteria:\n",
    "Exclusion Criteria:\n", "Inclusion criteria\n\nExclusion criteria\n\n",
    "Inclusion criteria\n\n  • Knee pain.\n\n", "Status\n", "Status\nRecruiting\n", "Status: ", "Status Recruiting\n",
    "Phase\n", "Phase 2\n", "Conditions\n\nKnee\n\n", "Description:\n", "Treatment:\nBiological: Cells\n",
    "Cells\nExperimental group\nDescription:\nx\n", "NCT number NCT04953572\n", "NCT01234567\n", "NCT01234567 ",
    "NCT0123456", "NCT{k}\n", "2013-004508-21", "ABC-1, ", "email@example.org ", "email@", "Email\n",
    "Contact Ada Byron, Prof.\n", "Ada Byron, MD, ", "+00 1 ", "1. One ", "1. One 2. Two 3. Three ", "{k}. One ",
    "1) One\n", "{k}) One\n", "  • x\n", "• x\n    • y\n", "- x\n", " - x", "- ", "-", "– ", "* ", "*", "\\*",
    "**x** ", "_", "①", "①②③ ", "a) b) c) ", "i. ii. iii. ", "(", ")", "[", "]", "[x](y) ", "((", "(x) ", "{{",
    "{{X ", "{", "}", ",", "1,", "1, ", ";", "x; ", ":", "x: ", ".", "x. ", "...", "?", "x? ", "/", "a/b", "|",
    "| x | y |\n", "| x | y |\n|---|---|\n", "|\n", "--- | ", "#", "# x\n", "##", "&", "^", "=", "<", "< ", ">= ",
    "≥", "%", "0", "1", "9.", "1 ", "18 to 70 years old ", "18 to 70 years old\n", "18 ", "years ", "40-75 years\n",
    "50 participants in 1 patient group\n", "1,000", "2020", "2020-01-01 ", "January 2010 ", "January 2010\n",
    "Phase 1/Phase 2 ", "Phase 1/", "no ", "not ", "or ", "and ", "inclusion ", "exclusion ", "Inclusion ",
    "exclusion criteria ", "criteria", "criteria: ", "cohort ", "Cohort A: x\n", "Cohort A\n", "Part 1:\n",
    "Group {k}:\n", "patients ", "Patients with ", "We use cookies ", "we ", "by using ", "sign up for ",
    "copyright ", "© ", "privacy policy ", "contact us | ", "Loading...\n", "Image\n", "Menu\n", "Read more\n",
    "Data sourced from ", "x ", "x", "X", "xY", "Xy", "word ", "A word. ", "A word.\n", "word {k}\n", "word {k}:\n",
    "Word {k}\n\n", "word\n", "x\n", "x\n\n", "\n", " \n", " ", "\t", "\xa0", "\u2028", "\u200b", "\x0b", "é", "é",
    "́", "ﬁ", "™", "²", "10^9 ", "x^2 ", "“", '"', "'", "’s ", "Step 1 ", "Powered by AI\n",
    "Details and patient eligibility\n\nAbout\n\nx\n\n", "Central trial contact\n\nAda\n\n", "404 ", "results for ",
    "1 results ", "page ", "study ", "study you ", "just a moment ", "references ", "Biological: Cells\n", "Drug: ",
    "Drug: a, Drug: b, ", "a\xad", "Ã©", "�",
)  # fmt: skip
"""What texts can be made of, again and again."""


def text(unit: str, size: int, *, before: str = "", after: str = "") -> bytes:
    """So much of one piece of text."""
    return page(unit, size, before=before, after=after, head="")


def within(layout: str, line: str, unit: str, size: int) -> bytes:
    """A layout's page with so much of a piece in place of one line."""
    before, _, after = layout.partition(f"\n{line}\n")
    return text(unit, size, before=f"{before}\n", after=f"\n{after}")


def behind(layout: str, line: str, unit: str, size: int) -> bytes:
    """A layout's page with so much of a piece behind one line."""
    before, _, after = layout.partition(f"\n{line}\n")
    return text(unit, size, before=f"{before}\n{line}\n\n", after=f"\n{after}")


def as_markup(unit: str, size: int) -> bytes:
    """The lines of a piece as paragraphs."""
    paragraphs = "".join(f"<p>{line}</p>" for line in unit.split("\n") if line.strip()) or unit
    return page(paragraphs, size)


def as_title(unit: str, size: int) -> bytes:
    """A page whose title is so much of a piece."""
    head = "<!doctype html><html><head><title>A trial "
    return page(unit, size, head=head, after="</title></head><body><h1>A trial NCT01234567</h1><p>x</p>")


def _sections(name: str) -> Mapping[str, Generator]:
    """One line of a layout again and again, for each of its lines."""
    layout = LAYOUTS[name]
    lines = dict.fromkeys(line for line in layout.split("\n")[1:-1] if line.strip())
    return {
        f"{name}: {line!r} {end!r}": partial(behind, layout, line, f"{line}{end}")
        for line in lines
        for end in ("\n", "\n\n", " ")
    }


def _snapshot(name: str, unit: str, size: int) -> bytes:
    """A bundled page with so much of a piece at the end of its body."""
    content = (SNAPSHOTS / name / "page.html").read_text()
    before, end, after = content.rpartition("</body>")
    return text(unit, size, before=before, after=end + after)


def _details(line: str, unit: str, size: int) -> bytes:
    before, _, after = DETAILS.partition(line)
    return text(unit, size, before=before + line, after=after)


_HTML_PAGES: Final = (
    "veeva/NCT02643888-sparse-observational", "trialx/NCT06570291-seed",
    "inclinicaltrials/NCT01949129-all-tables",
)  # fmt: skip

WORDS: Final[Mapping[str, Generator]] = {
    **{f"text: {unit!r}": partial(text, unit) for unit in LINES},
    **{f"paragraphs: {unit!r}": partial(as_markup, unit) for unit in LINES},
    **{f"title: {unit!r}": partial(as_title, unit) for unit in LINES},
    **{
        f"{name} {line!r}: {unit!r}": partial(within, LAYOUTS[name], line, unit)
        for name, lines in {
            "veeva": (
                "Stem Cells for Knee Pain", "A", "What it is about.", "  • Knee pain.", "Cells are given.", "SC-1",
                "Knee Osteoarthritis", "Biological: Cells", "Ada Byron, MD", "18 to 70 years old",
                "50 estimated patients",
            ),
            "trialx": ("Recruiting", "What it is about.", "  1. Knee pain.", "    Knee Osteoarthritis", "Wuxi Ltd."),
            "summary": (
                "What it is about.", "1. One 2. Two ;", "NCT number NCT04953572", "Study Design",
                "Recruiting NCT03479775 - Another trial",
            ),
        }.items()
        for line in lines
        for unit in LINES
    },
    **{key: value for name in LAYOUTS for key, value in _sections(name).items()},
    **{
        f"{name}: {unit!r}": partial(_snapshot, name, unit)
        for name in _HTML_PAGES
        for unit in ("<p>See also</p><p>NCT01234567</p>", "<p>FAQs</p>", "<p>Why?</p>", "<p>x</p>", "<h2>x</h2>")
    },
    **{
        f"details {line!r}: {unit!r}": partial(_details, line, unit)
        for line in (
            "<br>- Knee pain", "<p>More.", "<td>Completed", "<td>ABC-1", "Safety issue", "<th>State", "Collaborator",
            "Description", "<p>Home",
        )
        for unit in (
            "<br>- x", "<br>", "x ", "1, ", "<tr><td>a<td>b<td>c<td>d", "<tr><td>Primary<td>b<td>c<td>d<td>e",
            "<td>x", "<p>x</p>", "<tr><th>Status<td>x", "<tr><th>Secondary ID<td>x", "<tr><th>Eligibility<td>x",
            "<tr><td>a<td>b",
            "<tr><th>Lead Sponsor<th>Collaborator", "<tr><th>Country<th>Name<th>City<th>State",
            "<table><tr><th>Status<td>x</table>",
        )
    },
}  # fmt: skip
"""Generators by what they write."""
