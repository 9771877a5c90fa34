"""What the workspace's jobs are doing: their owners see progress live, cancel and retry.

Owns no table; the job table is infra's.
"""
