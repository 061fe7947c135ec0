"""What comes in, made safe before it is stored: no number that identifies, nothing invisible."""

from typing import Any

from bot.knowledge.redaction import redact
from bot.knowledge.text import clean

# Identifiers of the channel itself; long digits in them are nobody's number.
OWN = {"id", "chat_instance", "inline_message_id", "file_id", "file_unique_id", "callback_data"}


def safe(text: str) -> str:
    """The text with its lines kept, cleaned line by line, and identifying numbers taken out."""
    return redact("\n".join(clean(line) for line in text.split("\n")).strip("\n"))


def safe_all(value: Any) -> Any:
    """Every string of an update made safe; identifiers are only cleaned."""
    if isinstance(value, dict):
        return {key: clean_own(v) if key in OWN else safe_all(v) for key, v in value.items()}
    if isinstance(value, list):
        return [safe_all(item) for item in value]
    return safe(value) if isinstance(value, str) else value


def clean_own(value: Any) -> Any:
    """An identifier without characters that no database stores."""
    return clean(value) if isinstance(value, str) else value
