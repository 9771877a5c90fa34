"""Asking: the one gate through which every question runs, and the questions that people keep.

Owns the table questions.
"""
