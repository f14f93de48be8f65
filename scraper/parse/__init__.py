"""From bytes to blocks in reading order: HTML, MHTML, JSON and text captures. Nothing here knows a site."""
