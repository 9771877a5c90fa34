"""Metrics agreed once per workspace: name, definition, unit, format and owner, used in questions by their id.

Owns the table metrics.
"""
