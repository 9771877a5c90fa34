"""What came in: resumable uploads and the source files they become, kept unchanged.

Owns the tables uploads and files, and the objects under `w/<workspace>/files/`.
"""
