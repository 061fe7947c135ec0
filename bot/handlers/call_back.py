"""A wish to be rung by a person: first name, phone, and when it suits."""

from aiogram import Router

router = Router(name="call_back")
