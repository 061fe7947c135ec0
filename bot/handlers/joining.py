"""Joining a follow-up in the chat: a link or a code is looked at first, and a press uses it."""

from bot.actions import (
    booking,
    follow_up_texts,
    invitations,
    joining_texts,
    my_bookings,
    taking_part,
)
from bot.channels import web
from bot.handlers.booking_base import PREFIX, Talk
from bot.handlers.my_bookings import MyBookings
from db import history
from db.follow_up import CONFIRMED, LEFT
from db.follow_up import JOINED as WAITING

CODE_STEP = "follow-up:code"
CODE_STEPS = (CODE_STEP, f"{PREFIX}code")
HIDDEN = "••••"


class Joining(Talk):
    """One turn of somebody who is invited, or was."""

    @property
    def address(self) -> int:
        """This chat."""
        return self.turn.claim.address_id

    @property
    def notes(self) -> str | None:
        """What is said once of reminders on this channel."""
        on_web = self.turn.claim.bot_id == web.BOT_ID
        return joining_texts.where_seen(
            self.knowledge, self.lang, web=on_web, reminds=self.reminds, reach=self.mind.reach
        )

    async def look_at_token(self, token: str) -> None:
        """A link was opened: asks first, so that opening alone consumes nothing."""
        await self.hide(token)
        await self.look(invitations.hash_of(token))

    async def look(self, secret_hash: str) -> None:
        """Shows an invitation, or that it opens nothing."""
        db = await self.turn.db()
        if await invitations.find_invited(db, secret_hash, self.turn.now):
            self.turn.context = {**self.turn.context, "invited": secret_hash}
            await self.say(joining_texts.look(self.knowledge, self.lang))
        elif await taking_part.list_enrolments(db, self.address):
            await self.show()  # one's own link, opened once more
        else:
            await self.say(joining_texts.unusable(self.knowledge, self.lang))

    async def join(self) -> None:
        """The press that uses the invitation."""
        secret = self._forget_invitation()
        db = await self.turn.db()
        joined = secret and await invitations.join(db, secret, self.address, self.turn.now)
        if joined:
            self.keep_language()
            await taking_part.set_paused(db, self.address, None)  # a yes to reminders
            number = joined.check_number or ""
            await self.say(
                joining_texts.joined(self.knowledge, number, self.lang, notes=self.notes)
            )
        elif await taking_part.list_enrolments(db, self.address):
            await self.show()
        else:
            await self.say(joining_texts.unusable(self.knowledge, self.lang))

    async def decline(self) -> None:
        """No to an invitation; it stays as it is."""
        self._forget_invitation()
        await self.say(joining_texts.declined(self.knowledge, self.lang))

    async def ask_code(self) -> None:
        """Waits for a code."""
        await self._wait_for_code(None)

    async def open_code(self, text: str) -> bool:
        """Opens what a typed code is of, a booking first; False where the text is no code.

        A step that waits for anything but a code stays open, and asks again afterwards.
        """
        secret = invitations.hash_of_code(text)
        if secret is None:
            return False
        await self.hide(text.strip())
        db, now = await self.turn.db(), self.turn.now
        if not await invitations.may_try(db, self.address, now):
            self._end_code_step()
            await self.say(my_bookings.tries_spent(self.knowledge, self.lang))
        elif await self._moved_here(text):
            self._end_code_step()
            self.keep_language()
            note = None if self.reminds else self.notes
            await MyBookings(self.bot, self.turn, self.mind, self.lang).show(note)
        elif await invitations.find_invited(db, secret, now):
            self._end_code_step()
            await self.look(secret)
        else:
            await invitations.note_wrong_code(db, self.address, now)
            await self._ask_code_again()
        return True

    async def _moved_here(self, text: str) -> bool:
        db, quiet = await self.turn.db(), self.mind.reach.quiet_hours
        return await booking.open_by_code(
            db, self.address, text, self.turn.now, quiet, remind=self.reminds
        )

    def _end_code_step(self) -> None:
        if self.turn.step in CODE_STEPS:
            self.end()

    async def _ask_code_again(self) -> None:
        if self.step == "code":  # that of a booking
            note = my_bookings.no_such_code(self.knowledge, self.lang)
            await self.ask_step("code", my_bookings.ask_code(self.knowledge, self.lang, note))
        elif self.turn.step in (None, *CODE_STEPS):
            await self._wait_for_code(joining_texts.no_such_code(self.knowledge, self.lang))
        else:
            await self.say(joining_texts.opens_nothing(self.knowledge, self.lang))

    async def _wait_for_code(self, note: str | None) -> None:
        self.turn.step_data = {}
        await self.ask_step("code", joining_texts.ask_code(self.knowledge, self.lang, note))
        self.turn.step = CODE_STEP  # not a booking's

    async def show(self) -> None:
        """What is to come, or where this chat stands; each part that waits says its number."""
        mine = await taking_part.list_enrolments(await self.turn.db(), self.address)
        states = {each.state for each in mine}
        for each in mine:
            if each.state == WAITING:
                number = each.check_number or ""
                await self.say(joining_texts.waiting(self.knowledge, number, self.lang))
        if CONFIRMED in states:
            await self._show_appointments()
        elif states == {LEFT}:
            await self.say(follow_up_texts.has_left(self.knowledge, self.lang))
        elif not mine:
            await self.say(follow_up_texts.nothing_here(self.knowledge, self.lang))

    async def _show_appointments(self) -> None:
        db = await self.turn.db()
        found = await taking_part.list_own(db, self.address, self.turn.now)
        paused = await taking_part.is_paused(db, self.address)
        answer = follow_up_texts.my_appointments(
            self.knowledge, found, self.lang, paused=paused, notes=self.notes
        )
        await self.say(answer)

    async def hide(self, secret: str) -> None:
        """Takes a token or code out of what the chat shows of itself."""
        db = await self.turn.db()
        no, body = await history.find_last_said(db, self.address) or (0, {})
        said = "".join(run["text"] for run in body.get("runs", ()))
        if secret and secret in said:
            shown = {**body, "runs": [{"text": said.replace(secret, HIDDEN)}]}
            await history.rewrite_event(db, self.address, no, shown)

    def _forget_invitation(self) -> str | None:
        context = dict(self.turn.context)
        secret: str | None = context.pop("invited", None)
        self.turn.context = context
        return secret
