"""Metrics as values: what is agreed to be computed, and how it takes its place in a question."""
