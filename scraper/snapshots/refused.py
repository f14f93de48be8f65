"""The one error of work on cases and sites that is nobody's page's fault."""

from scraper.errors import TrialPagesError


class Refused(TrialPagesError):
    """Something is not written: it is there already, or it would be wrong; the message says what to do."""

    exit_code = 2
