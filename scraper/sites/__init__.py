"""One file per site: its table of labels, how its pages are found, and code for what has structure.

A file is registered by being here. It has `LAYOUTS`, and `candidate_urls` where its pages can be looked for; with
`ON_REQUEST = True` they are looked for only where a person names the site.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Final

from schemas.consensus import Origin
from scraper.layouts.candidate_urls import CandidateUrls
from scraper.layouts.layout import Layout
from scraper.sites import ctgov

_MODULES = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]


def registered(modules: Iterable[ModuleType]) -> tuple[Layout, ...]:
    """The layouts of sites' files.

    Raises:
        ImportError: a file has none, bears another key than its site, has two of one name, or claims another's host.
    """
    layouts: list[Layout] = []
    owners: dict[str, str] = {}
    for module in modules:
        path = f"{module.__name__.replace('.', '/')}.py"
        own: tuple[Layout, ...] = getattr(module, "LAYOUTS", ())
        if not own:
            raise ImportError(f"{path} has no LAYOUTS: write LAYOUTS = (…,) with the layouts of its site")
        keys = [layout.key for layout in own]
        for layout in own:
            if path.rpartition("/")[2] != f"{layout.site}.py":
                raise ImportError(f"{path} has a layout of site={layout.site!r}: the file of a site bears its key")
            if keys.count(layout.key) > 1:
                raise ImportError(f"{path} has two layouts of the name {layout.name!r}")
            for host in layout.hosts:
                if owners.setdefault(host, path) != path:
                    raise ImportError(f"{path} claims the host {host}, as {owners[host]} does: one file per site")
        layouts += own
    return tuple(layouts)


LAYOUTS: Final[tuple[Layout, ...]] = registered(_MODULES)
"""All known layouts; exactly one of them recognises a page."""

SITES: Final[tuple[str, ...]] = tuple(dict.fromkeys(layout.site for layout in LAYOUTS))
"""The keys of all sites."""

REGISTRY: Final = "ctgov"
"""The key of the registry, which is asked first: it tells what the addresses at other sites are made of."""

number_of_registry_page, registry_record = ctgov.number_of_page, ctgov.record_url
"""The NCT id in the address of a page of the registry, and the address of the record that says more."""

former_numbers = ctgov.former_numbers
"""The numbers that a trial had before, as a page of the registry says."""

CANDIDATE_URLS: Final[Mapping[str, CandidateUrls]] = MappingProxyType(
    {
        module.LAYOUTS[0].site: module.candidate_urls
        for module in sorted(_MODULES, key=lambda module: module.LAYOUTS[0].site != REGISTRY)
        if hasattr(module, "candidate_urls")
    }
)
"""Each site's candidate URLs of a trial, the registry's first."""

_ON_REQUEST = {module.LAYOUTS[0].site for module in _MODULES if getattr(module, "ON_REQUEST", False)}

DEFAULT_SITES: Final[tuple[str, ...]] = tuple(site for site in CANDIDATE_URLS if site not in _ON_REQUEST)
"""The sites that are asked for a trial where nobody names any."""

HOSTS: Final[Mapping[str, str]] = MappingProxyType({host: layout.site for layout in LAYOUTS for host in layout.hosts})
"""Every host of the known layouts, with its site."""

ORIGINS: Final[Mapping[str, Origin]] = MappingProxyType(
    {layout.key: Origin(layout.nearness, layout.own_words) for layout in LAYOUTS}
)
"""Where the pages of each layout have their values from, as `normalizers.consensus` asks for it."""
