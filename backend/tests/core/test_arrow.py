"""Reading files does not load pandas."""

import subprocess
import sys

LOADS = """
import sys
from pathlib import Path
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet

folder = Path(sys.argv[1])
(folder / "a.json").write_text('[{"a": 1, "b": {"c": [1, 2]}}, {"a": "x"}]')
(folder / "a.yaml").write_text("- {a: 1}\\n- {a: 2}\\n")
(folder / "a.sql").write_text("CREATE TABLE t (a INT);\\nINSERT INTO t VALUES (1), (2);\\n")
(folder / "a.xml").write_text("<r><a x='1'>2</a><a x='3'>4</a></r>")
(folder / "a.csv").write_text("a,b\\n1,2\\n")
for path in sorted(folder.glob("a.*")):
    run({"path": str(path), "filename": path.name, "out_dir": str(folder / path.suffix)}, Quiet(folder))
    assert "pandas" not in sys.modules, path.name

import pyarrow as pa

assert pa.table({"a": [1]}).to_pandas()["a"].tolist() == [1]
"""


def test_reading_files_does_not_load_pandas_and_what_asks_for_it_still_gets_it(tmp_path):
    done = subprocess.run([sys.executable, "-c", LOADS, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
