"""Channels: how updates come in and methods go out."""

from bot import lazy_models as lazy_models  # before any module here imports aiogram
