"""Small pages for tests: the blocks of a text capture, and records of pages written on the spot."""

from normalizers.text import lines
from schemas.document import Block, Document
from schemas.record import Record
from scraper.field_rules import field_path
from scraper.parse.page import Page
from scraper.pipeline import read


def document(text: str) -> Document:
    """A text capture's blocks."""
    return Document("text", tuple(lines(text)))


def blocks(*texts: str) -> tuple[Block, ...]:
    """One line each."""
    return tuple(Block(number, "line", text) for number, text in enumerate(texts))


def record(text: str, url: str | None = None) -> Record:
    """What the whole way makes of a page."""
    found = read(Page(text.encode(), url))
    for path in (*found.evidence, *(issue.field for issue in found.issues)):
        assert path is None or field_path(path), "evidence and issues name fields of a trial"
    for issue in found.issues:
        assert not issue.message[0].isupper(), f"no phrase: {issue.message}"
    return found


VEEVA = """\
ClinicalTrials.Veeva

Menu

Stem Cells for Knee Pain

A

Army Medical University

Status and phase

Unknown
Phase 2
Phase 1

Conditions

Knee Osteoarthritis

Treatments

Biological: Cells

Study type

Interventional

Funder types

Other

Identifiers

NCT05160831
SC-1

Details and patient eligibility

About

What it is about.

Enrollment

50 estimated patients

Sex

All

Ages

18 to 70 years old

Volunteers

No Healthy Volunteers

Inclusion criteria

  • Knee pain.

Exclusion criteria

  • No knee.

Trial design

Primary purpose

Treatment

Allocation

N/A

Interventional model

Single Group Assignment

Masking

None (Open label)

50 participants in 1 patient group

Cells
Experimental group
Description:
Cells are given.
Treatment:
Biological: Cells

Trial contacts and locations

2

Loading...

Central trial contact

Ada Byron, MD

Data sourced from clinicaltrials.gov

Clinical trials

Find clinical trialsTrials by location
© Copyright 2026 Veeva Systems
"""
"""The smallest page that shows every part of a Veeva study page."""

TRIALX = """\
Image

Knee Cells in Adults

Knee Cells in Adults

Recruiting
40-75 years
All
Phase 3

Powered by AI

Overview

What it is about.

Eligibility

Inclusion Criteria:

  1. Knee pain.

Exclusion Criteria:

  1. No knee.

Study details
    Knee Osteoarthritis

NCT06570291

Wuxi Ltd.

21 July 2025

Step 1 Get in touch with the nearest study center
We have submitted the contact information you provided to the research team at {{SITE_NAME}}.
FAQs

What is a clinical trial?

A clinical trial is a study.
"""
"""The smallest listing of the TrialX layout."""

SUMMARY = """\
Clinical Trials Logo

Clinical Trial Summary

What it is about.

Clinical Trial Description

1. One 2. Two ;

Study Design

Related Conditions & MeSH terms

NCT number NCT04953572
Study type Interventional
Source Peking University Third Hospital
Contact Ada Byron, Prof.
Phone +00 1
Email ada@example.org
Status Not yet recruiting
Phase Phase 1
Start date August 1, 2021
Completion date December 2023

See also
  Status Clinical Trial Phase
Recruiting NCT03479775 - Another trial
Completed NCT06078072 - A third trial N/A
"""
"""The smallest summary page of the aggregator."""


DETAILS = """<!doctype html><title>Details</title>
<p>Home</p>
<h1>Clinical Trial Details — Status: Completed</h1>
<h2>Administrative data</h2>
<table>
<tr><th>NCT number<td>NCT02580812
<tr><th>Other study ID #<td>ABC-1
<tr><th>Secondary ID<td>2013-004508-21OA
<tr><th>Status<td>Completed
<tr><th>Phase<td>Phase 1/Phase 2
<tr><th>First received<td>
<tr><th>Last updated<td>
<tr><th>Start date<td>January 2010
<tr><th>Est. completion date<td>June 2019
</table>
<h2>Study information</h2>
<table>
<tr><th>Verified date<td>June 2019
<tr><th>Source<td>Peking University
<tr><th>Contact<td>n/a
<tr><th>Phone<td>
<tr><th>Email<td>
<tr><th>Is FDA regulated<td>No
<tr><th>Health authority<td>China: Ethics Committee
<tr><th>Study type<td>Interventional
</table>
<h2>Clinical Trial Summary</h2><p>What it is about, see NCT00000001.</p>
<h3>Description:</h3><p>More.</p>
<h2>Recruitment information / eligibility</h2>
<table>
<tr><th>Status<td>Completed
<tr><th>Enrollment<td>849
<tr><th>Est. completion date<td>June 2019
<tr><th>Est. primary completion date<td>May 2019
<tr><th>Accepts healthy volunteers<td>No
<tr><th>Gender<td>All
<tr><th>Age group<td>40 Years to 85 Years
<tr><th>Eligibility<td>Inclusion Criteria:<br><br>- Knee pain<br>- BMI = 35<br><br>Exclusion Criteria:<br><br>- No knee
</table>
<table><tr><th>Country<th>Name<th>City<th>State
<tr><td>United States<td>Mayo Clinic<td>Rochester<td>Minnesota
<tr><td>China<td>Hospital, Third<td>Beijing<td></table>
<table><tr><th>Lead Sponsor<th>Collaborator
<tr><td>Peking University Third Hospital<td>A Ltd.<br>B Ltd.</table>
<table><tr><th>Type<th>Measure<th>Description<th>Time frame<th>Safety issue
<tr><td>Primary<td>Pain<td>On a scale<td>1 year<td>No
<tr><td>Secondary<td>Function<td><td>2 years<td></table>
<h2>See also</h2><table><tr><th>Status<th>Clinical Trial<th>Phase
<tr><td>Recruiting<td>NCT03479775 - Another trial<td>N/A</table>
"""
"""A details page of the aggregator that shows every part."""


def without(page: str, *lines_to_drop: str) -> str:
    """A page without some of its lines; each must be there."""
    for line in lines_to_drop:
        assert f"\n{line}\n" in page, line
        page = page.replace(f"\n{line}\n", "\n", 1)
    return page


def with_line(page: str, after: str, *more: str) -> str:
    """A page with further blocks below one of its lines, which must be there."""
    assert f"\n{after}\n" in page, after
    return page.replace(f"\n{after}\n", "\n" + "\n\n".join([after, *more]) + "\n", 1)
