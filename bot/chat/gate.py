"""Who stands behind an update: one person in her own chat, or nobody; and whether she typed it herself just now."""

from __future__ import annotations

from telegram import Chat, Message, Update, User


def person_of(update: Update) -> tuple[Chat, User] | None:
    """Return chat and person of a new message or a tap in a private chat with one person, else None.

    What is edited, sent for somebody's business, posted in a channel or asked inline is nobody's message to us; nor is
    what names another person than the chat's own: nobody could say whose word counts.
    """
    if update.message is None and update.callback_query is None and update.my_chat_member is None:
        return None
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or chat.type != Chat.PRIVATE or user.is_bot or user.id != chat.id:
        return None
    message = update.message
    if message is not None and (message.sender_chat or message.business_connection_id or message.guest_query_id):
        return None
    return chat, user


def is_typed(message: Message) -> bool:
    """Say whether a message is what its sender wrote or chose herself just now, in this chat.

    Only such a message commands. Another's words reach us as well: forwarded, made by an inline bot, quoted from
    another chat, sent by a business account's robot or by a timer; a caption is no command in Telegram's apps either.
    """
    from_elsewhere = (
        message.forward_origin,
        message.via_bot,
        message.sender_chat,
        message.sender_business_bot,
        message.business_connection_id,
        message.external_reply,
        message.reply_to_story,
        message.guest_query_id,
        message.guest_bot_caller_user,
        message.guest_bot_caller_chat,
        message.is_automatic_forward,
        message.is_from_offline,
        message.edit_date,
    )
    return not any(from_elsewhere)
