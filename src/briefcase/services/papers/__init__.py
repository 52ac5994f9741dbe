"""Documents beyond the summary of a case."""
