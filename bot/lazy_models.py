"""aiogram, imported without building the hundreds of models that nobody may ever use.

aiogram builds a validator for every type of Telegram's API while it is imported, which takes most
of a start and over a hundred megabytes. pydantic can build each when it is first used; only
aiogram's own calls of `model_rebuild` stand against it. So they do nothing during the import, and
the types get a `model_rebuild` that knows the names those calls would have told it.

Import this module before aiogram; afterwards it changes nothing. INNOM_EAGER_MODELS=1 leaves
aiogram as it is, should a new version of it or of pydantic not bear this.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from pydantic import BaseModel

SWITCH = "INNOM_EAGER_MODELS"

_names: dict[str, Any] = {}
_build: Any = BaseModel.__dict__["model_rebuild"].__func__


def _skip(cls: Any, *, _types_namespace: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """Instead of `model_rebuild` while aiogram is imported: remembers the names, builds nothing."""
    if cls.__module__.startswith("aiogram.") and _types_namespace is not None:
        _names.update(_types_namespace)
        return None
    return _build(cls, _types_namespace=_types_namespace, **options)


def _complete(
    cls: Any, *, _types_namespace: Mapping[str, Any] | None = None, **options: Any
) -> Any:
    """aiogram's `model_rebuild` from then on: pydantic calls it when a model is first used."""
    names = {**_names, **(_types_namespace or {})}
    return _build(cls, _types_namespace=names, **options)


@contextmanager
def _building_nothing() -> Iterator[None]:
    before = BaseModel.__dict__["model_rebuild"]
    _set_rebuild(BaseModel, classmethod(cast(Any, _skip)))
    try:
        yield
    finally:
        _set_rebuild(BaseModel, before)


def import_aiogram() -> None:
    """Imports aiogram lazily, unless it is imported already or the switch is set."""
    if "aiogram" in sys.modules or os.environ.get(SWITCH, "0") not in ("", "0"):
        return
    with _building_nothing():
        import aiogram  # noqa: F401
        from aiogram.methods.base import Request, Response, TelegramMethod
        from aiogram.types.base import TelegramObject
    for root in (TelegramObject, TelegramMethod, Request, Response):
        _set_rebuild(root, classmethod(cast(Any, _complete)))


def _set_rebuild(model: type[BaseModel], method: Any) -> None:
    model.model_rebuild = method  # type: ignore[method-assign]


import_aiogram()
