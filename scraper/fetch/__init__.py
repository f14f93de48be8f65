"""Pages from the web: politely, through every fault, archived and replayable."""
