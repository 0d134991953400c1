"""The tree keeps its promises of size, naming and words; what cannot be counted is not promised here."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
MOST_STATEMENTS = 30
MOST_ARGUMENTS = 6
VAGUE_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "managers",
    "signals",
    "services",
    "misc",
    "shared",
}
# Written in parts, so that this very file does not name them.
REGISTRY_HOSTS = [
    "pypi" + ".org", "python" + "hosted", "npm" + "js.", "deb." + "debian", "proxy." + "golang", "crates" + ".io",
    "registry." + "yarnpkg",
]  # fmt: skip
MACHINE_PATHS = ["/" + "work/", "/" + "root/", "/" + "home/"]
TRADITIONAL_NAMES = {
    "README.md",
    "ARCHITECTURE.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
}


def list_tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def list_python_files() -> list[Path]:
    return [path for path in list_tracked_files() if path.suffix == ".py"]


def list_product_files() -> list[Path]:
    return [path for path in list_python_files() if "migrations" not in path.parts and "src" in path.parts]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def list_functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def count_statements(function: ast.AST) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1


def count_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in arguments if argument.arg not in {"self", "cls"}])


def test_no_file_is_longer_than_the_budget() -> None:
    source = {".py", ".ts", ".mjs"}
    files = [path for path in list_tracked_files() if path.suffix in source and "static" not in path.parts]
    long = {
        name_of(path): lines for path in files if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_the_budget() -> None:
    long = {
        f"{name_of(path)}:{function.name}": count
        for path in list_product_files()
        for function in list_functions(path)
        if (count := count_statements(function)) > MOST_STATEMENTS
    }
    assert long == {}


def test_no_function_takes_more_arguments_than_the_budget() -> None:
    many = {
        f"{name_of(path)}:{function.name}": count
        for path in list_product_files()
        for function in list_functions(path)
        if (count := count_arguments(function)) > MOST_ARGUMENTS
    }
    assert many == {}


def test_no_name_says_nothing() -> None:
    vague = [name_of(path) for path in list_tracked_files() if {path.stem, *path.parent.parts} & VAGUE_NAMES]
    assert [name for name in vague if not name.startswith("src/amanah/web/static/")] == []


def test_every_module_opens_by_saying_what_it_holds() -> None:
    silent = [
        name_of(path)
        for path in list_python_files()
        if "migrations" not in path.parts
        and not (path.name == "__init__.py" and not path.read_bytes() and "tests" in path.parts)
        and not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()
    ]
    assert silent == []


def test_every_package_is_a_package() -> None:
    folders = {path.parent for path in list_product_files()}
    missing = [
        name_of(folder)
        for folder in folders
        if folder.name != "src" and not (folder / "__init__.py").exists()
    ]
    assert missing == []


def test_no_file_names_a_package_registry() -> None:
    naming = [
        f"{name_of(path)}: {host}"
        for path in list_tracked_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert naming == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    pattern = re.compile("|".join(rf"(?<![\w./-]){re.escape(place)}[a-z]" for place in MACHINE_PATHS))
    naming = [
        f"{name_of(path)}: {match.group()}"
        for path in list_tracked_files()
        if path.suffix not in {".png", ".jpg", ".woff2", ".mo", ".ico", ".webp"}
        and (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert naming == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(" + "TO" + r"DO|" + "FIX" + r"ME|" + "XX" + r"X)\b")
    left = [
        name_of(path)
        for path in list_tracked_files()
        if path.suffix in {".py", ".ts", ".md", ".html", ".toml", ".css"}
        and later.search(path.read_text("utf-8"))
    ]
    assert left == []


def test_documents_have_lower_case_names() -> None:
    loud = [
        name_of(path)
        for path in list_tracked_files()
        if path.suffix == ".md" and path.name not in TRADITIONAL_NAMES and path.name != path.name.lower()
    ]
    assert loud == []


def test_the_makefile_stays_small_and_every_task_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    assert len(lines) <= 60
    tasks = [line for line in lines if re.match(r"^[a-z]+:", line)]
    assert [line for line in tasks if "## " not in line] == []


@pytest.mark.parametrize(
    "folder", ["card_door", "programme_door", "request_door", "log_service", "cli", "web", "core"]
)
def test_production_code_never_imports_the_drill(folder: str) -> None:
    importing = [
        name_of(path)
        for path in list_product_files()
        if path.is_relative_to(ROOT / "src" / "amanah" / folder)
        and re.search(r"^\s*(from|import) amanah\.drill", path.read_text(), re.MULTILINE)
    ]
    assert importing == []
