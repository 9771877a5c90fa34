"""What the pages and the deployment files say is what the program does.

No container engine is needed: the files are read, and every command, variable, route and path in them is looked up.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tablewright import cli
from tablewright.infra.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
TEST_COMPOSE = yaml.safe_load((ROOT / "scripts" / "services" / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
# Not the server's: the web's build reads them, and the tests.
OTHERS = re.compile(rf"{PREFIX}(TEST_\w+|WEB|API|S3_\*|\*)?$")


def variables_of_the_program() -> set[str]:
    return {PREFIX + name.upper() for name, field in Settings.model_fields.items() if field.init is not False}


def variables_named_in(text: str) -> set[str]:
    return {
        name for name in re.findall(rf"{PREFIX}[A-Z0-9_]*", text) if not OTHERS.match(name) and not name.endswith("_")
    }


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = [action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found.choices)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def routes() -> set[str]:
    from tablewright.app import create_app

    return {path for route in create_app().routes if (path := getattr(route, "path", None))}


# --- pages ------------------------------------------------------------------------------------------


def test_operations_names_every_setting_in_its_table_and_no_other() -> None:
    table = re.findall(r"^\| `(TABLEWRIGHT_\w+)` \|", (ROOT / "docs/guide/operations.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(set(table)), "a setting is described twice"
    assert set(table) == variables_of_the_program()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_variables_commands_targets_and_files_that_exist(page: Path) -> None:
    text = page.read_text()
    assert variables_named_in(text) <= variables_of_the_program()
    code = "\n".join(_code(text))
    assert set(re.findall(r"\btablewright ([a-z][a-z-]+)", code)) <= set(commands())
    assert set(re.findall(r"^\s*make ([a-z][a-z-]*)", code, re.MULTILINE)) <= make_targets()
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def _code(text: str) -> list[str]:
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def test_the_flags_that_the_pages_use_exist() -> None:
    for page in PAGES:
        for name, flag in re.findall(r"tablewright ([a-z-]+)[^\n`]*? (--[a-z-]+)", "\n".join(_code(page.read_text()))):
            known = {option for action in commands()[name]._actions for option in action.option_strings}
            assert flag in known, f"{page.name}: tablewright {name} {flag}"


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    beginning = (ROOT / "README.md").read_text().splitlines()[:10]
    assert any(line.startswith("make run") for line in beginning)
    assert any(line.startswith("make test") for line in beginning)


def test_make_help_explains_every_target_for_people() -> None:
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "dev", "check", "test", "bench", "services", "build", "api-types", "clean", "help"} <= explained


def test_the_workflow_runs_what_everybody_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    runs = {
        name: [step["run"] for step in job["steps"] if "run" in step and "apt-get" not in step["run"]]
        for name, job in workflow["jobs"].items()
    }
    assert runs == {"test": ["bash .ci/run"], "duckdb-next": ["make duckdb-next"]}
    assert "continue-on-error" not in workflow["jobs"]["test"]
    for step in (step for job in workflow["jobs"].values() for step in job["steps"]):
        if "uses" in step:
            assert re.search(r"@[0-9a-f]{40}$", step["uses"]), f"{step['uses']} can change under us"
    assert "make test" in (ROOT / ".ci" / "run").read_text()


# --- compose ----------------------------------------------------------------------------------------

SERVER_ROLES = {
    name: service for name, service in COMPOSE["services"].items() if service.get("build", {}).get("target") == "server"
}


def test_every_role_of_the_services_mode_is_there_and_runs_an_existing_command() -> None:
    assert set(SERVER_ROLES) == {"migrate", "api", "worker", "beat"}
    for service in SERVER_ROLES.values():
        assert service["command"][0] in commands()
    assert {"web", "postgres", "redis", "rabbitmq", "s3"} <= set(COMPOSE["services"])


def test_the_commands_in_the_head_of_compose_exist() -> None:
    head = (ROOT / "compose.yaml").read_text().partition("name:")[0]
    used = re.findall(r"exec \w+ tablewright ([a-z-]+)", head)
    assert used and set(used) <= set(commands())
    assert all((ROOT / path).is_file() for path in re.findall(r"\b(?:scripts|docs)/[\w/.-]+\w", head))


def test_every_variable_that_compose_gives_to_the_program_is_a_setting() -> None:
    for service in SERVER_ROLES.values():
        assert {name for name in service["environment"] if name.startswith(PREFIX)} <= variables_of_the_program()


def test_the_settings_of_compose_are_accepted_by_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tablewright.infra.settings import load

    made = _compose_env(tmp_path)
    for service in SERVER_ROLES.values():
        for name, value in service["environment"].items():
            monkeypatch.setenv(name, _interpolate(str(value), made))
        found = load(data_dir=tmp_path / "data")
        assert not found.embedded_database and not found.embedded_broker
        assert found.database_url.startswith("postgresql://tablewright_app:")
        assert found.object_store_url == "s3://tablewright/objects"


def _compose_env(folder: Path) -> dict[str, str]:
    import subprocess

    text = subprocess.run(
        ["bash", str(ROOT / "scripts" / "compose_env.sh"), "https://reports.example.org"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    ).stdout
    return dict(line.split("=", 1) for line in text.splitlines())


def _interpolate(value: str, given: dict[str, str]) -> str:
    """Compose's `${NAME:?words}` and `${NAME:-default}`."""

    def of(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        assert kind == "-", f"{name} is needed, and scripts/compose_env.sh does not make it"
        return rest

    return re.sub(r"\$\{(\w+):([?-])([^}]*)\}", of, value)


@pytest.mark.parametrize("file", [COMPOSE, TEST_COMPOSE], ids=["compose.yaml", "scripts/services/compose.yaml"])
def test_no_secret_has_a_default_and_no_image_can_change_under_us(file: dict[str, Any]) -> None:
    text = yaml.safe_dump(file, width=10_000)
    for name, kind in re.findall(r"\$\{(\w+)(:[?-])?", text):
        if re.search(r"PASSWORD|SECRET|KEY", name):
            assert kind == ":?", f"{name} would start without a value"
    for name, service in file["services"].items():
        if "build" not in service:
            assert re.search(r":v?\d+\.\d+[\w.-]*$", service["image"]), f"{name}: {service['image']}"


def test_every_lasting_service_has_limits_and_says_whether_it_is_well() -> None:
    silent = {"beat", "migrate"}  # no door to knock at
    for name, service in COMPOSE["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory"} <= set(limits), name
        if name in silent or name == "s3-bucket":
            continue
        asked_in_image = name == "web"
        assert asked_in_image or "test" in service["healthcheck"], name
        if "depends_on" in service:
            assert all("condition" in wish for wish in service["depends_on"].values()), name


def test_health_checks_knock_at_doors_that_exist() -> None:
    text = (ROOT / "compose.yaml").read_text() + DOCKERFILE
    for path in re.findall(r"127\.0\.0\.1:8080(/[a-z/]*)", text):
        assert path in routes()


def test_only_the_proxy_is_published_and_the_stores_have_no_way_out() -> None:
    published = [name for name, service in COMPOSE["services"].items() if "ports" in service]
    assert published == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis", "rabbitmq", "s3"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
    for service in TEST_COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


# --- image ------------------------------------------------------------------------------------------


def stages() -> dict[str, str]:
    """Dockerfile stages by name, each from its FROM to the next."""
    found = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {re.match(r"\S+ AS (\S+)", stage).group(1): stage for stage in found}  # type: ignore[union-attr]


@pytest.mark.parametrize("stage", ["server", "web"])
def test_what_runs_is_not_root_and_says_whether_it_is_well(stage: str) -> None:
    text = stages()[stage]
    (user,) = re.findall(r"^USER (\d+):\d+$", text, re.MULTILINE)
    assert int(user) >= 1000
    assert "HEALTHCHECK" in text


def test_base_images_and_tools_are_exact() -> None:
    import json

    names = set(stages())
    for base in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE):
        assert base in names or re.search(r":\d+\.\d+\.\d+-", base), base
    pnpm = json.loads((ROOT / "package.json").read_text())["packageManager"]
    assert pnpm in DOCKERFILE
    assert re.search(r"uv==\d+\.\d+\.\d+", DOCKERFILE)


def test_the_image_takes_only_what_is_in_the_tree_and_not_ignored() -> None:
    ignored = {
        line.strip("*/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"
    }
    for stage in stages().values():
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", stage, re.MULTILINE):
            for source in sources.split():
                assert (ROOT / source).exists(), source
                assert source.strip("/") not in ignored, source
    assert variables_named_in(stages()["server"]) <= variables_of_the_program()
    assert re.search(r'ENTRYPOINT \["tini", "--", "tablewright"\]\s+CMD \["(\w+)"\]', DOCKERFILE)
    assert "serve" in commands()


def test_the_licence_travels_with_the_package() -> None:
    for name in ("LICENSE", "NOTICE"):
        assert (ROOT / "backend" / name).read_text() == (ROOT / name).read_text()
    assert "Apache License" in (ROOT / "LICENSE").read_text()
