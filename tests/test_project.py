"""The project keeps its word: what the documents say is what the code does."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import pytest

import formcheck
from formcheck import errors
from formcheck.cli.main import cli

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
PAGES = [*DOCUMENTS, PROJECT / "CHANGELOG.md", PROJECT / "CONTRIBUTING.md"]

# What a package is called when it is imported, where that is not its own name.
MODULES = {"opencv-python": "cv2", "Jinja2": "jinja2"}
# Imported, but left to the package that brings them along.
ARRIVE_WITH = {"flatbuffers": "mediapipe", "markupsafe": "Jinja2"}


def commands(
    command: click.Command = cli, path: str = "formcheck"
) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}")


def error_kinds(kind: type[errors.FormcheckError] = errors.FormcheckError) -> Iterator[type]:
    for below in kind.__subclasses__():
        yield below
        yield from error_kinds(below)


def imported_modules() -> set[str]:
    found = set()
    for path in (PROJECT / "formcheck").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_every_command_is_documented(path: str) -> None:
    assert any(path in page.read_text(encoding="utf-8") for page in DOCUMENTS)


@pytest.mark.parametrize("command", [pytest.param(c, id=path) for path, c in commands()])
def test_every_command_and_option_has_help(command: click.Command) -> None:
    assert command.help
    for option in command.params:
        assert isinstance(option, click.Argument) or option.help  # type: ignore[attr-defined]


def test_every_option_of_analyze_is_in_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for option in cli.commands["analyze"].params:
        assert isinstance(option, click.Argument) or f"`{option.opts[0]}" in readme


@pytest.mark.parametrize("page", ["README.md", "docs/errors.md"])
def test_exit_codes_in_the_documents_are_those_of_the_code(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}
    in_tree = {kind.exit_code for kind in error_kinds()}  # type: ignore[attr-defined]
    assert told == in_tree | {0, 1, 130}


def test_exit_codes_in_the_tree_are_those_of_its_docstring() -> None:
    assert errors.__doc__
    told = {int(code) for code in re.findall(r"^(\d+)  ", errors.__doc__, flags=re.MULTILINE)}
    assert {kind.exit_code for kind in error_kinds()} <= told  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_version_is_the_installed_one() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", formcheck.__version__)
    try:
        assert metadata.version("formcheck") == formcheck.__version__
    except metadata.PackageNotFoundError:
        pytest.skip("formcheck is not installed, only importable")


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[\w.-]+", requirement) for requirement in project["dependencies"]]
    declared = {MODULES.get(name[0], name[0]) for name in names if name}
    imported = imported_modules()
    assert declared <= imported
    undeclared = imported - declared - sys.stdlib_module_names - {"formcheck"}
    assert undeclared <= ARRIVE_WITH.keys()
