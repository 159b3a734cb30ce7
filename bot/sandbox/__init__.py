"""Telegram in miniature: a strict local Bot API and a chat page. Imports nothing else of Waypost."""

from bot.sandbox.api import Call
from bot.sandbox.faults import Fault
from bot.sandbox.limits import Limits
from bot.sandbox.messages import Document, Message
from bot.sandbox.people import CallbackAnswer, Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.serve import serve

__all__ = ["Call", "CallbackAnswer", "Document", "Fault", "Limits", "Message", "Person", "Sandbox", "serve"]
