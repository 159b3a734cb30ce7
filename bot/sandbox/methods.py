"""The methods of the Bot API that the sandbox has, by lower-case name."""

import inspect
from typing import Any

from bot.sandbox import methods_chats as chats
from bot.sandbox import methods_messages as messages
from bot.sandbox import methods_profile as profile
from bot.sandbox import methods_updates as updates
from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import ApiError, ended
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

_PLAIN = {
    "getMe": updates.get_me,
    "logOut": updates.log_out,
    "close": updates.close,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "editMessageText": messages.edit_message_text,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "deleteMessages": messages.delete_messages,
    "answerCallbackQuery": messages.answer_callback_query,
    "sendChatAction": messages.send_chat_action,
    "getChat": chats.get_chat,
    "leaveChat": chats.leave_chat,
    "getFile": chats.get_file,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
_WITH_WEBHOOK = {
    "getUpdates": updates.get_updates,
    "setWebhook": updates.set_webhook,
    "deleteWebhook": updates.delete_webhook,
    "getWebhookInfo": updates.get_webhook_info,
}
NAMES = {name.lower(): name for name in (*_PLAIN, *_WITH_WEBHOOK)}


async def call(world: World, webhook: Webhook, method: str, arguments: Arguments) -> Any:
    """Carry out a method (any letter case) and return its result. Raises `ApiError`."""
    if world.logged_out:
        raise ended()
    name = NAMES.get(method.lower())
    if name is None:
        raise ApiError(404, "Not Found: method not found")
    if name in _WITH_WEBHOOK:
        return await _WITH_WEBHOOK[name](world, webhook, arguments)
    result = _PLAIN[name](world, arguments)
    assert not inspect.isawaitable(result)
    return result
