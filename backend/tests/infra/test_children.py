"""Children with limits: every way to misbehave ends that child, says why, and harms nobody else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from tablewright.infra.children import (
    MIB,
    Cancelled,
    ChildDied,
    Children,
    ChildrenCannotStart,
    EngineBusy,
    Limits,
    MemoryExceeded,
    OutputExceeded,
    ProblemFromChild,
    TaskFault,
    TimeExceeded,
)

TASKS = Path(__file__).with_name("child_tasks.py")
LIMITS = Limits(memory_bytes=400 * MIB, cpu_seconds=20, wall_seconds=20, output_bytes=8 * MIB, file_bytes=4 * MIB)


def pool(scratch: Path, *, reuse: bool, size: int = 1, **more: object) -> Children:
    given = {"limits": LIMITS, "warm": ["duckdb"], "extra_tasks": TASKS, **more}
    return Children(size=size, reuse=reuse, scratch=scratch, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("children")


@pytest.fixture(scope="module")
def kept(place: Path) -> Iterator[Children]:
    """Two children that serve call after call."""
    with pool(place / "kept", reuse=True, size=2) as children:
        yield children


@pytest.fixture(scope="module")
def fresh(place: Path) -> Iterator[Children]:
    """A fresh child for each call; they may read and write one folder beside their own."""
    (place / "data").mkdir()
    with pool(place / "fresh", reuse=False, readable=[place / "data"]) as children:
        yield children


@pytest.fixture(params=["kept", "fresh"])
def children(request: pytest.FixtureRequest) -> Children:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Children)
    return found


def still_works(children: Children) -> bool:
    return bool(children.call("echo", {"still": "there"}).value == {"still": "there"})


def eventually(holds: object, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_a_task_returns_its_value_and_its_bytes(children: Children) -> None:
    reply = children.call("payload", {"size": 3 * MIB})
    assert reply.value == {"size": 3 * MIB}
    assert reply.payload == b"x" * (3 * MIB)


def test_progress_arrives_in_order(children: Children) -> None:
    seen: list[object] = []
    assert children.call("steps", {}, on_progress=lambda p: seen.append(p["stage"])).value == "finished"
    assert seen == ["step 0", "step 1", "step 2"]


def test_a_problem_keeps_its_code_status_words_and_place(children: Children) -> None:
    with pytest.raises(ProblemFromChild) as caught:
        children.call("refuse", {})
    assert caught.value.as_document() == {
        "type": "about:blank",
        "title": "Not acceptable",
        "status": 422,
        "code": "column_missing",
        "detail": 'There is no column "c9".',
        "where": {"column": "c9"},
    }
    with pytest.raises(ProblemFromChild) as caught:
        children.call("refuse_large", {})
    assert (caught.value.status, caught.value.code, caught.value.where) == (413, "too_large", {"line": 7})


def test_a_fault_of_ours_is_told_without_its_details(children: Children) -> None:
    with pytest.raises(TaskFault) as caught:
        children.call("fault", {})
    assert "secret" not in caught.value.detail
    assert caught.value.where["error"] == "KeyError"
    assert still_works(children)


def test_a_reused_child_serves_again_and_a_fresh_one_never_does(kept: Children, fresh: Children) -> None:
    assert len({kept.call("pid", {}).value for _ in range(6)}) <= 2
    assert len({fresh.call("pid", {}).value for _ in range(3)}) == 3


def test_a_refusal_leaves_the_child_in_service(place: Path) -> None:
    with pool(place / "one", reuse=True) as one:
        before = one.call("pid", {}).value
        with pytest.raises(ProblemFromChild):
            one.call("refuse", {})
        assert one.call("pid", {}).value == before


# Limits


@pytest.mark.parametrize("bomb", ["memory_bomb", "native_memory_bomb"])
def test_a_memory_bomb_is_stopped_at_the_limit(children: Children, bomb: str) -> None:
    with pytest.raises(MemoryExceeded) as caught:
        children.call(bomb, {})
    assert caught.value.status == 422
    assert "400 MiB" in caught.value.detail
    assert still_works(children)


def test_resident_memory_is_watched_where_addresses_are_free(kept: Children) -> None:
    """With a generous address space only the parent's watch is left."""
    with pytest.raises(MemoryExceeded):
        kept.call("native_memory_bomb", {}, limits=replace(LIMITS, memory_bytes=150 * MIB))
    assert still_works(kept)


