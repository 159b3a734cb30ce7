"""What to write where a file is no YAML: the parser says what it stumbled over, an editor needs what to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

QUOTE_IT = "put the text in quotes when it begins with a sign such as @, % or `"
COLON = 'check the indentation, and put the text in quotes if it holds a colon, as in "a: b"'
SIGN_FIRST = re.compile(r"^\s*(- )?[\w-]+: +([@`%*&!?|>]|- |\[.*\] *[^\s#])")
QUOTED_IN_PART = re.compile(r"""^\s*(- )?[\w-]+: +(["']).*\2 *[^\s#,]""")
CURLY = re.compile("[“”„‟«»]")
LIKE_A_DASH = re.compile("^ *[–—−‐‑•·▪◦*] *[A-Za-z_]+:")
OTHER_SPACE = re.compile("^ *(- )?[A-Za-z_]+:[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
CONFLICT = re.compile("^ *(<{7} |={7}$|>{7} )")
CUT_BY_A_NOTE = re.compile(
    r"^\s*(?:- )?(?:name|description|fees|application_process|alert|caution|label|[a-z]{2}): +[^\s\"'|>{\[#].*\s#\s?\d"
)
DASH_ALONE = re.compile(r"^\s*-[A-Za-z_]+:")


def explained(problem: str, lines: Sequence[str], line: int, noticed: int) -> str:
    """Return what to write; `line` and `noticed` count from 0: where the fault stands, where the parser noticed it."""
    written = lines[line] if line < len(lines) else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent:
        return "indent with spaces, not with a tab"
    if indent.strip(" "):
        return "indent with plain spaces; copying from a web page brings in others"
    if "never closed" in problem:
        return "close the quotes or brackets"
    if brought := _brought_in(lines, line, written):
        return brought
    if "find expected ':'" in problem:
        return "write `name: value`, with a colon and a space after it; a note begins with #"
    if "expected ',' or" in problem:
        seen = f" (noticed in line {noticed + 1})" if noticed != line else ""
        return f'close the brace or bracket, and put the text in quotes if it holds a colon or #, as in "a: b"{seen}'
    if "escape" in problem:
        return "write the sign \\ twice, or leave it out"
    if "start any token" in problem or SIGN_FIRST.match(written):
        return QUOTE_IT
    if QUOTED_IN_PART.match(written):
        return "put the whole text in quotes, or none of it"
    if "mapping values" in problem and CURLY.search(written):
        return 'write straight quotes, as in "a: b"; the curly ones are letters like any other'
    return _indentation(lines, line, len(indent)) or (
        COLON
        if "mapping values" in problem
        else "check the indentation, quotes and brackets of this line and of the one before it"
    )


def _brought_in(lines: Sequence[str], line: int, written: str) -> str:
    """Return the fix for what another program put there in the place of plain signs, '' if that is not it."""
    if LIKE_A_DASH.match(written) or any(LIKE_A_DASH.match(above) for above in lines[max(0, line - 1) : line]):
        which = "this line" if LIKE_A_DASH.match(written) else "the line before"
        return f"begin {which} with a plain hyphen and a space, as in `- id: name`"
    if OTHER_SPACE.match(written):
        return "write a plain space after the colon; copying from a web page brings in others"
    if any(CONFLICT.match(near) for near in lines[max(0, line - 1) : line + 2]):
        return "keep one of the two versions that stand here, and take out the lines of <, = and >"
    return ""


def cut_by_a_note(text: str) -> Iterator[int]:
    """Yield the numbers (from 1) of lines in which a text seems to go on after a #, as in `Room #5`."""
    for number, line in enumerate(text.splitlines(), 1):
        if CUT_BY_A_NOTE.match(line):
            yield number


def depth(line: str) -> int:
    """Return after how many spaces a line begins."""
    return len(line) - len(line.lstrip())


def _indentation(lines: Sequence[str], line: int, indent: int) -> str:
    """Return the fix for a line that begins a space or two beside the one before it, '' if that is not it."""
    before = next((text for text in reversed(lines[:line]) if text.strip() and not text.lstrip().startswith("#")), "")
    if DASH_ALONE.match(before):
        return f"write a space after the dash of the line before, as in `- {before.strip()[1:30]}`"
    wanted = depth(before) + (2 if before.lstrip().startswith("- ") else 0)
    below = next((text for text in lines[line + 1 :] if text.strip()), "")
    if before.lstrip().startswith("- ") and indent > wanted and depth(below) == indent:
        return f"begin the line before, with its dash, after {indent - 2} spaces: two less than this one"
    if before and indent != wanted and abs(indent - wanted) <= 2 and not before.rstrip().endswith(":"):
        return f"begin this line after {wanted} spaces, as the line before does; it begins after {indent}"
    return ""
