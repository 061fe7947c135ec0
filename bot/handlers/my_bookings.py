"""One's own bookings: see them, cancel one, get its file, find one by its code."""

from datetime import datetime

from bot.actions import booking, booking_texts, my_bookings
from bot.actions.taking_part import list_own
from bot.handlers.booking_base import FRESH, Talk
from db.booking import ACTIVE, Booking, Slot, find_booking


class MyBookings(Talk):
    """What can be done about bookings that were made. Another's booking is not found."""

    async def show(self, note: str | None = None) -> None:
        """The list of what is to come."""
        db, address = await self.turn.db(), self.turn.claim.address_id
        found = await booking.list_bookings(db, address, self.turn.now)
        meets = bool(await list_own(db, address, self.turn.now))
        answer = my_bookings.bookings_answer(
            self.knowledge, found, self.turn.now, self.lang, meets=meets, note=note
        )
        await self.say(answer)

    async def ask_cancel(self, booking_id: int) -> None:
        """Asks once more before it is cancelled."""
        found = await self._find(booking_id)
        if found is None or found[1].starts_at <= self.turn.now:
            await self._not_there()
            return
        asked = [booking_id, self.turn.now.isoformat()]
        self.turn.context = {**self.turn.context, "cancel": asked}
        await self.say(my_bookings.ask_cancel(self.knowledge, *found, self.lang))

    async def cancel(self, booking_id: int) -> None:
        """Cancels it, where this is the yes to what was asked lately; else asks anew."""
        asked, at = self.turn.context.get("cancel", [None, None])
        if asked != booking_id or self.turn.now - datetime.fromisoformat(at) > FRESH:
            await self.ask_cancel(booking_id)
            return
        db, address = await self.turn.db(), self.turn.claim.address_id
        found = await booking.cancel_booking(db, address, booking_id, self.turn.now)
        if found is None:
            await self._not_there()
            return
        await self.say(my_bookings.cancelled(self.knowledge, found[1], self.lang))

    async def give_file(self, booking_id: int) -> None:
        """The calendar file again."""
        found = await self._find(booking_id)
        await (self.give_calendar(*found) if found else self._not_there())

    async def ask_code(self) -> None:
        """Waits for a code."""
        self.end()
        await self.ask_step("code", my_bookings.ask_code(self.knowledge, self.lang))

    async def drop_reminder(self, booking_id: int) -> None:
        """No reminder of this one."""
        db, address = await self.turn.db(), self.turn.claim.address_id
        if await booking.drop_reminder(db, address, booking_id, self.turn.now):
            await self.say(booking_texts.no_reminder(self.knowledge, self.lang))
        else:
            await self._not_there()

    async def show_one(self, booking_id: int) -> None:
        """What a reminder was about, also where it is cancelled."""
        db, address = await self.turn.db(), self.turn.claim.address_id
        found = await find_booking(db, address, booking_id)
        if found is None:
            await self._not_there()
            return
        now = self.turn.now
        await self.say(booking_texts.shown(self.knowledge, *found, now, self.lang))

    async def _find(self, booking_id: int) -> tuple[Booking, Slot] | None:
        db, address = await self.turn.db(), self.turn.claim.address_id
        found = await find_booking(db, address, booking_id)
        return found if found and found[0].state == ACTIVE else None

    async def _not_there(self) -> None:
        await self.say(my_bookings.not_there(self.knowledge, self.lang))
