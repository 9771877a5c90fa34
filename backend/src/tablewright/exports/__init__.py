"""What leaves the house: Excel files and downloads by short-lived links.

Owns the tables exports and downloads, and the objects under `w/<workspace>/exports/`.
"""
