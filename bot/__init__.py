"""Waypost: a Telegram bot that tells people in danger what happened and whom to turn to."""

__version__ = "0.1.0"
