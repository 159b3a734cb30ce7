"""Lengths and offsets in UTF-16 code units, which is how Telegram counts."""


def units(text: str) -> int:
    """Return the length of the text in UTF-16 code units."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def cut(text: str, offset: int, length: int) -> str:
    """Return the part of the text at `offset`, both counted in UTF-16 code units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
