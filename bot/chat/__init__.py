"""Telegram: the only room that speaks to it."""

import os

# From its next major version on, the library gives spans of time as timedelta; until then one asks for it so.
os.environ.setdefault("PTB_TIMEDELTA", "true")
