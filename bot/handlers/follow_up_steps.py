"""Follow-up in the chat: what each button and word of a person does."""

from collections.abc import Awaitable, Callable

from bot.actions import follow_up_texts, taking_part
from bot.actions.calendar_file import Event, calendar_file
from bot.handlers.joining import Joining
from bot.handlers.speak import give
from db.follow_up import Appointment


class FollowUp(Joining):
    """One turn of somebody who takes part in a follow-up."""

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

    async def ask_answer(self, appointment_id: int) -> None:
        """The answers that can be passed on, for words that were none of them."""
        if found := await self._find(appointment_id):
            await self.say(follow_up_texts.ask_answer(self.knowledge, found, self.lang))

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
        if await taking_part.come_back(db, self.address, self.turn.now, quiet):
            await taking_part.set_paused(db, self.address, None)
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
