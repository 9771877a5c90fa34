"""Dashboards for people outside: public links and embedded frames, from what was frozen when they were made.

Owns the tables shares and sharing_settings.
"""
