"""The wheel, as a stranger meets it: an empty environment, no Node, one command, the first screen, Ctrl-C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
BACKEND = ROOT / "backend"
FIRST_SCREEN_SECONDS = 30


def _uv() -> str:
    return subprocess.run(
        ["bash", str(ROOT / "scripts" / "python.sh"), "--uv"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the tree as it is now. Needs the built web: `make build`, which `make test` runs before the tests."""
    assert (BACKEND / "src/tablewright/web/index.html").is_file(), "the web is not built: run `make build`"
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([_uv(), "build", "--quiet", "--wheel", "--out-dir", str(out), str(BACKEND)], check=True)
    (made,) = out.glob("tablewright-*.whl")
    return made


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder as `/opt` would be. Not pytest's own: that one is closed again at every start of another pytest, and
    an installation of root lets its database's account pass through the folders above it."""
    with tempfile.TemporaryDirectory(prefix="tablewright-wheel-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def environment(wheel: Path, place: Path) -> Path:
    """A fresh environment that holds the wheel and what it depends on, at the locked versions."""
    folder = place / "installed"
    folder.mkdir()
    uv = _uv()
    locked = subprocess.run(
        [
            uv,
            "export",
            "--quiet",
            "--locked",
            "--no-dev",
            "--no-emit-project",
            "--no-hashes",
            "--project",
            str(BACKEND),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (folder / "locked.txt").write_text(locked)
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder / "venv")], check=True)
    subprocess.run(
        [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(folder / "venv/bin/python"),
            "--constraint",
            str(folder / "locked.txt"),
            str(wheel),
        ],
        check=True,
    )
    return folder / "venv"


def test_the_wheel_holds_the_web_the_charts_the_fonts_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "tablewright/web/index.html" in names
    assert any(re.fullmatch(r"tablewright/web/_next/static/.+\.js", name) for name in names)
    assert any(re.fullmatch(r"tablewright/core/charts/bundle/.+\.js", name) for name in names)
    assert "tablewright/core/fonts/Inter-Regular.ttf" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(re.fullmatch(r"tablewright/migrations/versions/0001_\w+\.py", name) for name in names)


def test_the_wheel_holds_nothing_that_was_not_meant_for_others(wheel: Path) -> None:
    for name in zipfile.ZipFile(wheel).namelist():
        assert name.startswith(("tablewright/", "tablewright-")), name
        assert not re.search(r"(^|/)(tests?|node_modules|\.env|secrets?|__pycache__)(/|$)", name), name
        assert not name.endswith((".map", ".pyc", ".log")), name


@pytest.fixture
def serving(environment: Path, place: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`tablewright serve` on a free port, alone in the world: no Node, nothing of the sources, an empty home."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "id", "su", "runuser", "chown"):  # what an embedded PostgreSQL may need as root
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    home = tmp_path / "home"
    home.mkdir()
    process = subprocess.Popen(
        [str(environment / "bin/tablewright"), "serve", "--port", "0"],
        env={
            "PATH": str(tools),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TABLEWRIGHT_DATA_DIR": str(place / "data"),
        },
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=(tmp_path / "serve.log").open("w"),
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait(10)


def _greeting(process: subprocess.Popen[str], log: Path) -> tuple[str, str]:
    """The address and the one-time link."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.findall(r"https?://\S+", "".join(said))
        if len(found) == 2:
            return found[0], found[1]
    raise AssertionError(f"serve ended early:\n{''.join(said)}\n{log.read_text()[-3000:]}")


def _get(url: str) -> tuple[int, str, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_empty_machine_without_node_sees_the_first_screen_and_ctrl_c_ends_everything(
    serving: subprocess.Popen[str], place: Path, tmp_path: Path
) -> None:
    started = time.monotonic()
    address, link = _greeting(serving, tmp_path / "serve.log")
    status, kind, page = _get(link)
    assert (status, kind.partition(";")[0]) == (200, "text/html")
    assert time.monotonic() - started < FIRST_SCREEN_SECONDS

    # The page is whole: what it loads is there too.
    scripts = re.findall(r'src="(/_next/static/[^"]+\.js)"', page)
    assert scripts
    assert _get(address.rstrip("/") + scripts[0])[0] == 200
    assert '"needed":true' in _get(address.rstrip("/") + "/api/v1/setup")[2].replace(" ", "")

    # The link is a secret: it is on the console, once, and in no file that others may read.
    token = re.search(r"token=([^&\s]+)", link)
    assert token is not None
    for path in (place / "data").rglob("*"):
        if path.is_file() and path.stat().st_mode & 0o077 and path.stat().st_size < 1 << 20:
            assert token.group(1).encode() not in path.read_bytes(), path
    assert token.group(1) not in (tmp_path / "serve.log").read_text()

    family = psutil.Process(serving.pid).children(recursive=True)
    assert len(family) >= 4  # database, API, worker, beat
    os.kill(serving.pid, signal.SIGINT)
    assert serving.wait(40) in (0, 130, -signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive, [one.cmdline() for one in alive if one.is_running()]
    assert serving.stdout is not None
    assert link not in serving.stdout.read()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_command_line_reads_a_file_without_a_server(environment: Path, tmp_path: Path) -> None:
    import json

    (tmp_path / "sales.csv").write_text("region,amount\nNorth,10.5\nSouth,7\n")
    done = subprocess.run(
        [str(environment / "bin/tablewright"), "load", str(tmp_path / "sales.csv"), "--json"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TABLEWRIGHT_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(done.stdout)["tables"]
    assert (table["row_count"], [column["name"] for column in table["schema"]]) == (2, ["region", "amount"])
