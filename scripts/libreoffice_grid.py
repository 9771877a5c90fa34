"""What LibreOffice gives for a grid of arguments: backend/tests/support/libreoffice_grid.json.

Needs `soffice` (Debian: libreoffice-calc-nogui). The tests compare formulas with the file that this writes, so they need
no LibreOffice. The grid is made from the definitions of the functions and a fixed seed: run it again after adding one.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
from datetime import date, datetime, time
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.functions.model import Accepts, Function, Takes

OUT = Path(__file__).resolve().parents[1] / "backend" / "tests" / "support" / "libreoffice_grid.json"
MOST = 30
"""Cases of one function."""

# Added to spreadsheets after the file format was fixed: written with a prefix there.
_PREFIXED = set(
    "CONCAT TEXTJOIN IFS SWITCH XOR ISOWEEKNUM DAYS NUMBERVALUE UNICHAR UNICODE BITAND BITOR BITXOR BITLSHIFT BITRSHIFT BASE "
    "ACOT COT CSC SEC PDURATION RRI COVARIANCE.S PHI".split()
)
_NUMBERS = ["0", "1", "-1", "2.5", "-2.5", "0.1", "3", "10", "1.005", "123.456", "-0.7"]
_WHOLES = ["0", "1", "2", "3", "5", "-1", "2.9"]
_TEXTS = ['""', '"Berlin"', '"  a b   c "', '"ABC abc abc"', '"12.5"', '"e"', '"b"']
_DATES = ["2025-01-31", "2024-02-29", "2025-03-30", "1999-12-31", "2023-07-04", "2024-12-30", "2025-02-28"]
_TIMES = ["00:00:00", "08:30:15", "23:59:59"]
_RATES = ["0", "0.05", "0.01", "-0.02"]
_FINANCE = {
    "rate": _RATES, "nominal": ["0.05", "0.12", "0"], "effective": ["0.05", "0.12"], "periods": ["1", "12", "60"],
    "payment": ["-100", "50"], "present": ["1000", "0", "-500"], "future": ["0", "100", "1500"], "due": ["0", "1"],
    "cost": ["10000", "2400"], "salvage": ["1000", "0", "300"], "life": ["5", "10"], "period": ["1", "2", "5", "7"],
    "factor": ["2", "1.5", "12"], "flow": ["-100", "60", "70", "25"], "price": ["1.02", "3.1", "-1.5"], "fraction": ["16", "8", "1"],
}  # fmt: skip
_OWN: dict[str, dict[str, list[str]]] = {
    "UNICHAR": {"number": ["65", "8364", "0", "228"]}, "CHAR": {"number": ["65", "97", "0", "256", "33"]},
    "FACT": {"number": ["0", "1", "5", "20", "100", "-1", "3.9"]},
    "COMBIN": {"number": ["0", "5", "10", "40"], "chosen": ["0", "1", "2", "20", "-1"]},
    "PERMUT": {"number": ["5", "10", "40"], "chosen": ["0", "1", "2", "5", "-1"]},
    "GCD": {"a": ["12", "18", "0", "7"], "b": ["12", "30", "0", "-3"]}, "LCM": {"a": ["12", "18", "7"], "b": ["12", "30", "-3"]},
    "BITAND": {"a": ["12", "255", "0"], "b": ["10", "7", "-1"]}, "BITOR": {"a": ["12", "255", "0"], "b": ["10", "7", "-1"]},
    "BITXOR": {"a": ["12", "255", "0"], "b": ["10", "7", "-1"]},
    "BITLSHIFT": {"number": ["3", "12", "0"], "count": ["0", "2", "10"]},
    "BITRSHIFT": {"number": ["3", "12", "1024"], "count": ["0", "2", "5"]},
    "DATE": {"year": ["2025", "2024", "1999", "25"], "month": ["1", "2", "12", "14", "0", "-3"], "day": ["1", "29", "31", "0", "60"]},
    "TIME": {"hour": ["0", "8", "23", "25"], "minute": ["0", "30", "90"], "second": ["0", "15", "75"]},
    "EDATE": {"months": ["0", "1", "-1", "12", "13"]}, "EOMONTH": {"months": ["0", "1", "-1", "12"]},
    "WORKDAY": {"days": ["0", "1", "5", "-1", "-7", "20"]},
    "BASE": {"number": ["0", "7", "255", "1000"], "base": ["2", "8", "16", "36"], "length": ["1", "5"]},
    "DEC2BIN": {"number": ["0", "7", "100", "-1"], "length": ["10"]}, "DEC2OCT": {"number": ["0", "7", "100", "-1"], "length": ["10"]},
    "DEC2HEX": {"number": ["0", "7", "255", "-1"], "length": ["10"]},
    "BIN2DEC": {"text": ['"1010"', '"0"', '"1111111111"', '"12"']}, "OCT2DEC": {"text": ['"17"', '"0"', '"7777777777"', '"8"']},
    "HEX2DEC": {"text": ['"FF"', '"0a"', '"FFFFFFFFFF"', '"G"']},
    "VALUE": {"text": ['"12.5"', '"-3"', '"abc"', '"1e3"', '"12%"', '".5"']},
    "NUMBERVALUE": {"text": ['"1.234,5"', '"2,5"', '"x"'], "point": ['","'], "group": ['"."']},
    "TEXT": {"value": ["1234.5", "0", "-0.256", "7", "1234567.891"], "format": ['"0"', '"0.00"', '"#,##0.00"', '"0.0%"', '"000"', '"#,##0"', '"0.00E+00"']},
    "FIXED": {"number": ["1234.567", "0", "-0.55", "1234567.891"], "places": ["0", "1", "2"], "plain": ["TRUE", "FALSE"]},
    "CONVERT": {"number": ["1", "0", "-40", "12.5"], "from": ['"m"', '"mi"', '"C"', '"kg"'], "to": ['"km"', '"ft"', '"F"', '"lbm"']},
    "DATEDIF": {"unit": ['"y"', '"m"', '"d"', '"ym"']},
    "STANDARDIZE": {"deviation": ["1.5", "2", "0"]}, "EXPONDIST": {"number": ["0", "0.2", "3"], "rate": ["10", "0.5"]},
    "WEIBULL": {"number": ["0", "1", "105"], "shape": ["1", "2.5"], "scale": ["1", "100"]},
    "FISHER": {"number": ["0.5", "-0.9", "0", "1"]}, "DATEVALUE": {"text": ['"2025-01-31"', '"2024-02-29"', '"2025-02-30"'], "format": ['"yyyy-mm-dd"']},
    "TIMEVALUE": {"text": ['"08:30"', '"23:59:59"']}, "ROUND": {"places": ["0", "1", "2", "-1"]}, "ROUNDUP": {"places": ["0", "1", "2", "-1"]},
    "ROUNDDOWN": {"places": ["0", "1", "2", "-1"]}, "TRUNC": {"places": ["0", "1", "2"]}, "LOG": {"base": ["2", "10", "2.5", "0.5"]},
    "DDB": {"period": ["1", "2", "5", "7"]}, "RATE": {"periods": ["12", "60"], "payment": ["-100"], "present": ["1000", "5000"],
    "future": ["0"]}, "IRR": {}, "NPER": {"payment": ["-100"], "present": ["1000", "500"], "rate": ["0.01", "0.05", "0"], "future": ["0"]},
    "RRI": {"present": ["100", "1000"], "future": ["150", "900"]}, "PDURATION": {"rate": ["0.05", "0.1"], "present": ["100"], "future": ["150", "900"]},
    "POISSON": {"number": ["0", "2", "5"], "mean": ["1", "2.5"]}, "BINOMDIST": {"number": ["0", "3", "6"], "trials": ["6", "10"], "probability": ["0.3", "0.5"]},
    "REPT": {"count": ["0", "1", "3", "-1"]}, "SEARCH": {"wanted": ['"e"', '"A?C"', '"b"'], "start": ["1", "2"]},
    "PROPER": {"text": ['"NEW york"', '"it is"', '"o\'neil 2nd"', '""']},
    "DAYS360": {"start": ["#2025-02-28#", "#2024-02-29#", "#2025-01-30#", "#2025-01-31#"]},
}  # fmt: skip
_FULL = {"CEILING", "FLOOR", "TIME", "EOMONTH", "NUMBERVALUE"}
"""Defaults that spreadsheets do not have: only the cases with all arguments."""
ELSEWHERE = {
    "LOOKUP": "another dataset", "RANK": "the other rows", "SUMIF": "a condition", "COUNTIF": "a condition", "AVERAGEIF": "a condition",
    "IRR": "a range of cells", "ISLEAPYEAR": "an add-in", "DAYSINMONTH": "an add-in", "DAYSINYEAR": "an add-in",
}  # fmt: skip
"""Functions whose arguments spreadsheets take in another shape: not in the grid."""
_COLUMNS = (
    ([2, 3, 5, 1, 4], [100, 250, 300, 50, 300]),
    ([1.5, 2.5, 2.5, 4, -7.25, 0.5], [1, 2, 3, 5, 8, 13]),
    ([7, 7, 1, 2], [0.1, 0.2, 0.3, 0.4]),
    ([12.75], [3]),
    ([], []),
)


def values(function: Function, takes: Takes) -> list[str]:
    own = _OWN.get(function.name, {})
    if takes.name in own:
        return own[takes.name]
    if function.category == "finance" and takes.name in _FINANCE:
        return _FINANCE[takes.name]
    if takes.among:
        return list(takes.among)
    return {
        Accepts.INTEGER: _WHOLES,
        Accepts.TEXT: _TEXTS,
        Accepts.PRINTED: [*_TEXTS[:3], "5", "TRUE"],
        Accepts.BOOLEAN: ["TRUE", "FALSE", "1 > 2"],
        Accepts.DATE: [f"#{each}#" for each in _DATES],
        Accepts.MOMENT: [f"#{each}#" for each in _DATES],
        Accepts.CLOCK: [f"#{each}#" for each in _TIMES],
        Accepts.ANY: ["5", '"x"', "TRUE", '""', "1 / 0"],
    }.get(takes.accepts, _NUMBERS)


def cases(function: Function, chance: random.Random) -> list[str]:
    """Formulas of one function, as we write them."""
    if function.shown:
        signs = {"AND": "AND", "OR": "OR", "NOT": "NOT"}
        parameters = [list(function.takes)] if function.name in signs else []
    else:
        counts = range(6)
        parameters = [found for count in counts if (found := function.parameters(count)) is not None][-3:]
        if function.name in _FULL:
            parameters = parameters[-1:]
    made: list[str] = []
    for found in parameters:
        grid = [values(function, each) for each in found]
        total = 1
        for each in grid:
            total *= len(each)
        every = (
            list(product(*grid)) if total <= 400 else [tuple(chance.choice(each) for each in grid) for _ in range(400)]
        )
        chance.shuffle(every)
        made += [f"{function.name}({', '.join(each)})" for each in every[: MOST // len(parameters)]]
    return list(dict.fromkeys(made))


def as_sheet(formula: str) -> str:
    """The same formula as a spreadsheet file holds it."""
    formula = re.sub(r"#(\d{4})-(\d{2})-(\d{2})#", lambda m: f"DATE({int(m[1])},{int(m[2])},{int(m[3])})", formula)
    formula = re.sub(r"#(\d{2}):(\d{2}):(\d{2})#", lambda m: f"TIME({int(m[1])},{int(m[2])},{int(m[3])})", formula)
    name = formula.split("(", 1)[0]
    return f"=_xlfn.{formula}" if name in _PREFIXED else f"={formula}"


def calculated(formulas: list[str], columns: list[list[Any]]) -> list[Any]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, formula in enumerate(formulas, start=1):
        sheet.cell(row, 1, formula)
    data = book.create_sheet("data")
    for place, column in enumerate(columns, start=1):
        for row, value in enumerate(column, start=1):
            data.cell(row, place, value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grid.xlsx")
        book.save(path)
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
             "--outdir", f"{folder}/out", str(path)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        found = openpyxl.load_workbook(Path(folder, "out", "grid.xlsx"), data_only=True).worksheets[0]
        return [plain(found.cell(row, 1)) for row in range(1, len(formulas) + 1)]


def plain(cell: Any) -> Any:
    """A JSON value: text for texts, dates and times in ISO 8601, {"error": …} for errors."""
    value = cell.value
    if cell.data_type == "e":
        return {"error": value}
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()} if value.time() == time() else {"moment": value.isoformat()}
    if isinstance(value, date | time):
        return {"time" if isinstance(value, time) else "date": value.isoformat()}
    return value


def main() -> int:
    chance = random.Random(20250131)  # noqa: S311 - a grid, no secret
    compared = [each for each in FUNCTIONS.values() if each.spreadsheet and each.name not in ELSEWHERE]
    scalar = [(each.name, case) for each in compared if each.level == "row" for case in cases(each, chance)]
    columns = [column for pair in _COLUMNS for column in pair]
    aggregates = []
    for each in compared:
        if each.level != "aggregate":
            continue
        for index, (first, second) in enumerate(_COLUMNS):
            letters = [
                f"data!{letter}1:{letter}{max(len(column), 1)}"
                for letter, column in zip(
                    ("ABCDEFGHIJ"[index * 2], "ABCDEFGHIJ"[index * 2 + 1]), (first, second), strict=True
                )
            ]
            parts = [takes for takes in each.takes if takes.required]
            constant = {"PERCENTILE": ", 0.3", "QUARTILE": ", 3"}.get(each.name, "")
            ranges = letters[: len([takes for takes in parts if not takes.constant])]
            name = f"_xlfn.{each.name}" if each.name in _PREFIXED else each.name
            ours = f"{each.name}({', '.join(['[A]', '[B]'][: len(ranges)])}{constant})"
            aggregates.append((each.name, ours, index, f"={name}({','.join(ranges)}{constant})"))
    results = calculated([as_sheet(case) for _, case in scalar] + [sheet for *_, sheet in aggregates], columns)
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=True).stdout.split()[:2]
    unknown = sorted({name for (name, _), found in zip(scalar, results, strict=False) if found == {"error": "#NAME?"}})
    if unknown:
        print("LibreOffice does not know:", ", ".join(unknown))
    document = {
        "made_by": "scripts/libreoffice_grid.py",
        "version": " ".join(version),
        "columns": _COLUMNS,
        "cases": [[name, case, found] for (name, case), found in zip(scalar, results[: len(scalar)], strict=True)],
        "aggregates": [
            [name, ours, index, found]
            for (name, ours, index, _), found in zip(aggregates, results[len(scalar) :], strict=True)
        ],
    }
    lines = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace('],["', '],\n["')
    OUT.write_text(lines + "\n", encoding="utf-8")
    print(f"{len(scalar)} cases and {len(aggregates)} aggregates by {document['version']} in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
