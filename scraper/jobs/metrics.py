"""The figures of a run in the text format of Prometheus, for the textfile collector of its node exporter."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from scraper.jobs.report import Report


def metrics(report: Report) -> str:
    """The figures of a run; all are gauges, since each run starts from zero.

    Args:
        report: of the run.
    """
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"trialpages_{name}", meaning, labels, registry=registry)

    gauge("run", "Number of the last run.").set(report.run)
    gauge("run_end_timestamp_seconds", "When the last run ended.").set(report.ended_at.timestamp())
    gauge("run_duration_seconds", "How long the last run took.").set(
        (report.ended_at - report.started_at).total_seconds() if report.took is None else report.took
    )
    gauge("run_exit_code", "Exit code of the last run: 0 all well, 1 a person must look.").set(report.exit_code)
    trials = gauge("trials", "Trials of the last run by result.", "result")
    for result in ("kept", "unchanged", "failed"):
        trials.labels(result).set(getattr(report.trials, result))
    visits = gauge("visits", "Visits of the last run by site and result.", "site", "result")
    for site, line in report.sites.items():
        for result in ("kept", "unchanged", "absent", "gone", "failed"):
            visits.labels(site, result).set(getattr(line, result))
    pages = gauge("pages", "Pages of the last run that were read, by layout.", "site", "layout")
    refused = gauge("pages_refused", "Pages of the last run that were not understood.", "site", "layout")
    missing = gauge("pages_missing", "Known pages that the last run did not find.", "site", "layout")
    quarantined = gauge("quarantined", "1 where the last run's pages of a layout were quarantined.", "site", "layout")
    for layout in report.layouts:
        pages.labels(layout.site, layout.layout).set(layout.pages)
        refused.labels(layout.site, layout.layout).set(layout.refused)
        missing.labels(layout.site, layout.layout).set(layout.missing)
        quarantined.labels(layout.site, layout.layout).set(layout in report.quarantined)
    gauge("versions", "New versions of records in the last run.").set(report.versions)
    gauge("changes", "Fields that changed in the last run.").set(report.changes)
    gauge("anomalies", "Improbable changes in the last run.").set(report.anomalies)
    gauge("failures", "Failures of the last run.").set(report.failures)
    return generate_latest(registry).decode()
