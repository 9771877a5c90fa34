"""Tasks for the tests of child processes: each does what a hostile file might make a parser do."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.errors import TooLarge
from tablewright.core.tables.schema import ColumnMissing
from tablewright.infra import duck


def echo(params: dict[str, Any], context: Any) -> Any:
    return params


def pid(params: dict[str, Any], context: Any) -> int:
    return os.getpid()


def payload(params: dict[str, Any], context: Any) -> tuple[dict[str, int], bytes]:
    return {"size": params["size"]}, b"x" * params["size"]


def steps(params: dict[str, Any], context: Any) -> str:
    for done in range(3):
        context.progress(stage=f"step {done}", done=done, total=3)
    return "finished"


def refuse(params: dict[str, Any], context: Any) -> None:
    raise ColumnMissing("c9", ["c1"])


def refuse_large(params: dict[str, Any], context: Any) -> None:
    raise TooLarge("Too many columns.", line=7)


def fault(params: dict[str, Any], context: Any) -> None:
    raise KeyError("secret detail of ours")


def memory_bomb(params: dict[str, Any], context: Any) -> int:
    held = []
    while True:
        held.append(bytearray(32 << 20))


def native_memory_bomb(params: dict[str, Any], context: Any) -> int:
    """Allocations that no Python error ends: the address space is free, so only the watch can see it."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while True:
        block = libc.malloc(ctypes.c_size_t(16 << 20))
        ctypes.memset(block, 1, 16 << 20)
        time.sleep(0.01)


def stubborn_loop(params: dict[str, Any], context: Any) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def sleep(params: dict[str, Any], context: Any) -> str:
    context.progress(stage="asleep", pid=os.getpid())
    time.sleep(params["seconds"])
    return "awake"


def flood(params: dict[str, Any], context: Any) -> None:
    while True:
        context.progress(stage=os.urandom(4).hex() * 10_000)


def chatter(params: dict[str, Any], context: Any) -> str:
    for _ in range(2000):
        print("x" * 10_000)
        sys.stderr.write("y" * 1000)
    return "said"


def die(params: dict[str, Any], context: Any) -> None:
    os.kill(os.getpid(), params["signal"])
    time.sleep(60)


def leave(params: dict[str, Any], context: Any) -> None:
    os._exit(params["status"])


def write(params: dict[str, Any], context: Any) -> str:
    path = Path(params["path"]) if "path" in params else context.scratch / "made"
    with path.open("wb") as file:
        for _ in range(params.get("mib", 1)):
            file.write(b"x" * (1 << 20))
    return str(path)


def read(params: dict[str, Any], context: Any) -> str:
    return Path(params["path"]).read_text()


def connect(params: dict[str, Any], context: Any) -> str:
    with socket.create_connection((params["host"], params["port"]), timeout=2):
        return "reached"


def execute(params: dict[str, Any], context: Any) -> int:
    return subprocess.run(["/bin/true"]).returncode


def send_signal(params: dict[str, Any], context: Any) -> None:
    os.kill(params["pid"], signal.SIGWINCH)


def read_until_cancelled(params: dict[str, Any], context: Any) -> None:
    """As Arrow tells of an interrupt that meets DuckDB while its batches are read."""
    stopped = threading.Event()
    context.on_cancel(stopped.set)
    stopped.wait(20)
    raise OSError("INTERRUPT Error: Interrupted!")


def over_when_cancelled(params: dict[str, Any], context: Any) -> str:
    """A question that has its answer, and its cursor closed, at the moment that its cancel arrives."""
    heard = threading.Event()
    cursor = duckdb.connect()
    cursor.close()

    def stop() -> None:
        heard.set()
        cursor.interrupt()

    context.on_cancel(stop)
    assert heard.wait(20)
    return "answered"


def loaded(params: dict[str, Any], context: Any) -> dict[str, Any]:
    return {"pid": os.getpid(), "parent": os.getppid(), "loaded": params["module"] in sys.modules}


def environment(params: dict[str, Any], context: Any) -> dict[str, str]:
    return dict(os.environ)


def limits(params: dict[str, Any], context: Any) -> dict[str, str]:
    return {
        line.split(":")[0]: line.split(":", 1)[1].strip() for line in Path("/proc/self/status").open() if ":" in line
    }


def sql(params: dict[str, Any], context: Any) -> list[list[str]]:
    """Any SQL at all on the locked connection, as if every check before it had failed."""
    cursor = duck.instance(
        params["folder"], memory_bytes=params.get("memory_bytes", 256 << 20), threads=2, home=context.scratch.parent
    ).cursor()
    context.on_cancel(cursor.interrupt)
    try:
        return [[str(value) for value in row] for row in cursor.execute(params["sql"]).fetchall()]
    except duckdb.PermissionException as error:
        return [["refused", str(error)]]
    except (
        duckdb.InvalidInputException,
        duckdb.BinderException,
        duckdb.CatalogException,
        duckdb.ParserException,
    ) as error:
        return [["refused", str(error)]]


TASKS = {
    function.__name__: function
    for function in (
        echo, pid, payload, steps, refuse, refuse_large, fault, memory_bomb, native_memory_bomb, stubborn_loop, sleep,
        flood, chatter, die, leave, write, read, connect, execute, send_signal, loaded, read_until_cancelled,
        over_when_cancelled, environment, limits, sql,
    )
}  # fmt: skip
