"""Words: values become Telegram text and buttons, in the reader's language."""
