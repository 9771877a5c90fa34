"""What a table is: columns with stable ids, display names and types.

A dataset version's Parquet file names its columns by id (`c1`, `c2`, …), never by the user's text, so
renames break nothing and no name can reach SQL.
"""

from tablewright.core.tables.schema import Column, ColumnType, Schema

__all__ = ["Column", "ColumnType", "Schema"]
