"""Briefcase: a secure briefcase for export-enforcement liaison officers."""

__version__ = "0.1.0"
