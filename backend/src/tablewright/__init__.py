"""Tablewright: from a messy file to a trustworthy report."""

__version__ = "0.1.0"
