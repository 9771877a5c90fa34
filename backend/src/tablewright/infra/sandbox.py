"""What a child process gives up before it meets a stranger's bytes: limits, network, files, privileges.

Called inside the child, on its only thread, before libraries start threads of their own in it. Each
measure is taken where the host allows it and reported truthfully; resource limits work everywhere.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

UNLIMITED = resource.RLIM_INFINITY
DESCRIPTORS = 256
_ADDRESS_SLACK = 256 * 1024 * 1024

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << n for n in (1, 2, 3, 4, 5))
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = (1 << n for n in (7, 8, 13, 14))
_READING = _READ_FILE | _READ_DIR
_WRITING = _READING | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_A_FILE = _WRITE_FILE | _READ_FILE | _TRUNCATE
_HANDLED_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_HANDLED_SINCE_ABI_5 = (1 << 16) - 1

_SYSTEM_READABLE = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/proc/meminfo", "/proc/cpuinfo",
    "/proc/stat", "/proc/self", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/urandom", "/dev/zero",
)  # fmt: skip


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def enter(*, readable: Iterable[str], writable: Iterable[str], parent: int) -> dict[str, Any]:
    """Close every door that can be closed for the whole life of this process, and say which were.

    Ends the process at once when the parent is already gone.
    """
    libc = _libc()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = DESCRIPTORS if hard == UNLIMITED else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    report: dict[str, Any] = {"rlimits": True, "network": "open", "landlock": 0, "capabilities_dropped": False}
    if libc is None:
        return report
    namespace = _leave_network(libc)
    report["no_new_privs"] = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    report["capabilities_dropped"] = _drop_capabilities(libc)
    report["landlock"] = confine(readable=(*python_paths(), *readable), writable=writable, network=True)
    report["network"] = "namespace" if namespace else "landlock-tcp" if report["landlock"] >= 4 else "open"
    report["dies_with_parent"] = die_with_parent(parent)  # after the changes of credentials, which would clear it
    return report


def die_with_parent(parent: int) -> bool:
    """Have the kernel end this process with the thread that started it; ends it at once when that is gone."""
    libc = _libc()
    asked = libc is not None and libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
    if os.getppid() != parent:
        os._exit(1)
    return asked


def python_paths() -> list[str]:
    """What the interpreter and its libraries need to read."""
    own = [sys.prefix, sys.base_prefix, sys.exec_prefix, *(entry for entry in sys.path if entry)]
    return [*dict.fromkeys(own), *_SYSTEM_READABLE]


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move to an empty network namespace; without privileges that takes a user namespace too."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        try:
            Path("/proc/self", name).write_text(text)
        except OSError:
            break  # Unmapped ids only change how this process is shown, not what it may do.
    return True


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    """Root without capabilities: raised hard limits, foreign files and raw sockets are out of reach."""
    number = _SYS_CAPSET.get(os.uname().machine)
    if number is None:
        return False
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return bool(libc.syscall(number, header, nothing) == 0)


def confine(*, readable: Iterable[str], writable: Iterable[str], network: bool = False) -> int:
    """Leave this thread, and those it starts, only these paths; the Landlock ABI in force, or 0.

    Layers add up: a second call can only take more away. Nothing may be executed.
    """
    libc = _libc()
    if libc is None:
        return 0
    abi = int(libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1))
    if abi < 1:
        return 0
    handled = _HANDLED_BY_ABI.get(abi, _HANDLED_SINCE_ABI_5)
    rules = _Ruleset(handled, 3 if network and abi >= 4 else 0, 3 if network and abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = int(libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    if ruleset < 0:
        return 0
    try:
        for path in readable:
            _allow(libc, ruleset, path, _READING & handled)
        for path in (*writable, "/dev/null"):
            _allow(libc, ruleset, path, _WRITING & handled)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) != 0:
            return 0
    finally:
        os.close(ruleset)
    return abi


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there needs no permission.
    try:
        if not os.path.isdir(path):
            access &= _OF_A_FILE
        rule = _PathBeneath(access, parent)
        libc.syscall(_LANDLOCK_ADD, ruleset, 1, ctypes.byref(rule), 0)
    finally:
        os.close(parent)


def bound(*, memory_bytes: int, cpu_seconds: float, file_bytes: int, address_space: bool, forever: bool) -> None:
    """The limits of one call, counted from what the process has used so far.

    Address space is bounded above what is resident, because libraries reserve more than they touch; the
    parent watches resident memory. `forever` also lowers the hard limits, for a process with one call.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = math.ceil(used.ru_utime + used.ru_stime + cpu_seconds)
    _limit(resource.RLIMIT_CPU, cpu, forever, above=5)  # at the hard limit the signal would not say which it was
    _limit(resource.RLIMIT_FSIZE, file_bytes, forever)
    if address_space:
        _limit(resource.RLIMIT_AS, _address_space() + memory_bytes + _ADDRESS_SLACK, forever)


def unbound() -> None:
    """Between two calls of a reused process: no call's limits may strike its idle time."""
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))


def _limit(kind: int, wanted: int, forever: bool, *, above: int = 0) -> None:
    _, hard = resource.getrlimit(kind)
    soft = wanted if hard == UNLIMITED else min(wanted, hard)
    highest = soft + above if hard == UNLIMITED else min(soft + above, hard)
    resource.setrlimit(kind, (soft, highest if forever else hard))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 1024 * 1024 * 1024
    return pages * resource.getpagesize()
