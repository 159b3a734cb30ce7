"""What the bot hears in single messages: which country is meant, and whether it is a danger, a need or small talk.

`tests/lookup/places.jsonl` and `messages.jsonl` hold 70 lines each in nine languages, half of them never read by
whoever tuned the bot. The places are chosen to mislead (`moscow idaho`, `I am Israel`), so that their share tells
which of two versions is better, not how often people are misunderstood; `ordinary.jsonl` (80 lines each, all read)
has the usual range of places, with names of people and dishes between them.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.lookup.question import Question, understand
from bot.resources.lexicons import load_lexicons

DATA = Path(__file__).resolve().parents[1] / "tests" / "lookup"
CRISES = ("violence", "held", "suicide")
Line = Mapping[str, Any]


def is_place_right(line: Line, heard: Question) -> bool:
    """Whether the country is the one that is meant: the saved one where the text names none."""
    return heard.place.country == ((line["place"] or {}).get("country") or line["country"] or "")


def is_need_right(line: Line, heard: Question) -> bool:
    """Whether one of the two most needed topics is one that is meant, and nobody is thought to be in danger."""
    return not heard.danger and bool(set(list(heard.needs)[:2]) & set(line["topics"]))


def is_talk_right(line: Line, heard: Question) -> bool:
    """Whether small talk is heard as such."""
    return heard.is_chatter and not heard.danger


CHECKS: Mapping[str, Callable[[Line, Question], bool]] = {"need": is_need_right, "chatter": is_talk_right}


def told(line: Line) -> str:
    """What a message is, for the table: a danger (and how it is told), a need or small talk."""
    label = "danger" if line["label"] in CRISES else line["label"]
    return f"{label} {line['told']}".strip()


def main() -> None:
    """Print a share for each file, half and kind."""
    lexicons = load_lexicons()

    def shares(name: str, kind: Callable[[Line], str], check: Callable[[Line, Question], bool]) -> None:
        found: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for line in read(name):
            heard = understand(line["q"], lexicons, country=line.get("country") or "", language=line["language"])
            found[line["split"], kind(line)].append(check(line, heard))
        for (half, what), rights in sorted(found.items()):
            print(f"{name:9} {half:5} {what:20} {sum(rights):4} of {len(rights):4}  {sum(rights) / len(rights):.3f}")

    for name in ("places", "ordinary"):
        shares(name, lambda line: "country", is_place_right)
    shares("messages", told, lambda line, heard: CHECKS.get(line["label"], lambda *_: bool(heard.danger))(line, heard))


def read(name: str) -> Iterable[Line]:
    """The lines of a file, in its order."""
    return map(json.loads, (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    main()
