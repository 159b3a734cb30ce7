"""The soak in short: a bot that kills itself at points of a delivery loses nothing and repeats no more than its window."""

import argparse

import pytest

from bench.soak import soak


@pytest.mark.slow
async def test_soak__killed_at_random_moments_and_at_points_of_a_delivery__nothing_is_lost(tmp_path, capsys):
    options = argparse.Namespace(kills=6, readers=300, concurrency=8, seed=7)
    failed = await soak(options, tmp_path, resume_within=30.0)
    said = capsys.readouterr().out
    assert not failed, said
    assert "lost 0" in said
    assert "store readable 6 of 6" in said
    assert "killed at 0 of" not in said, "none of the points was reached"
