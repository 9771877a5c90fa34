"""Dashboards: grids of live questions that share filters, with their history, comments and favourites.

Owns the tables dashboards, dashboard_versions, dashboard_favourites and dashboard_comments.
"""
