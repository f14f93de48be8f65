"""One file per site: how to recognise its layouts, where the trial stands on them, and how to read it."""

from scraper.sites import ctgov, inclinicaltrials, trialx, veeva

LAYOUTS = (
    veeva.STUDY,
    inclinicaltrials.SUMMARY,
    inclinicaltrials.DETAILS,
    trialx.LISTING,
    trialx.WHITE_LABEL,
    ctgov.STUDY,
)
"""All known layouts; exactly one of them recognises a page."""
