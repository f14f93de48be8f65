"""One file per site: how to recognise its layouts, where the trial stands on them, and how to read it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.vocabulary import Site
from scraper.layouts.candidate_urls import CandidateUrls
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

REGISTRY: Final = Site.CTGOV
"""The registry, which is asked first: its records name what the addresses at other sites are made of."""

CANDIDATE_URLS: Mapping[Site, CandidateUrls] = MappingProxyType(
    {
        Site.CTGOV: ctgov.candidate_urls,
        Site.VEEVA: veeva.candidate_urls,
        Site.INCLINICALTRIALS: inclinicaltrials.candidate_urls,
        Site.TRIALX: trialx.candidate_urls,
    }
)
"""Each site's candidate URLs of a trial; the registry first, since the others need what it says."""

HOSTS: Mapping[str, str] = MappingProxyType({host: layout.site for layout in LAYOUTS for host in layout.hosts})
"""Every host of the known layouts, with its site; a site's own host before its white labels."""
