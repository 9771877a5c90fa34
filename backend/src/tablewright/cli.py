"""The command line. Each command imports what it needs when it runs, so that asking for help costs nothing."""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ENVIRONMENT = {"host": "HOST", "port": "PORT", "data_dir": "DATA_DIR"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Problems are sentences on standard error and exit status 1, never a stack trace."""
    options = _parser().parse_args(arguments)
    for name, variable in _ENVIRONMENT.items():
        value = getattr(options, name, None)
        if value is not None:
            os.environ[f"TABLEWRIGHT_{variable}"] = str(value)
    from tablewright.core.errors import Problem

    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except Problem as problem:
        if getattr(options, "json", False):
            _write({"problem": problem.as_document()})
        print(f"tablewright: {problem.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tablewright",
        description="Self-hosted reporting and analytics: from a messy file to a trustworthy report.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, does: Callable[[argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(command=does)
        return command

    serve = add("serve", _serve, "run everything: database, API, worker and web")
    api = add("api", _api, "run the API process alone")
    for one in (serve, api):
        one.add_argument("--host", help="address to listen on (127.0.0.1)")
        one.add_argument("--port", type=int, help="port to listen on (8080; 0 for any free one)")
    api.add_argument("--fd", type=int, help=argparse.SUPPRESS)
    worker = add("worker", _worker, "take jobs from the queue, and keep house")
    beat = add("beat", _beat, "send a message for every queued job, and again when it got lost")
    migrate = add("migrate", _migrate, "bring the database to this version's schema")
    link = add("setup-link", _setup_link, "print a fresh one-time link that makes the first account")
    doctor = add("doctor", _doctor, "say what works and what does not")
    doctor.add_argument("--json", action="store_true", help="print one JSON document")
    for one in (serve, api, worker, beat, migrate, link, doctor):
        one.add_argument("--data-dir", type=Path, help="the data folder")

    load = add("load", _load, "read a file as an upload would be read, and print its tables and receipts")
    load.add_argument("file", type=Path)
    load.add_argument("--json", action="store_true", help="print one JSON document")
    load.add_argument("--no-rows", action="store_true", help="leave the rows out of the JSON document")
    load.add_argument("--options", default="{}", help="what is told instead of detected, as JSON")
    load.add_argument("--out", type=Path, help="keep the tables as Parquet in this folder")
    ask = add("ask", _ask, "ask a question of a file, and print the answer as JSON")
    ask.add_argument("file", type=Path)
    ask.add_argument("question", help="the question as JSON; dataset_id may be left out")
    ask.add_argument("--table", help="the table's name, when the file has several")
    for one in (load, ask):
        one.add_argument("--memory-bytes", type=int, help="the most memory that reading may use (2 GiB)")
        one.add_argument("--seconds", type=float, help="the longest time that reading may take (3600)")
    add("version", _version, "print the version")
    return parser


def _version(_: argparse.Namespace) -> int:
    from tablewright import __version__

    print(__version__)
    return 0


# --- processes --------------------------------------------------------------------------------------


@contextmanager
def _loading() -> Iterator[None]:
    """Load modules without looking for garbage among what they make, now or later: it lives as long as the process."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _serve(_: argparse.Namespace) -> int:
    with _loading():
        from tablewright.serve import serve

    return serve()


def _api(options: argparse.Namespace) -> int:
    import socket

    with _loading():
        import uvicorn

        from tablewright.app import app
        from tablewright.infra.settings import settings

    current = settings()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=current.host,
            port=current.port,
            log_config=None,
            access_log=False,
            server_header=False,
            # Longer than people think between two clicks, and than proxies keep an idle connection (60 s): who is
            # closed upon just as it asks gets an error that is nobody's fault.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
    )
    sockets = None if options.fd is None else [socket.socket(fileno=options.fd)]
    server.run(sockets=sockets)
    return 0 if server.started else 1


def _worker(_: argparse.Namespace) -> int:
    with _loading():
        from tablewright.worker import run_worker

    run_worker()
    return 0


def _beat(_: argparse.Namespace) -> int:
    with _loading():
        from tablewright.worker import run_beat

    run_beat()
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from tablewright.infra.db import migrate
    from tablewright.infra.settings import SettingWrong, settings

    current = settings()
    if not current.migration_url:
        raise SettingWrong(
            "TABLEWRIGHT_MIGRATION_URL is missing: migrations run as the owner of the tables, "
            "which the application's own role is not.",
            "TABLEWRIGHT_MIGRATION_URL",
        )
    if not current.embedded_database:
        migrate(current.migration_url)
    else:
        from tablewright.infra.embedded import Postgres
        from tablewright.infra.settings import own_secret
        from tablewright.serve import lock_folder

        with lock_folder(current.data_dir):
            postgres = Postgres(current)
            postgres.start()
            try:
                migrate(current.migration_url, own_secret(current.data_dir, "database_app"))
            finally:
                postgres.stop()
    print("The database has the schema of this version.")
    return 0


def _setup_link(_: argparse.Namespace) -> int:
    from tablewright.identity.service import setup_link
    from tablewright.infra import clock
    from tablewright.infra.db import transaction
    from tablewright.infra.settings import settings

    with transaction() as session:
        link = setup_link(session, clock.now(), settings().public_url)
    if link is None:
        print("There is an account already: an admin invites everybody else.", file=sys.stderr)
        return 1
    print(link)
    return 0


# --- files without a server -------------------------------------------------------------------------


