"""Spreadsheets: Excel of every age (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods, .fods), told apart by content.

Every format hands over its sheets as cells (`cells.Sheet`); what becomes of them is the same for all (`tables`).
"""

from __future__ import annotations

from tablewright.core.readers.excel.reader import ExcelReader

__all__ = ["ExcelReader"]
