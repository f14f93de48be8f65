"""One file per site: how to recognise its layouts, where the trial stands on them, and how to read it."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas.vocabulary import Site
from scraper.layouts.candidate_urls import Places
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

PLACES: Mapping[Site, Places] = MappingProxyType(
    {
        Site.CTGOV: ctgov.places,
        Site.VEEVA: veeva.places,
        Site.INCLINICALTRIALS: inclinicaltrials.places,
        Site.TRIALX: trialx.places,
    }
)
"""Where each site's pages of a trial may be; the registry first, since the others need what it tells."""

HOSTS: Mapping[str, str] = MappingProxyType({host: layout.site for layout in LAYOUTS for host in layout.hosts})
"""Every host of the known layouts, with its site; a site's own host before its white labels."""
