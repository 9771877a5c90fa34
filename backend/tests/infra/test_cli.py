"""The command line on files, without a server: results on standard output, problems as sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TABLEWRIGHT_")}
    return subprocess.run(
        [sys.executable, "-m", "tablewright", *words], capture_output=True, text=True, env=clean, timeout=100
    )


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("region,amount\nNorth,1.5\nSouth,2\nNorth,4\n")
    return path


def test_a_file_is_loaded_with_its_receipt_and_kept_as_parquet(sales: Path, tmp_path: Path) -> None:
    done = run("load", str(sales), "--json", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(done.stdout)["tables"]
    assert (table["row_count"], [column["name"] for column in table["schema"]]) == (3, ["region", "amount"])
    receipt = table["receipt"]
    assert receipt["rows_seen"] == receipt["rows_loaded"] + receipt["rows_quarantined"] + receipt["rows_skipped"]
    assert Path(table["file"]).read_bytes()[:4] == b"PAR1"
    assert done.stderr == ""


def test_a_question_is_answered_from_a_file(sales: Path) -> None:
    question = {"dimensions": [{"column": "c1"}], "measures": [{"fn": "sum", "column": "c2"}]}
    done = run("ask", str(sales), json.dumps(question))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert sorted(answer["data"]["d0"]) == ["North", "South"]
    assert answer["row_count"] == answer["total_count"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("load", "/no/such/file.csv"), "There is no file /no/such/file.csv."),
        (("load", "/tmp"), "/tmp is a folder. Name one file, or pack the folder as .zip or .tar."),
        (("ask", "FILE", "not json"), "The question is not a JSON object"),
        (("ask", "FILE", "[]"), "The question is not a JSON object"),
        (("ask", "FILE", '{"limit": "many"}'), "The question does not fit the model at limit"),
        (("ask", "FILE", "{}", "--table", "Other"), "Name one table with --table. sales.csv has: "),
        (("migrate", "--data-dir", "/proc/nowhere"), "The data folder /proc/nowhere cannot be used"),
    ],
)
def test_a_problem_is_one_sentence_and_status_one(sales: Path, words: tuple[str, ...], sentence: str) -> None:
    done = run(*(str(sales) if word == "FILE" else word for word in words))
    assert done.returncode == 1
    assert done.stderr.startswith(f"tablewright: {sentence}") and "Traceback" not in done.stderr


def test_a_problem_as_json_is_a_problem_document() -> None:
    done = run("load", "/no/such/file.csv", "--json")
    assert json.loads(done.stdout)["problem"]["code"] == "file_missing"


def test_help_and_version_start_fast_because_they_import_nothing() -> None:
    script = (
        "import sys; from tablewright.cli import main; main(['version']);"
        "print([name for name in ('pydantic', 'sqlalchemy', 'fastapi', 'duckdb', 'celery') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_doctor_without_a_server_names_what_is_missing_and_the_remedy(tmp_path: Path) -> None:
    done = run("doctor", "--json", "--data-dir", str(tmp_path / "data"))
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert findings["settings"]["ok"] and findings["sandbox"]["ok"] and findings["objects"]["ok"]
    assert not findings["database"]["ok"] and "tablewright serve" in findings["database"]["words"]
