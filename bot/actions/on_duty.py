"""The on-duty route: who is told that a chat speaks of great danger, without a word of it.

`on_duty` of the municipality's profile is an e-mail address, or `staff` for all who have an
account. An alert is a row of the outbox, written in the turn's own transaction: only where that is
committed is the person told of it. It waits for no quiet hours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.outbox import (
    CANCELLED,
    EXPIRED,
    ON_DUTY,
    Composed,
    Mail,
    Message,
    Never,
    queue_for_duty,
)
from bot.actions.slot_texts import instant_of
from bot.actions.staff import list_staff, why_not_email
from bot.actions.wording import words_for
from bot.knowledge.danger import Danger
from bot.knowledge.entries import Knowledge, Profile
from bot.texts import Words
from db import outbox
from db.engine import Db

ALARMING = 2  # the level from which somebody is told
ONCE_IN = timedelta(hours=1)  # for one chat and one need
IS_USEFUL = timedelta(hours=12)
EVERYBODY = "staff"


def is_set_up(profile: Profile, mail: bool) -> bool:
    """Whether a route is named and e-mail can be sent."""
    route = profile.on_duty or ""
    return mail and (route == EVERYBODY or why_not_email(route) is None)


async def alert(
    db: Db, profile: Profile, danger: Danger, address_id: int, now: datetime, *, mail: bool
) -> bool:
    """Has the people on duty told of a danger. True where they are, once the caller commits.

    An alert of the last hour about the same chat and need stands for this one.
    """
    if danger.level < ALARMING or not is_set_up(profile, mail):
        return False
    about = f"address:{address_id}:{danger.need}"
    if await outbox.is_on_its_way(db, ON_DUTY, about, now - ONCE_IN):
        return True
    receivers = await _receivers(db, profile)
    for staff_id in receivers:
        await queue_for_duty(
            db, staff_id=staff_id, about=about, due_at=now, useful_until=now + IS_USEFUL
        )
    return bool(receivers)


async def compose_alert(
    db: Db, message: Message, knowledge: Knowledge, calls_page: str
) -> Composed:
    """An e-mail with the chat's number, the need and the time: nothing that tells who it is."""
    to = await _receiver(db, message, knowledge.profile)
    if to is None:
        # The route was taken away; staff's list shows that nobody was told.
        return Never(EXPIRED if message.staff_id is None else CANCELLED, "no on-duty route")
    words = words_for(knowledge, None)
    _, number, need = message.about.split(":")
    sent = instant_of(message.due_at, knowledge.profile.zone, words)
    lines = [
        words.t("A chat speaks of danger: {need}.", need=need_name(need, words)),
        words.t("Chat {number}, {when}. This may be about life.", number=number, when=sent),
        words.t("I have shown numbers to ring. The words stay in the chat."),
        words.t("A number to call may be on the list of calls: {link}", link=calls_page),
    ]
    return Mail(to, words.t("Danger in a chat"), "\n".join(lines))


def need_name(need: str, words: Words) -> str:
    """A need in a few words, for staff."""
    return {
        "suicide": words.t("thoughts of suicide"),
        "self-harm": words.t("self-harm"),
        "violence": words.t("violence or threats"),
        "sexual-abuse": words.t("sexual abuse"),
        "child": words.t("a child in danger"),
        "overdose": words.t("overdose or poison"),
        "acute-medical": words.t("sudden illness or injury"),
    }[need]


async def _receivers(db: Db, profile: Profile) -> Sequence[int | None]:
    """Accounts to write to; None is the route's own address."""
    if profile.on_duty != EVERYBODY:
        return [None]
    return [account.id for account in await list_staff(db) if account.is_active]


async def _receiver(db: Db, message: Message, profile: Profile) -> str | None:
    if message.staff_id is None:
        route = profile.on_duty or ""
        return route if why_not_email(route) is None else None
    active = {each.id: each.email for each in await list_staff(db) if each.is_active}
    return active.get(message.staff_id)
