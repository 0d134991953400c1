"""What an operator can write, meet or type is documented, and what is documented exists."""

import argparse
import ast
import re
from pathlib import Path

import pytest

from amanah.cli.command import build_parser
from amanah.web.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def list_headings(document: str) -> set[str]:
    text = (REFERENCE / document).read_text(encoding="utf-8")
    return set(re.findall(r"^#+ `([^`]+)`", text, re.MULTILINE)) | set(
        re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    )


def list_commands() -> dict[str, argparse.ArgumentParser]:
    actions = [action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(actions[0].choices)


def list_error_codes() -> set[str]:
    codes = set()
    for path in (ROOT / "src" / "amanah").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                codes |= {
                    str(statement.value.value)
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    and isinstance(statement.targets[0], ast.Name)
                    and statement.targets[0].id == "code"
                    and isinstance(statement.value, ast.Constant)
                }
    return codes


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    assert list_headings("settings.md") == set(SETTINGS)


def test_every_error_code_is_documented_and_every_documented_code_exists() -> None:
    assert list_headings("errors.md") == list_error_codes()


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    documented = {
        name.removeprefix("amanah ") for name in list_headings("commands.md") if name.startswith("amanah ")
    }
    assert documented == set(list_commands())


@pytest.mark.parametrize("command", sorted(set(list_commands()) - {"drill"}))
def test_every_option_is_documented_with_its_command(command: str) -> None:
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^## `amanah {command}`$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section
    options = [option for action in list_commands()[command]._actions for option in action.option_strings]
    missing = [
        option
        for option in options
        if option.startswith("--") and option != "--help" and option not in section[1]
    ]
    assert missing == []


def list_commands_in_documents() -> list[tuple[str, str]]:
    documents = [path for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md") if path.exists()]
    documents += sorted((ROOT / "docs").rglob("*.md"))
    found = []
    for path in documents:
        for block in re.findall(
            r"```(?:sh|console|bash)?\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL
        ):
            found += [(path.name, line.strip().removeprefix("$ ")) for line in block.splitlines()]
    return found


def test_every_amanah_command_in_a_document_exists() -> None:
    commands = list_commands()
    unknown = [
        (document, line)
        for document, line in list_commands_in_documents()
        if (match := re.search(r"(?:^|\s)amanah ([a-z-]+)\b", line)) and match[1] not in commands
    ]
    assert unknown == []


def test_every_make_task_in_a_document_exists() -> None:
    tasks = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = [
        (document, line)
        for document, line in list_commands_in_documents()
        if (match := re.match(r"make ([a-z]+)\b", line)) and match[1] not in tasks
    ]
    assert unknown == []


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "spec").rglob("*.md")]
    links = [
        (path, target)
        for path in documents
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    ]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path, target in links
        if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists()
    ]
    assert broken == []
