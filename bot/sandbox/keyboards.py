"""Reply markup: read, checked and refused as the server does, and found again when a person presses a button."""

from typing import Any

from bot.sandbox.arguments import Arguments
from bot.sandbox.errors import bad_request
from bot.sandbox.links import fault_of_link, linked_user

Markup = dict[str, Any]
MOST_DATA = 64
MOST_COPIED = 256
MOST_BUTTONS = 100


def reply_markup(arguments: Arguments) -> Markup | None:
    """Return the checked markup of a call, None when there is none. Raises `ApiError` 400."""
    value = arguments.json("reply_markup", "can't parse reply keyboard markup JSON object")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if value.get("keyboard"):
        return _reply_keyboard(value)
    rows = value.get("inline_keyboard")
    if rows is not None and not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if rows:
        return _inline_keyboard(rows)
    if value.get("remove_keyboard") or value.get("hide_keyboard"):
        return {"remove_keyboard": True}
    return {"force_reply": True} if value.get("force_reply") else None


def inline_markup(arguments: Arguments) -> Markup | None:
    """Return the inline keyboard for an edit; another kind is refused."""
    markup = reply_markup(arguments)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _reply_keyboard(value: Markup) -> Markup:
    for row in value["keyboard"]:
        if not isinstance(row, list):
            raise bad_request('field "keyboard" must be an Array of Arrays')
        for button in row:
            text = button.get("text") if isinstance(button, dict) else button
            if not isinstance(text, str) or not text:
                raise bad_request("keyboard button text must be non-empty")
    return value


def _inline_keyboard(rows: list[Any]) -> Markup:
    checked = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        try:
            checked.append([_inline_button(button) for button in row])
        except ValueError as fault:
            raise bad_request(f"can't parse inline keyboard button: {fault}") from None
    buttons = [button for row in checked for button in row]
    for button in buttons:
        _check_button(button)
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    filled = [row for row in checked if row]
    return {"inline_keyboard": filled}


def _inline_button(button: Any) -> Markup:
    if not isinstance(button, dict):
        raise ValueError("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise ValueError('Can\'t find field "text"')
    for name in ("text", "url", "callback_data"):
        if name in button and not isinstance(button[name], str):
            raise ValueError(f'Field "{name}" must be of type String')
    text = button["text"]
    for name in ("url", "callback_data"):
        if button.get(name):
            return {"text": text, name: button[name]}
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if name in button:
            return {"text": text, name: button[name]}
    if "web_app" in button:
        return {"text": text, "web_app": {"url": button["web_app"]["url"]}}
    if "copy_text" in button:
        if not isinstance(button["copy_text"], dict) or "text" not in button["copy_text"]:
            raise ValueError('Can\'t find field "text"')
        return {"text": text, "copy_text": {"text": button["copy_text"]["text"]}}
    raise ValueError("Text buttons are unallowed in the inline keyboard")


def _check_button(button: Markup) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if "url" in button and linked_user(button["url"]) is None:
        fault = fault_of_link(button["url"])
        if fault is not None:
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {fault}")
    if "callback_data" in button and len(button["callback_data"].encode()) > MOST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= MOST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def buttons_of(markup: Markup | None) -> list[Markup]:
    """Return the inline buttons in reading order."""
    return [button for row in (markup or {}).get("inline_keyboard", ()) for button in row]


def button_named(markup: Markup | None, name: str) -> Markup | None:
    """Return the first inline button with that text, else with that callback data."""
    buttons = buttons_of(markup)
    for key in ("text", "callback_data"):
        for button in buttons:
            if button.get(key) == name:
                return button
    return None
