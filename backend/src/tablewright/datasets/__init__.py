"""Named tables with immutable versions, each with schema, profile and receipt.

Owns the tables datasets and dataset_versions, and the objects under `w/<workspace>/versions/`.
"""
