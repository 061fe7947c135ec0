"""The steps of a booking: which time, how many, what they need, a name, and is it right."""

import secrets
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from bot.actions import booking, my_bookings, slot_texts, slots
from bot.actions import booking_texts as texts
from bot.actions.booking import ANONYMOUS, MAX_PARTY, Reason, Refused, Wish
from bot.actions.reminder_plan import plan_booking
from bot.actions.sample_slots import keep_samples
from bot.actions.slots import Found, find_slots
from bot.actions.taking_part import is_paused
from bot.actions.wording import Answer
from bot.channels import web
from bot.handlers.booking_base import Talk, is_confirming, is_old, is_open
from bot.handlers.thread import change_thread, thread_of
from bot.knowledge.said import day_in
from db.booking import Booking, Places, Slot, find_slot

PAGE = 6


class BookingSteps(Talk):
    """From a wish to a booking. Each button names its slot, so that an old one still works."""

    async def begin(
        self, kind: str, *, entry: str | None = None, said: str = "", shown: str | None = None
    ) -> None:
        """Shows what can be booked of a kind: of an entry, or what was named, or all of it.

        Where nothing was named, the entry that was `shown` last is meant.
        """
        db = await self.turn.db()
        if self.mind.samples:
            await keep_samples(db, self.knowledge, self.turn.now)
        everything = await self.find(kind)
        found, note = everything, None
        if entry:
            found = slots.of_entry(everything, entry)
        elif said:
            found, note = await self._narrowed(said, shown, everything)
        await self.show(kind, found, note=note, whole=len(found) == len(everything))

    async def _narrowed(
        self, said: str, shown: str | None, everything: Found
    ) -> tuple[Found, str | None]:
        """What was named and on which day; else either; else all, and it says so."""
        zone = ZoneInfo(self.knowledge.profile.zone)
        day = day_in(said, self.turn.now.astimezone(zone).date())
        named = slots.named(everything, self.knowledge, said)
        named = named or (slots.of_entry(everything, shown) if shown else [])
        on_day = slots.on_day(everything, day) if day else []
        both = slots.on_day(named, day) if day else named
        if both or (on_day and not named):
            return both or on_day, None
        if named:
            return named, self.words.t("Not on that day. These are open:")
        note = self.words.t("Not on that day. These are open:") if day else None
        return everything, note

    async def show_more(self, value: str) -> bool:
        """Another page of a kind; `value` is KIND:OFFSET. False for anything else."""
        kind, _, offset = value.partition(":")
        if kind not in texts.ACTIONS.values() or not (offset.isascii() and offset.isdigit()):
            return False
        await self.show(kind, await self.find(kind), start=int(offset[:6]), whole=True)
        return True

    async def show(
        self,
        kind: str,
        found: Found,
        *,
        start: int = 0,
        note: str | None = None,
        whole: bool = False,
    ) -> None:
        """One page of slots to choose among, which waits for a choice."""
        page = found[start : start + PAGE]
        if not page:
            self.end()
            await self.say(slot_texts.nothing_open(self.knowledge, self.lang, kind, not whole))
            return
        more = f"bk:l:{kind}:{start + PAGE}" if whole and len(found) > start + PAGE else None
        answer = slot_texts.slots_answer(self.knowledge, page, self.lang, note=note, more=more)
        self.turn.step_data = {}
        self._speak_of({slot.entry for slot, _ in page})
        await self.ask_step("slot", answer, kind=kind, shown=[slot.id for slot, _ in page])

    async def choose(self, slot_id: int) -> None:
        """A time was chosen."""
        slot = await find_slot(await self.turn.db(), slot_id)
        await self._go_on_with(slot_id)
        if self.turn.step_data.get("slot") == slot_id:
            self._speak_of({slot.entry if slot else None})

    def _speak_of(self, entries: Collection[str | None]) -> None:
        """From now on "what does it cost" asks about what is booked, where it is one thing."""
        for entry in entries if len(entries) == 1 else ():
            if entry in self.knowledge.entries:
                change_thread(self.turn, shown=entry)

    async def set_party(self, slot_id: int, count: int) -> None:
        """How many places."""
        if 1 <= count <= MAX_PARTY:
            await self._go_on_with(slot_id, n=count)
        else:
            await self._go_on_with(slot_id, note=texts.party_refused(self.knowledge, self.lang))

    async def set_needs(self, slot_id: int, count: int, wheelchair: int, companion: int) -> None:
        """How many of the places are special."""
        party = [count - wheelchair - companion, wheelchair, companion]
        await self._go_on_with(slot_id, n=count, party=party)

    async def rename(self) -> None:
        """Another name for the open booking."""
        if "party" not in self.turn.step_data or not is_open(self.turn):
            await self.closed()
            return
        self.turn.step_data = {k: v for k, v in self.turn.step_data.items() if k != "name"}
        await self.ask()

    async def set_name(self, name: str) -> None:
        """The name that the host reads."""
        self.turn.step_data = {**self.turn.step_data, "name": name}
        await self.ask()

    async def go_on(self) -> None:
        """Asks the open step once more."""
        await (self.ask_again() if is_open(self.turn) else self.closed())

    async def leave(self) -> None:
        """Leaves the booking; nothing is kept of it."""
        self.end()
        await self.say(my_bookings.left(self.knowledge, self.lang))

    async def closed(self) -> None:
        """For a button whose booking is not open any more."""
        await self.say(my_bookings.closed(self.knowledge, self.lang))
        if is_open(self.turn):  # it speaks of another booking: that one stays as it is
            self.turn.step_data = {**self.turn.step_data, "asked": self.turn.update_id}

    async def ask_again(self, note: str | None = None) -> None:
        """The open question once more, the list of times in short."""
        if self.step == "code":
            await self.ask_step("code", my_bookings.ask_code(self.knowledge, self.lang, note))
        elif self.step == "slot":
            shown = self.turn.step_data.get("shown", [])
            found = [pair for pair in await self.find(None) if pair[0].id in shown]
            answer = slot_texts.slots_again(self.knowledge, found, self.lang, note)
            await self.ask_step("slot", answer)
        else:
            await self.ask(note)

    async def ask(self, note: str | None = None) -> None:
        """Asks for the first thing that is missing, or whether all is right."""
        data, db, address = self.turn.step_data, await self.turn.db(), self.turn.claim.address_id
        room = await booking.find_room(
            db,
            address,
            int(data.get("slot", 0)),
            self.turn.now,
            limits=self.limits,
            samples=self.mind.samples,
        )
        if room.slot is None or room.reason:
            await self.refuse(room.reason or Reason.GONE, room.slot)
            return
        party = Places(*data["party"]) if "party" in data else None
        if party and party not in room.fitting:
            note, party = self.words.t("There are not so many places left."), None
            self.turn.step_data = {k: v for k, v in data.items() if k not in ("n", "party")}
        await self._ask_missing(room.slot, room.fitting, party, note)

    async def _ask_missing(
        self, slot: Slot, fitting: Sequence[Places], party: Places | None, note: str | None
    ) -> None:
        most = max(each.total for each in fitting)
        count = self.turn.step_data.get("n", 1 if most == 1 else None)
        options = [each for each in fitting if each.total == count]
        if party is None and count and not options:
            count, note = None, self.words.t("There are not so many places left.")
        if party is None and len(options) == 1 and options[0].ordinary == count:
            party = options[0]  # nothing to choose, and nobody is put on a special place unasked
            self.turn.step_data = {**self.turn.step_data, "n": count, "party": _listed(party)}
        if count is None:
            question = texts.ask_party(self.knowledge, slot, most, self.lang, note)
            await self.ask_step("party", question)
        elif party is None:
            question = texts.ask_needs(self.knowledge, slot, options, self.lang, note)
            await self.ask_step("needs", question, n=count)
        elif "name" not in self.turn.step_data:
            await self.ask_step("name", self._ask_name(note))
        else:
            await self._ask_confirm(slot, party, note)

    def _ask_name(self, note: str | None) -> Answer:
        other = thread_of(self.turn).other is not None
        return texts.ask_name(self.knowledge, self.lang, note, other=other)

    async def _ask_confirm(self, slot: Slot, party: Places, note: str | None) -> None:
        token, name = secrets.token_hex(4), str(self.turn.step_data["name"])
        question = texts.ask_confirm(self.knowledge, slot, party, name, token, self.lang, note)
        await self.ask_step("confirm", question, token=token)

    async def confirm(self, token: str | None = None) -> None:
        """Books what was asked last; `token` is the pressed button's, which may be an old one's."""
        data = self.turn.step_data
        if not is_confirming(self.turn) or token not in (None, data["token"]):
            await self.closed()
        elif is_old(self.turn):
            await self.ask(self.words.t("It is a while since I asked. Look once more."))
        else:
            await self._book()

    async def _book(self) -> None:
        data, db = self.turn.step_data, await self.turn.db()
        wish = Wish(
            address_id=self.turn.claim.address_id,
            slot_id=int(data["slot"]),
            party=Places(*data["party"]),
            first_name=str(data["name"]),
            anonymous=self.limits is ANONYMOUS,
            remind=self.reminds,
        )
        quiet, samples = self.mind.reach.quiet_hours, self.mind.samples
        try:
            made, slot = await booking.book_slot(
                db, wish, self.turn.now, samples=samples, quiet=quiet
            )
        except Refused as refusal:
            await self.refuse(refusal.reason, await find_slot(db, wish.slot_id))
            return
        self.end()
        self.keep_language()
        await self._say_booked(made, slot)
        await self.give_calendar(made, slot)

    async def _say_booked(self, made: Booking, slot: Slot) -> None:
        quiet, bot_id = self.mind.reach.quiet_hours, self.turn.claim.bot_id
        planned = plan_booking(slot.starts_at, slot.zone, self.turn.now, quiet)
        answer = texts.booked(
            self.knowledge,
            made,
            slot,
            self.lang,
            reminder=planned if self.reminds else None,
            paused=await is_paused(await self.turn.db(), self.turn.claim.address_id),
            web=bot_id == web.BOT_ID,
        )
        await self.say(answer)

    async def refuse(self, reason: Reason, slot: Slot | None) -> None:
        """Says why it cannot be booked, and leaves the booking."""
        self.end()
        kind = slot.kind if slot else None
        await self.say(texts.refused(self.knowledge, reason, kind, self.lang))

    async def find(self, kind: str | None) -> Found:
        """All open slots of a kind."""
        db = await self.turn.db()
        return await find_slots(db, self.turn.now, samples=self.mind.samples, kind=kind)

    async def _go_on_with(self, slot_id: int, *, note: str | None = None, **data: object) -> None:
        """Another answer for a slot; what follows from it is asked anew, a name stays.

        Where it cannot be booked, as an old button's may not, what was open stays open.
        """
        kept = None if self._is_asked(slot_id) else (self.turn.step, self.turn.step_data)
        before = self.turn.step_data if is_open(self.turn) else {}
        name = {"name": before["name"]} if "name" in before else {}
        self.turn.step_data = {"slot": slot_id, **name, **data}
        await self.ask(note)
        if kept and self.turn.step is None:
            self.turn.step, self.turn.step_data = kept

    def _is_asked(self, slot_id: int) -> bool:
        """Whether the open step is about this slot, or offers it."""
        data = self.turn.step_data if is_open(self.turn) else {}
        return slot_id in (data.get("slot"), *data.get("shown", ()))


def _listed(party: Places) -> list[int]:
    return [party.ordinary, party.wheelchair, party.companion]