def test_a_loop_that_ignores_interrupts_is_ended_by_the_wall_clock(children: Children) -> None:
    with pytest.raises(TimeExceeded) as caught:
        children.call("stubborn_loop", {}, limits=replace(LIMITS, wall_seconds=0.5))
    assert "wall-clock" in caught.value.detail
    assert still_works(children)


def test_a_loop_is_ended_by_its_processor_time(children: Children) -> None:
    with pytest.raises(TimeExceeded) as caught:
        children.call("stubborn_loop", {}, limits=replace(LIMITS, cpu_seconds=0.2))
    assert "processor" in caught.value.detail
    assert still_works(children)


def test_processor_time_is_counted_for_each_call(place: Path) -> None:
    # One call uses at most two processors for a second; five of them would break a limit that added up.
    limits = replace(LIMITS, cpu_seconds=4)
    with pool(place / "cpu", reuse=True, limits=limits) as one:
        used_before = one.call("pid", {}).value
        for _ in range(5):
            with pytest.raises(Cancelled):
                one.call("sql", _endless(place), cancelled=_after(0.6))
        assert one.call("pid", {}).value == used_before


def _endless(place: Path) -> dict[str, str]:
    return {"folder": str(place), "sql": "SELECT sum(sqrt(a.range * b.range)) FROM range(1000000) a, range(1000000) b"}


def _after(seconds: float) -> object:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def test_an_output_flood_is_stopped(children: Children) -> None:
    with pytest.raises(OutputExceeded):
        children.call("flood", {})
    assert still_works(children)


def test_a_result_that_is_too_large_is_refused(children: Children) -> None:
    with pytest.raises(OutputExceeded) as caught:
        children.call("payload", {"size": 9 * MIB})
    assert "8 MiB" in caught.value.detail
    assert still_works(children)


def test_a_file_that_is_too_large_is_refused(children: Children) -> None:
    with pytest.raises(OutputExceeded):
        children.call("write", {"mib": 5})
    assert still_works(children)


def test_what_a_task_prints_does_not_disturb_the_conversation(children: Children) -> None:
    assert children.call("chatter", {}).value == "said"


# Deaths


def test_a_child_killed_in_mid_call_is_told_apart_from_a_limit(children: Children) -> None:
    with pytest.raises(ChildDied) as caught:
        children.call("sleep", {"seconds": 30}, on_progress=lambda p: os.kill(int(p["pid"]), signal.SIGKILL))
    assert caught.value.where["reason"] == "signal SIGKILL"
    assert still_works(children)


@pytest.mark.parametrize(
    ("task", "params", "reason"),
    [
        ("die", {"signal": int(signal.SIGSEGV)}, "signal SIGSEGV"),
        ("die", {"signal": int(signal.SIGABRT)}, "signal SIGABRT"),
        ("leave", {"status": 3}, "exit status 3"),
        ("leave", {"status": 0}, "exit status 0"),
    ],
)
def test_a_child_that_ends_by_itself_says_how(
    children: Children, task: str, params: dict[str, int], reason: str
) -> None:
    with pytest.raises(ChildDied) as caught:
        children.call(task, params)
    assert caught.value.where["reason"] == reason
    assert still_works(children)


def test_a_child_killed_while_idle_is_replaced(place: Path) -> None:
    with pool(place / "idle", reuse=True) as one:
        victim = one.call("pid", {}).value
        os.kill(victim, signal.SIGKILL)
        assert eventually(lambda: _state(victim) in ("gone", "zombie"))
        assert one.call("pid", {}).value != victim


def server_of(child: int) -> psutil.Process:
    found = psutil.Process(child).parent()
    assert found is not None
    return found


def test_children_of_a_pool_are_forked_by_one_server_that_has_loaded_their_modules(place: Path) -> None:
    with pool(place / "forked", reuse=False, warm=["duckdb"]) as one:
        told = [one.call("loaded", {"module": "duckdb"}).value for _ in range(2)]
    assert told[0]["pid"] != told[1]["pid"]
    assert told[0]["parent"] == told[1]["parent"] != os.getpid()
    assert all(each["loaded"] for each in told)


def test_a_killed_fork_server_ends_its_children_and_is_replaced(place: Path) -> None:
    victims: list[psutil.Process] = []

    def kill_server(progress: dict[str, Any]) -> None:
        server = server_of(int(progress["pid"]))
        victims.extend([server, *server.children()])
        server.kill()

    with pool(place / "server", reuse=False, size=2) as one:
        with pytest.raises(ChildDied) as caught:
            one.call("sleep", {"seconds": 30}, on_progress=kill_server)
        assert caught.value.where["reason"] == "signal SIGKILL"
        assert still_works(one)
        assert len(victims) > 1
        assert eventually(lambda: all(_state(victim.pid) in ("gone", "zombie") for victim in victims))


