"""Finds the pages that show a trial, from its NCT id.

`find` asks the registry first, then all sites side by side, each with a `site_search` through its candidate URLs. What
was tried, and what was found, is a `result`. `index` keeps which pages the sites' `sitemaps` name.
"""
