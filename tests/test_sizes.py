"""No file of the bot or its benches has more than 300 lines, and no function more than 50."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((*(ROOT / "bot").rglob("*.py"), *(ROOT / "bench").glob("*.py"), ROOT / "run"))
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_file__and_each_of_its_functions__can_be_read_in_one_go(file) -> None:
    text = file.read_text(encoding="utf-8")
    long = {
        node.name: lines
        for node in ast.walk(ast.parse(text))
        if isinstance(node, FUNCTION) and (lines := (node.end_lineno or 0) - node.lineno + 1) > 50
    }
    assert (text.count("\n") <= 300, long) == (True, {})
