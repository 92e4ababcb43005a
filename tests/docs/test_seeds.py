"""``docs/seeds.md`` tells the truth: states are of three kinds, and what a row names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in re.split(r"(?<!`)\|(?!`)|(?<=\s)\|(?=\s)", line.strip().strip("|"))]
    for line in (ROOT / "docs" / "seeds.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [A-D]\d+ \|", line)
]


def test_there_are_rows_of_all_four_documents_without_gaps() -> None:
    names = [row[0] for row in ROWS]
    for letter in "ABCD":
        numbers = [int(name[1:]) for name in names if name[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row(row: list[str]) -> None:
    state, how = row[-2], row[-1]
    assert state in {"works", "planned", "differs"}, row
    named = re.findall(r"`((?:tests|deploy|docs|src|benchmarks)/[^`\s]*)`", how)
    if state == "works":
        assert named, f"{row[0]}: a row that works names what shows it"
    if state == "differs":
        assert how, f"{row[0]}: a row that differs says why"
    for path in named:
        assert (ROOT / path).exists(), f"{row[0]} names {path}, which does not exist"