def _state(pid: int) -> str:
    try:
        return str(psutil.Process(pid).status())
    except psutil.NoSuchProcess:
        return "gone"


def test_an_error_in_a_callback_ends_the_child_and_reaches_the_caller(children: Children) -> None:
    def stale(_: object) -> None:
        raise LookupError("another worker took over")

    with pytest.raises(LookupError):
        children.call("sleep", {"seconds": 30}, on_progress=stale)
    assert still_works(children)


def test_a_pool_whose_children_cannot_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('no such library')")
    with (
        Children(size=1, reuse=True, limits=LIMITS, scratch=tmp_path, warm=[], extra_tasks=broken) as children,
        pytest.raises(ChildrenCannotStart, match="no such library"),
    ):
        children.call("echo", {})


# Cancelling and waiting


def test_a_cancelled_call_ends_at_once(children: Children) -> None:
    start = time.monotonic()
    with pytest.raises(Cancelled):
        children.call("sleep", {"seconds": 30}, cancelled=lambda: True)
    assert time.monotonic() - start < 5
    assert still_works(children)


def test_an_interrupted_question_leaves_its_child_in_service(place: Path) -> None:
    with pool(place / "interrupted", reuse=True) as one:
        before = one.call("pid", {}).value
        with pytest.raises(Cancelled):
            one.call("sql", _endless(place), cancelled=lambda: True)
        assert one.call("pid", {}).value == before


def test_an_interrupt_that_arrow_tells_is_a_cancel(kept: Children) -> None:
    with pytest.raises(Cancelled):
        kept.call("read_until_cancelled", {}, cancelled=lambda: True)


def test_a_cancel_that_comes_as_the_answer_does_leaves_the_child_in_service(place: Path) -> None:
    with pool(place / "over", reuse=True) as one:
        before = one.call("pid", {}).value
        assert one.call("over_when_cancelled", {}, cancelled=lambda: True).value == "answered"
        assert one.call("pid", {}).value == before


def test_callers_wait_their_turn_and_only_so_many_may(place: Path) -> None:
    with pool(place / "busy", reuse=True, queue_limit=1, wait_seconds=0.5) as one:
        one.sandbox_report()
        asleep = threading.Event()
        sleeper = threading.Thread(
            target=one.call, args=("sleep", {"seconds": 2}), kwargs={"on_progress": lambda _: asleep.set()}
        )
        sleeper.start()
        assert asleep.wait(10)
        with pytest.raises(EngineBusy) as caught:
            one.call("echo", {})
        assert caught.value.status == 503
        sleeper.join()
        assert still_works(one)


def test_many_threads_share_a_pool(kept: Children) -> None:
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(10):
            value = kept.call("echo", {"number": number, "turn": turn}).value
            if value != {"number": number, "turn": turn}:
                wrong.append(value)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert kept.statistics()["busy"] == 0


# What is left behind


def test_nothing_is_left_when_a_pool_closes(tmp_path: Path) -> None:
    children = pool(tmp_path, reuse=False, size=2)
    pids = [children.call("pid", {}).value for _ in range(3)]
    children.call("write", {})
    with pytest.raises(ChildDied):
        children.call("die", {"signal": int(signal.SIGKILL)})
    pids += [process.pid for process in psutil.Process().children() if str(tmp_path) in process.cwd()]
    children.close()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
    assert list(tmp_path.iterdir()) == []


def test_scratch_is_gone_after_each_call(kept: Children) -> None:
    made = Path(kept.call("write", {}).value)
    assert not made.exists()
    assert not made.parent.exists()


