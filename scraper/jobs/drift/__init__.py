"""The drift guard: it notices that a site has changed, by what a run's pages show, before wrong values are published.

How it decides, for one layout in one run:

1.  *What is compared* (`profile`, `stats`). Each page gives a `PageProfile`: the labels that it shows, the fields that
    have a value, the kinds of issues, the unknown labels. A run adds up its profiles to `RunStats`: on how many pages
    each of these stands, how many pages were refused, how many known pages were missing.
2.  *What it is compared with* (`baseline`). The last good runs, added up: at least `drift_runs` of them, and as many
    more as make `BASELINE_PAGES` pages. Where a person accepted a run (`health --accept`), runs before it are capped at
    what the accepted one shows.
3.  *When a rate has fallen* (`rates`). A rate is the share of pages that show a label or fill a field. It has fallen
    if it is lower than in the baseline by more than `drift_points` percentage points, and by more than chance explains
    (a hypergeometric test), and if it is lower among the same trials, too: other trials than usual are no change. Fewer
    than `drift_pages` pages on either side give no rate.
4.  *The verdict* (`verdict`). Each finding is a `Reason`, the most important first: most known pages are missing; no
    page was understood; a label vanished (with the fields lost and its probable new name); a required field is empty;
    refusals became frequent; a field lost its values; an unknown label stands on most pages; an issue became frequent.
    One reason is enough: the layout is quarantined. What was read in that run is stored and not effective.

`limits` holds every number of these rules, with its unit and its reason. Nothing here reads a page or stores anything:
`scraper.jobs.judging` does so for a run, `scraper.jobs.reextract` for archived pages, `scraper.jobs.health` shows it.
"""
