"""All that people see: data on standard output, the rest on standard error, safe for any terminal."""