def test_no_child_survives_a_killed_parent_and_the_next_start_sweeps_its_folder(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import threading
            from pathlib import Path
            from tablewright.infra.children import Children, Limits
            children = Children(
                size=2, reuse=True, limits=Limits(400 << 20, 60, 60), scratch=Path({str(tmp_path / "s")!r}),
                warm=[], extra_tasks=Path({str(TASKS)!r}),
            )
            def sleep():
                children.call("sleep", {{"seconds": 60}}, on_progress=lambda p: print(p["pid"], flush=True))
            for _ in range(2):
                threading.Thread(target=sleep).start()
            """
        )
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(parent.stdout.readline()) for _ in range(2)]
    assert all(psutil.pid_exists(pid) for pid in pids)
    parent.kill()
    parent.wait()
    assert eventually(lambda: all(_state(pid) in ("gone", "zombie") for pid in pids))
    left = list((tmp_path / "s").iterdir())
    assert len(left) == 1
    with pool(tmp_path / "s", reuse=True):
        assert not left[0].exists()


# The sandbox, as far as the report says that this host has one


def test_the_report_says_what_is_active(kept: Children) -> None:
    report = kept.sandbox_report()
    assert report["rlimits"] is True
    assert report["network"] in ("namespace", "landlock-tcp", "open")
    assert isinstance(report["landlock"], int)


def test_limits_and_privileges_are_in_force(children: Children) -> None:
    status = children.call("limits", {}).value
    report = children.sandbox_report()
    if report["no_new_privs"]:
        assert status["NoNewPrivs"] == "1"
    if report["capabilities_dropped"]:
        assert int(status["CapEff"], 16) == 0


def test_secrets_of_the_parent_are_not_in_the_childs_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLEWRIGHT_SECRET_KEY", "do-not-pass-on")
    with pool(tmp_path, reuse=True) as one:
        environment = one.call("environment", {}).value
    assert not [name for name in environment if name.startswith("TABLEWRIGHT")]
    assert "do-not-pass-on" not in str(environment)


def test_the_network_is_out_of_reach(children: Children) -> None:
    if children.sandbox_report()["network"] == "open":
        assert children.sandbox_report()["landlock"] < 4
        return
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        with socket.create_connection((host, port), timeout=2):
            pass  # reachable from here
        with pytest.raises(TaskFault):
            children.call("connect", {"host": host, "port": port})


def test_files_elsewhere_can_neither_be_read_nor_written_nor_run(fresh: Children, place: Path) -> None:
    inside, outside = place / "data" / "inside.txt", place / "outside.txt"
    inside.write_text("mine")
    outside.write_text("theirs")
    assert fresh.call("read", {"path": str(inside)}).value == "mine"
    if not fresh.sandbox_report()["landlock"]:
        return
    for task, params in (
        ("read", {"path": str(outside)}),
        ("read", {"path": f"/proc/{os.getpid()}/environ"}),
        ("read", {"path": "/etc/passwd"}),
        ("write", {"path": str(place / "data" / "new")}),
        ("write", {"path": str(outside)}),
        ("execute", {}),
    ):
        with pytest.raises(TaskFault) as caught:
            fresh.call(task, params)
        assert caught.value.where["error"] in ("PermissionError", "OSError"), (task, params)
    assert outside.read_text() == "theirs"


def test_a_child_can_signal_neither_its_fork_server_nor_its_pool_nor_another_child(kept: Children) -> None:
    if kept.sandbox_report()["landlock"] < 6:
        return

    def signal_others(progress: dict[str, Any]) -> None:
        sleeping = int(progress["pid"])
        for other in (sleeping, server_of(sleeping).pid, os.getpid()):
            with pytest.raises(TaskFault) as caught:
                kept.call("send_signal", {"pid": other})
            assert caught.value.where["error"] == "PermissionError"
        raise LookupError("all were tried")

    with pytest.raises(LookupError):
        kept.call("sleep", {"seconds": 30}, on_progress=signal_others)


def test_one_call_can_be_narrowed_to_its_own_files(fresh: Children, place: Path) -> None:
    mine, other, out = place / "data" / "mine.txt", place / "data" / "other.txt", fresh.scratch / "out"
    mine.write_text("mine")
    other.write_text("another workspace's")
    out.mkdir(exist_ok=True)
    assert fresh.call("read", {"path": str(mine)}, only_read=[mine]).value == "mine"
    fresh.call("write", {"path": str(out / "made")}, only_write=[out])
    assert (out / "made").stat().st_size == MIB
    if fresh.sandbox_report()["landlock"]:
        with pytest.raises(TaskFault):
            fresh.call("read", {"path": str(other)}, only_read=[mine])
        with pytest.raises(TaskFault):
            fresh.call("write", {"path": str(fresh.scratch / "elsewhere")}, only_write=[out])


def test_a_reused_child_cannot_be_narrowed(kept: Children, place: Path) -> None:
    with pytest.raises(ValueError, match="reused"):
        kept.call("echo", {}, only_read=[place])
