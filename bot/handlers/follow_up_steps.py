"""Follow-up in the chat: what each button and word of a person does."""

from collections.abc import Awaitable, Callable

from bot.actions import booking, follow_up_texts, invitations, my_bookings, taking_part
from bot.actions.calendar_file import Event, calendar_file
from bot.channels import web
from bot.handlers.booking_base import Talk
from bot.handlers.my_bookings import MyBookings
from bot.handlers.speak import give
from db import history
from db.follow_up import CONFIRMED, LEFT, Appointment
from db.follow_up import JOINED as WAITING

CODE_STEP = "follow-up:code"
HIDDEN = "••••"


class FollowUp(Talk):
    """One turn of somebody who takes part in a follow-up, or is invited to."""

    @property
    def address(self) -> int:
        """This chat."""
        return self.turn.claim.address_id

    @property
    def notes(self) -> str | None:
        """What is said once of reminders on this channel."""
        on_web = self.turn.claim.bot_id == web.BOT_ID
        return follow_up_texts.where_seen(
            self.knowledge, self.lang, web=on_web, reach=self.mind.reach
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
            await self.say(follow_up_texts.look(self.knowledge, self.lang))
        elif await taking_part.list_enrolments(db, self.address):
            await self.show()  # one's own link, opened once more
        else:
            await self.say(follow_up_texts.unusable(self.knowledge, self.lang))

    async def join(self) -> None:
        """The press that uses the invitation."""
        secret = self._forget_invitation()
        db = await self.turn.db()
        joined = secret and await invitations.join(db, secret, self.address, self.turn.now)
        if joined:
            self.keep_language()
            number = joined.check_number or ""
            await self.say(
                follow_up_texts.joined(self.knowledge, number, self.lang, notes=self.notes)
            )
        elif await taking_part.list_enrolments(db, self.address):
            await self.show()
        else:
            await self.say(follow_up_texts.unusable(self.knowledge, self.lang))

    async def decline(self) -> None:
        """No to an invitation; it stays as it is."""
        self._forget_invitation()
        await self.say(follow_up_texts.declined(self.knowledge, self.lang))

    async def ask_code(self) -> None:
        """Waits for a code."""
        await self.ask_step("code", follow_up_texts.ask_code(self.knowledge, self.lang))
        self.turn.step = CODE_STEP

    async def open_code(self, text: str) -> bool:
        """Opens what a typed code is of, a booking first; False where the text is no code."""
        secret = invitations.hash_of_code(text)
        if secret is None:
            return False
        await self.hide(text.strip())
        db, now = await self.turn.db(), self.turn.now
        if not await invitations.may_try(db, self.address, now):
            self.end()
            await self.say(my_bookings.tries_spent(self.knowledge, self.lang))
        elif await booking.open_by_code(db, self.address, text, now, self.mind.reach.quiet_hours):
            self.end()
            await MyBookings(self.bot, self.turn, self.mind, self.lang).show()
        elif await invitations.find_invited(db, secret, now):
            self.end()
            await self.look(secret)
        else:
            await invitations.note_wrong_code(db, self.address, now)
            await self._ask_code_again()
        return True

    async def _ask_code_again(self) -> None:
        if self.step == "code":  # that of a booking
            note = my_bookings.no_such_code(self.knowledge, self.lang)
            await self.ask_step("code", my_bookings.ask_code(self.knowledge, self.lang, note))
            return
        note = follow_up_texts.no_such_code(self.knowledge, self.lang)
        await self.ask_step("code", follow_up_texts.ask_code(self.knowledge, self.lang, note))
        self.turn.step = CODE_STEP

    async def show(self) -> None:
        """What is to come, or where this chat stands."""
        db = await self.turn.db()
        mine = {each.state: each for each in await taking_part.list_enrolments(db, self.address)}
        if CONFIRMED in mine:
            found = await taking_part.list_own(db, self.address, self.turn.now)
            paused = await taking_part.is_paused(db, self.address)
            answer = follow_up_texts.my_appointments(
                self.knowledge, found, self.lang, paused=paused, notes=self.notes
            )
        elif WAITING in mine:
            number = mine[WAITING].check_number or ""
            answer = follow_up_texts.waiting(self.knowledge, number, self.lang)
        elif LEFT in mine:
            answer = follow_up_texts.has_left(self.knowledge, self.lang)
        else:
            answer = follow_up_texts.nothing_here(self.knowledge, self.lang)
        await self.say(answer)

    async def show_details(self, appointment_id: int) -> None:
        """One appointment with its place."""
        if found := await self._find(appointment_id):
            await self.say(follow_up_texts.details(self.knowledge, found, self.lang))

    async def give_file(self, appointment_id: int) -> None:
        """One appointment as a calendar file, with an alarm."""
        if found := await self._find(appointment_id):
            name, text = _file(found, self)
            caption = follow_up_texts.for_calendar(self.knowledge, self.lang)
            await give(self.bot, self.turn, name, text, caption)

    async def answer(self, appointment_id: int, answer: str) -> None:
        """Coming, cannot come, or call me."""
        db, mail = await self.turn.db(), self.mind.reach.mail
        found = await taking_part.answer_appointment(
            db, self.address, appointment_id, answer, self.turn.now, mail=mail
        )
        if found is None:
            await self.say(follow_up_texts.not_there(self.knowledge, self.lang))
            return
        looked_at = await taking_part.last_look(db, appointment_id)
        thanks = follow_up_texts.thanks(
            self.knowledge, found, self.lang, mail=mail, looked_at=looked_at
        )
        await self.say(thanks)

    async def leave(self) -> None:
        """Out of the follow-up, at once."""
        db = await self.turn.db()
        if await taking_part.leave(db, self.address, self.turn.now):
            await self.say(follow_up_texts.left(self.knowledge, self.lang))
        else:
            await self.show()

    async def come_back(self) -> None:
        """In again, where one has left."""
        db, quiet = await self.turn.db(), self.mind.reach.quiet_hours
        await taking_part.come_back(db, self.address, self.turn.now, quiet)
        await self.show()

    async def pause(self) -> None:
        """Nothing any more that was not asked for."""
        db = await self.turn.db()
        await taking_part.set_paused(db, self.address, self.turn.now)
        seen = bool(await taking_part.list_enrolments(db, self.address))
        await self.say(follow_up_texts.paused(self.knowledge, self.lang, seen=seen))

    async def resume(self) -> None:
        """Reminders again."""
        await taking_part.set_paused(await self.turn.db(), self.address, None)
        await self.say(follow_up_texts.resumed(self.knowledge, self.lang))

    async def stop(self, *, had_step: bool) -> bool:
        """Leaves a step, or ends what comes by itself; False where nothing comes."""
        if not await taking_part.has_plans(await self.turn.db(), self.address, self.turn.now):
            return False
        if had_step:
            await self.say(follow_up_texts.step_left(self.knowledge, self.lang))
        else:
            await self.pause()
        return True

    async def press(self, name: str, rest: str) -> bool:
        """Does what a button fu:NAME:REST says; False for one that is not ours."""
        plain: dict[str, Callable[[], Awaitable[None]]] = {
            "join": self.join,
            "no": self.decline,
            "code": self.ask_code,
            "leave": self.leave,
            "back": self.come_back,
            "off": self.pause,
            "on": self.resume,
        }
        if name in plain and not rest:
            await plain[name]()
            return True
        number, _, answer = rest.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 16):
            return False
        if name == "a" and answer in taking_part.ANSWERS:
            await self.answer(int(number), answer)
            return True
        shown = {"d": self.show_details, "i": self.give_file}
        if name not in shown or answer:
            return False
        await shown[name](int(number))
        return True

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

    async def _find(self, appointment_id: int) -> Appointment | None:
        db = await self.turn.db()
        found = await taking_part.find_own(db, self.address, appointment_id, self.turn.now)
        if found is None:
            await self.say(follow_up_texts.not_there(self.knowledge, self.lang))
        return found


def _file(appointment: Appointment, talk: FollowUp) -> tuple[str, str]:
    """(name, text) of a calendar file that says no more than a reminder does."""
    uid = f"appointment-{appointment.id}-{int(appointment.created_at.timestamp())}@innom"
    title = follow_up_texts.event_title(talk.words)
    ends = taking_part.end_of(appointment)
    event = Event(uid, appointment.starts_at, ends, title, "")
    return f"innom-{appointment.wall[:10]}.ics", calendar_file(event, talk.turn.now)
