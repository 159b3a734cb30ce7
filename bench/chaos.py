"""Scripts of Telegram's faults by seed, on a virtual clock: the real courier, limiter, sender, transport and poller.

./run soak --chaos 500                 # seeds 0 to 499
./run bench chaos --first 1000 --seeds 50

Each script lasts ten minutes and has two to seven phases of trouble: 5xx, 401, 404, 409, connections refused or cut
before and after the effect, empty, cut-off and foreign answers, a proxy's pages, silence, slowness, 429 for all or for
one chat. Meanwhile alerts are published, people write, and the clock is set back an hour or forward a day. Afterwards
nobody may be left out, nobody may have got a copy too many without an answer that was lost, no request may have begun
inside a retry_after, and every update must have had its effect once. Exit status 1 when something of it is not so.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

# Run as a file, only the folder of this file is on the path, and the rooms are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog

from tests.chat.chaos import live


def _drop(*_: object) -> None:
    raise structlog.DropEvent


def chaos(first: int, seeds: int) -> int:
    """Live through so many scripts and print what came of it; return the exit status."""
    logging.disable()
    structlog.configure(processors=[_drop])
    begun, lives = time.perf_counter(), []
    for seed in range(first, first + seeds):
        lives.append(live(seed))
        for fault in lives[-1].faults:
            print(f"seed {seed}: {fault}", flush=True)
    failed = sum(bool(each.faults) for each in lives)
    print(f"{seeds} scripts in {time.perf_counter() - begun:.0f} s: {failed} failed")
    print(
        f"requests {sum(each.requests for each in lives)}, refused with 429 {sum(each.refused for each in lives)}, "
        f"copies twice because an answer was lost {sum(each.twice for each in lives)}, "
        f"virtual hours {sum(each.seconds for each in lives) / 3600:.0f}"
    )
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=500)
    options = parser.parse_args()
    return chaos(options.first, options.seeds)


if __name__ == "__main__":
    raise SystemExit(main())
