"""What is stored about a person: see it, take it along, erase it."""

from aiogram import Router

router = Router(name="my_data")
