"""Copies a pack into the data folder, as the start of a municipality's own."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.knowledge.frontmatter import LineError
from bot.knowledge.packs import BUILT_IN, PackError

NAME = re.compile(r"[a-z][a-z0-9-]{1,31}")


def copy_pack(name: str, folders: Sequence[Path], new_name: str) -> Path:
    """Copies pack `name` to `new_name` in the first folder; returns the new folder.

    Raises PackError where there is no such pack, the name cannot be used or is taken.
    """
    places = (folder / name for folder in (*folders, BUILT_IN) if NAME.fullmatch(name))
    source = next((place for place in places if (place / "profile.yaml").is_file()), None)
    target = folders[0] / new_name
    if source is None:
        raise PackError([LineError(BUILT_IN / name, 1, "there is no such pack")])
    if not NAME.fullmatch(new_name):
        raise PackError([LineError(target, 1, "a pack's name is small letters, digits and -")])
    if target.exists():
        raise PackError([LineError(target, 1, "is there already; nothing was copied")])
    try:
        shutil.copytree(source, target)
    except OSError as error:
        raise PackError([LineError(target, 1, f"cannot be written: {error.strerror}")]) from None
    profile = target / "profile.yaml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(re.sub(r"(?m)^pack: .*$", f"pack: {new_name}", text), encoding="utf-8")
    return target
