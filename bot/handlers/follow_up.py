"""Follow-up in the chat: joining, reminders' answers, one's own appointments, leaving."""

from aiogram import Router

router = Router(name="follow_up")
