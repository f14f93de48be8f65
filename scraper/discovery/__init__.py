"""From an NCT id to the addresses at which a site may show the trial."""
