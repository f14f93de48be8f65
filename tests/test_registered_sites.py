"""A file of a site is registered by being there, and a mistake in it is said before any page is read."""

from dataclasses import replace
from types import ModuleType

import pytest

from scraper.sites import LAYOUTS, registered, veeva

OTHER = replace(veeva.STUDY, site="other", hosts=("other.example",))


def module(name, *layouts):
    made = ModuleType(f"scraper.sites.{name}")
    if layouts:
        made.LAYOUTS = layouts
    return made


def test_layouts_are_in_the_order_of_their_files():
    assert registered([module("veeva", veeva.STUDY), module("other", OTHER)]) == (veeva.STUDY, OTHER)
    assert len({layout.key for layout in LAYOUTS}) == len(LAYOUTS)


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ([module("other")], "scraper/sites/other.py has no LAYOUTS"),
        ([module("wrong", OTHER)], "scraper/sites/wrong.py has a layout of site='other'"),
        ([module("other", OTHER, OTHER)], "scraper/sites/other.py has two layouts of the name 'study'"),
        (
            [module("veeva", veeva.STUDY), module("other", replace(OTHER, hosts=veeva.STUDY.hosts))],
            "scraper/sites/other.py claims the host ctv.veeva.com, as scraper/sites/veeva.py does",
        ),
    ],
    ids=["none", "key", "twice", "host"],
)
def test_a_file_that_cannot_be_registered_is_named_with_the_reason(modules, message):
    with pytest.raises(ImportError, match=message):
        registered(modules)