def _load(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="tablewright-") as scratch:
        loaded = _read(options, Path(scratch))
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            for table in loaded["tables"]:
                kept = options.out.resolve() / Path(table["file"]).name
                shutil.move(Path(scratch) / "tables" / kept.name, kept)
                table["file"] = str(kept)
        if options.json:
            from tablewright.core.readers.printed import document

            sys.stdout.writelines(document(loaded, rows=not options.no_rows, files=bool(options.out)))
            return 0
    print(f"{options.file.name}: {loaded['format']}")
    for table in loaded["tables"]:
        receipt = table["receipt"]
        print(
            f"\n{table['name']}: {table['row_count']:,} rows, {len(table['schema'])} columns "
            f"(seen {receipt['rows_seen']:,} = loaded {receipt['rows_loaded']:,} + "
            f"quarantined {receipt['rows_quarantined']:,} + skipped {receipt['rows_skipped']:,})"
        )
        width = max((len(column["name"]) for column in table["schema"]), default=0)
        for column in table["schema"]:
            print(f"  {column['name']:<{width}}  {column['type']}")
        for decision in receipt["decisions"]:
            print(f"  decided: {decision['what']} = {decision['value']} ({decision['evidence']})")
        for line in receipt["quarantine"][:10]:
            print(f"  quarantined: line {line['line']}: {line['reason']}")
    return 0


def _ask(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime
    from uuid import UUID

    from pydantic import ValidationError

    from tablewright.core.errors import Invalid, Missing
    from tablewright.core.queries.answer import to_answer
    from tablewright.core.queries.compile import compile_question, count_question
    from tablewright.core.queries.model import Question
    from tablewright.core.queries.tables import Table, key_of
    from tablewright.core.tables.schema import Column, Schema
    from tablewright.infra.children import Limits
    from tablewright.infra.engine import Engine

    class QuestionInvalid(Invalid):
        pass

    class TableMissing(Missing):
        pass

    try:
        question = Question.model_validate({"dataset_id": str(UUID(int=0)), **json.loads(options.question)})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise QuestionInvalid(f"The question does not fit the model at {place}: {fault['msg']}.") from None
    except (ValueError, TypeError) as error:
        raise QuestionInvalid(f"The question is not a JSON object: {error}.") from None
    with tempfile.TemporaryDirectory(prefix="tablewright-") as scratch:
        out = Path(scratch) / "tables"
        tables = _read(options, Path(scratch))["tables"]
        chosen = [table for table in tables if options.table in (None, table["name"])]
        if len(chosen) != 1:
            names = ", ".join(repr(table["name"]) for table in tables)
            raise TableMissing(f"Name one table with --table. {options.file.name} has: {names}.")
        (table,) = chosen
        schema = Schema(columns=tuple(Column.model_validate(column) for column in table["schema"]))
        source = Path(table["file"]).name
        limits = Limits(memory_bytes=1 << 30, cpu_seconds=120, wall_seconds=60)
        with _children(Path(scratch), limits, out) as children:
            engine = Engine(children)
            asked_of = {key_of(question): Table(schema, source)}
            today = datetime.now(UTC).date()
            compiled = compile_question(question, asked_of, today=today)
            found = engine.ask(out, compiled)
            counting = count_question(question, asked_of, today=today)
            total = int(engine.ask(out, counting).column(0)[0].as_py())
        answer = to_answer(
            found,
            compiled,
            version_id=UUID(int=0),
            total_count=total,
            truncated=total > question.offset + found.num_rows,
        )
    sys.stdout.write(answer.model_dump_json() + "\n")
    return 0


def _read(options: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Load the file into `scratch/tables`, the only place that the child may write to."""
    from tablewright.core.errors import Missing
    from tablewright.infra.children import Limits
    from tablewright.infra.settings import Settings

    class FileMissing(Missing):
        pass

    path = options.file.resolve()
    if path.is_dir():
        raise FileMissing(f"{options.file} is a folder. Name one file, or pack the folder as .zip or .tar.")
    if not path.is_file():
        raise FileMissing(f"There is no file {options.file}.")
    out = scratch / "tables"
    out.mkdir()
    defaults = Settings.model_fields
    memory = options.memory_bytes or defaults["load_memory_bytes"].default
    wall = options.seconds or defaults["load_wall_seconds"].default
    limits = Limits(memory_bytes=memory, cpu_seconds=wall * 2, wall_seconds=wall)
    with _children(scratch, limits, path) as children:
        reply = children.call(
            "load",
            {
                "path": str(path),
                "filename": path.name,
                "out_dir": str(out),
                "memory_bytes": min(384 << 20, memory // 2),
                "threads": 2,
                "max_columns": 2000,
                "options": _told(options),
            },
            only_read=[path],
            only_write=[out],
        )
    loaded: dict[str, Any] = reply.value
    return loaded


def _told(options: argparse.Namespace) -> dict[str, Any]:
    from pydantic import ValidationError

    from tablewright.core.errors import Invalid
    from tablewright.core.readers.options import LoadOptions

    class OptionsInvalid(Invalid):
        pass

    try:
        told = LoadOptions.model_validate_json(getattr(options, "options", "{}"))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the top"
        raise OptionsInvalid(f"The options do not fit at {place}: {fault['msg']}.") from None
    return told.model_dump(mode="json", exclude_unset=True)


def _children(scratch: Path, limits: Any, readable: Path) -> Any:
    import logging

    import structlog

    from tablewright.infra.children import Children

    # What a command prints is its result; the pool's own lines are for servers.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return Children(size=1, reuse=False, limits=limits, scratch=scratch, readable=[readable])


# --- looking around ---------------------------------------------------------------------------------


def _doctor(options: argparse.Namespace) -> int:
    from tablewright.doctor import examine

    findings = examine()
    if options.json:
        _write({"findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            print(f"{'ok ' if finding.ok else 'BAD'}  {finding.subject}: {finding.words}")
    return 0 if all(finding.ok for finding in findings) else 1


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    sys.exit(main())
