"""Reports: titled sequences of sections, and their editions, rendered against named versions.

Owns the tables reports and editions, and the objects under `w/<workspace>/editions/`.
"""
