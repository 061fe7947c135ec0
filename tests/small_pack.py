"""A pack of two entries, for tests that need the program and not the knowledge."""

from pathlib import Path

PROFILE = """\
pack: liten
kind: municipality
name: Liten kommune
country: "no"
zone: Europe/Oslo
languages: [nb, en]
main_language: nb
sample: true
switchboard: 12 34 56 78
sources:
  plan: {title: A plan for tests, year: 2018}
"""
ENTRY = """\
---
slug: {slug}
topic: {topic}
organization: Liten kommune
source: plan
title: {title}
audience: Alle
utterances:
- {utterance}
- {utterance} i dag
- hvor er det {utterance}
---
{title} er for alle.
"""
ENTRIES = (
    ("strikkekafe", "seniors", "Strikkekafé", "strikke sammen med andre"),
    ("sykkelverksted", "transport", "Sykkelverksted", "reparere sykkelen min"),
)


def write_pack(data_dir: Path) -> Path:
    """Writes the pack `liten` into a data folder; returns its folder."""
    folder = data_dir / "packs" / "liten"
    folder.mkdir(parents=True)
    (folder / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    for slug, topic, title, utterance in ENTRIES:
        text = ENTRY.format(slug=slug, topic=topic, title=title, utterance=utterance)
        (folder / f"{slug}.md").write_text(text, encoding="utf-8")
    return folder
