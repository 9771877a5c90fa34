"""`make dev`: the server and the web, both in this terminal, with sample data on the first start.

The API answers on port 8080 and starts again when its sources change; the web answers on port 3000, reloads by itself
and passes the API's paths on. State is in data/dev. Ctrl-C ends all of it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "backend" / "src" / "tablewright"
DATA = ROOT / "data" / "dev"
API = "http://127.0.0.1:8080"
WEB = "http://localhost:3000"
EMAIL = "dev@example.org"
EXAMPLES = sorted(
    path for path in (ROOT / "examples").glob("*") if path.suffix in {".csv", ".xlsx", ".json", ".parquet"}
)


def start_server() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "tablewright"), "serve"],
        env={**os.environ, "TABLEWRIGHT_DATA_DIR": str(DATA), "TABLEWRIGHT_PORT": "8080"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,  # Ctrl-C is ours to pass on
    )


def start_web() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(ROOT / "frontend" / "node_modules" / ".bin" / "next"), "dev", "--hostname", "localhost", "--port", "3000"],
        cwd=ROOT / "frontend",
        env={**os.environ, "TABLEWRIGHT_API": API, "NEXT_TELEMETRY_DISABLED": "1"},
        stdin=subprocess.DEVNULL,
        process_group=0,
    )


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def fingerprint() -> float:
    return max((path.stat().st_mtime for path in SOURCES.rglob("*.py")), default=0.0)


def call(method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[dict[str, object], str]:
    request = urllib.request.Request(API + path, data=body, method=method)  # noqa: S310 - our own address
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        text = answer.read()
        return (json.loads(text) if text else {}), answer.headers.get("Location", "")


def bring_samples(link: str) -> None:
    """Make the first account with a random password and upload examples/, as a browser would."""
    token = re.search(r"token=([^&\s]+)", link)
    if token is None:
        return
    password = secrets.token_urlsafe(12)
    fields = {"token": token[1], "workspace_name": "Development", "name": "Dev", "email": EMAIL, "password": password}
    account, _ = call("POST", "/api/v1/setup", json.dumps(fields).encode(), Content_Type="application/json")
    allowed = f"Bearer {account['access_token']}"
    for path in EXAMPLES:
        content = path.read_bytes()
        name = base64.b64encode(path.name.encode()).decode()
        _, upload = call(
            "POST",
            "/api/v1/uploads",
            b"",
            Authorization=allowed,
            Tus_Resumable="1.0.0",
            Upload_Length=str(len(content)),
            Upload_Metadata=f"filename {name}",
        )
        call(
            "PATCH",
            upload.removeprefix(API),
            content,
            Authorization=allowed,
            Tus_Resumable="1.0.0",
            Upload_Offset="0",
            Content_Type="application/offset+octet-stream",
        )
    print(
        f"\nSigned up as {EMAIL} with the password {password} ({len(EXAMPLES)} sample files). Open {WEB}\n", flush=True
    )


def listen_to(output: IO[str]) -> None:
    """Repeat what the server says; when it offers the first account, take it."""
    for line in output:
        print(line, end="", flush=True)
        link = re.search(r"https?://\S*token=\S+", line)
        if link is not None:
            bring_samples(link[0])


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    # Said outright: a shell that starts jobs in the background leaves Ctrl-C ignored, and a service manager sends TERM.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    DATA.mkdir(parents=True, exist_ok=True)
    web = start_web()
    server = start_server()
    try:
        while True:
            seen = fingerprint()
            assert server.stdout is not None
            threading.Thread(target=listen_to, args=(server.stdout,), daemon=True).start()
            while fingerprint() == seen and server.poll() is None and web.poll() is None:
                time.sleep(0.5)
            if web.poll() is not None:
                return 1
            if server.poll() is None:
                print("Sources changed: starting again", flush=True)
                end(server)
            else:
                while fingerprint() == seen:  # it ended by itself: wait for the next attempt to mend it
                    time.sleep(0.5)
            server = start_server()
    except KeyboardInterrupt:
        return 0
    finally:
        end(server)
        end(web)


if __name__ == "__main__":
    sys.exit(main())
