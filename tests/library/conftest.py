"""Helpers that every test of this folder may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Tree = dict[str, "Tree | str | bytes"]


def draw(root: Path, tree: Tree) -> None:
    """Write a tree of folders (dicts) and files (their content)."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        if isinstance(content, dict):
            draw(path, content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Tree], bytes]:
    """Draws a tree below ``tmp_path/root`` and returns that root as bytes."""

    def make(drawn: Tree) -> bytes:
        draw(tmp_path / "root", drawn)
        return os.fsencode(tmp_path / "root")

    return make
