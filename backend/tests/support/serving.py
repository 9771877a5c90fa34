"""The whole product as real processes: `tablewright serve` on a data folder of its own."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil

ADMIN = {"name": "Ada Lovelace", "email": "ada@acme.test", "password": "a good long password"}
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Serving:
    """A running installation: its address, its set-up link if it printed one, and its processes."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    url: str
    setup_link: str | None
    token: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    # As a client

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        own = given.pop("headers", {})

        def ask() -> httpx.Response:
            headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **own}
            return self.http.request(method, f"{self.url}/api/v1{path}", headers=headers, **given)

        answer = ask()
        # A token lasts a few minutes, which all tests of a file may take longer than on a busy machine.
        if answer.status_code == 401 and self.token and path != "/session":
            self.sign_in()
            answer = ask()
        return answer

    def set_up(self) -> Serving:
        """Make the first account through the printed link, and sign in as it."""
        assert self.setup_link is not None
        token = self.setup_link.split("token=")[1]
        answer = self.request("POST", "/setup", json={"token": token, "workspace_name": "Acme", **ADMIN})
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["access_token"]
        return self

    def sign_in(self) -> Serving:
        body = {"email": ADMIN["email"], "password": ADMIN["password"]}
        answer = self.request("POST", "/session", json=body)
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["access_token"]
        return self

    def announce(self, filename: str, size: int) -> str:
        metadata = f"filename {b64encode(filename.encode()).decode()}"
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = self.request("POST", "/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"]).removeprefix("/api/v1")

    def send(self, location: str, content: Any, offset: int = 0) -> httpx.Response:
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.request("PATCH", location, headers=headers, content=content)

    def offset(self, location: str) -> int:
        return int(self.request("HEAD", location, headers=TUS).headers["upload-offset"])

    def upload(self, filename: str, content: bytes) -> str:
        """Upload a file whole; the id of its load job."""
        location = self.announce(filename, len(content))
        if content:
            assert self.send(location, content).status_code == 204
        return str(self.request("GET", location).json()["job_id"])

    def upload_file(self, path: Path) -> str:
        """Upload a large file as a stream; the id of its load job."""
        location = self.announce(path.name, path.stat().st_size)
        with path.open("rb") as file:
            answer = self.send(location, iter(lambda: file.read(1 << 20), b""))
        assert answer.status_code == 204, answer.text
        return str(self.request("GET", location).json()["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        return dict(self.request("GET", f"/jobs/{job_id}").json())

    def finished(self, job_id: str, within: float = 90) -> dict[str, Any]:
        """The job when it is over."""
        return self.until(job_id, lambda job: job["state"] not in ("queued", "running"), within)

    def until(self, job_id: str, holds: Any, within: float = 90) -> dict[str, Any]:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if holds(job):
                return job
            time.sleep(0.05)
        raise AssertionError(f"still {job}")

    # As its machine

    def parts(self, name: str) -> list[psutil.Process]:
        """The processes of one role: `api`, `worker`, `beat`, `forkserver`, or `child`: what these fork."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                words = process.cmdline()
                if "tablewright.child" in words:  # the words of a fork server are those of its children
                    is_forked = "tablewright.child" in process.parent().cmdline()
                    role = "child" if is_forked else "forkserver"
                else:
                    role = name if "tablewright.cli" in " ".join(words) and name in words else ""
            except (psutil.Error, AttributeError):
                continue
            if role == name:
                found.append(process)
        return found

    def wait_for_api(self, within: float = 60) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                if self.http.get(f"{self.url}/healthz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the API does not come back")

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.data_dir.rglob("*.log"))


def _start(data_dir: Path, settings: dict[str, str]) -> Serving:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TABLEWRIGHT_")},
        "TABLEWRIGHT_DATA_DIR": str(data_dir),
        **settings,
    }
    console = data_dir.parent / f"{data_dir.name}-console-{secrets.token_hex(4)}.txt"
    with console.open("wb") as out:  # a file: a pipe that nobody reads would stop the product when it is full
        process = subprocess.Popen(
            [sys.executable, "-m", "tablewright.cli", "serve", "--port", "0"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    printed, url, link = "", None, None
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        printed = console.read_text(errors="replace")
        found = re.search(r"is running at (http://\S+)\n", printed)
        if found:
            time.sleep(0.3)  # the link, if there is one, is the next line
            links = re.findall(r"http://\S+/setup/\?token=\S+", console.read_text(errors="replace"))
            url, link = found[1], links[0] if links else None
            break
        time.sleep(0.05)
    if url is None:
        process.kill()
        raise AssertionError(f"serve did not start:\n{printed}")
    return Serving(process, data_dir, url.replace("localhost", "127.0.0.1"), link)


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[Serving]:
    """Start `tablewright serve` and end it with Ctrl-C; fail when anything of it is left."""
    running = _start(data_dir, settings)
    tree = psutil.Process(running.process.pid)
    try:
        yield running
        everything = tree.children(recursive=True)
        running.process.send_signal(signal.SIGINT)
        running.process.wait(30)
        _, alive = psutil.wait_procs(everything, timeout=10)
        assert not alive, f"left behind: {[process.cmdline() for process in alive]}"
    finally:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait(10)
        running.http.close()
