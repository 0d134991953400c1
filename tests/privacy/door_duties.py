"""The duties of the request door's timekeeper, read from the very list that the real process runs."""

import ast
import importlib
from pathlib import Path

import amanah.request_door
from amanah.request_door.timekeeper import Duty

WSGI = Path(amanah.request_door.__file__).with_name("wsgi.py")


def list_duties() -> list[Duty]:
    """Give what `wsgi.py` hands to its timekeeper, without starting any thread."""
    tree = ast.parse(WSGI.read_text(encoding="utf-8"))
    origins = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    call = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Timekeeper"
    )
    listed = call.args[0]
    assert isinstance(listed, ast.List)
    names = [node.id for node in listed.elts if isinstance(node, ast.Name)]
    assert len(names) == len(listed.elts) >= 4
    return [getattr(importlib.import_module(str(origins[name][0])), origins[name][1]) for name in names]
