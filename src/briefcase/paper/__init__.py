"""Case summaries and sheets as PDF: a text layer, a page, and what goes on it.

Nothing here parses markup: every text that is drawn is a plain string.
"""
