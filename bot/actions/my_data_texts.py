"""What is said about one's own data: what there is, why, how long, and what erasing does."""

from collections.abc import Iterator

from bot.actions.answers import action_label
from bot.actions.call_back_texts import withdraw_button
from bot.actions.my_data import Mine, Row
from bot.actions.privacy import BOOKING_DAYS, FOLLOW_UP_DAYS, OPEN_DAYS, TEXT_DAYS
from bot.actions.slot_texts import instant_of
from bot.actions.wording import (
    Answer,
    Button,
    bold,
    one_each,
    paragraphs,
    person_button,
    safe_html,
    topics_button,
    words_for,
)
from bot.knowledge.entries import Knowledge
from bot.texts import Words
from db.call_back import CallBack

LOOKS = 5  # lines of the case log in the chat; the copy has all


def summary(knowledge: Knowledge, mine: Mine, calls: list[CallBack], lang: str) -> Answer:
    """What is stored, why and for how long, with what can be done about it."""
    words = words_for(knowledge, lang)
    kept = words.t(
        "I keep this chat for at most {days} days. I also keep your language and the "
        "address of your chat, so that I can answer.",
        days=TEXT_DAYS,
    )
    html = paragraphs(kept, *_kept(mine, words), *case_log(knowledge, mine, words))
    buttons = [
        Button(words.t("Download a copy"), "md:copy"),
        Button(words.t("Erase everything"), "md:erase"),
        Button(words.t("Clear this chat"), "do:clear"),
        *[withdraw_button(each, words) for each in calls],
        *_own(mine, words),
        person_button(words),
    ]
    return Answer(html, one_each(buttons), words.lang)


def _kept(mine: Mine, words: Words) -> Iterator[str]:
    if count := len(mine["bookings"]):
        yield words.n(
            "{count} booking: the host sees your first name. I delete it {days} days after.",
            "{count} bookings: the hosts see your first name. I delete it {days} days after.",
            count,
            days=BOOKING_DAYS,
        )
    if count := len(mine["call_backs"]):
        yield words.n(
            "{count} time you asked to be called: staff see your number. It goes after {days} "
            "days at most.",
            "{count} times you asked to be called: staff see your number. It goes after {days} "
            "days at most.",
            count,
            days=OPEN_DAYS,
        )
    if len(mine["follow_up"]) > len(mine.taking_part):
        yield words.t("You have joined. I wait for your contact.")
    if mine.taking_part:
        yield words.t(
            "You take part in follow-up. Your contact sees your first name, your appointments "
            "and your answers. I delete that {days} days after it has ended.",
            days=FOLLOW_UP_DAYS,
        )
    if count := len(mine.waiting):
        yield words.n(
            "{count} reminder waits to be sent.", "{count} reminders wait to be sent.", count
        )
    if not (mine["bookings"] or mine["call_backs"] or mine["follow_up"]):
        yield words.t("You have no bookings, no reminders and no calls to come.")


def case_log(knowledge: Knowledge, mine: Mine, words: Words, most: int = LOOKS) -> list[str]:
    """Who looked at one's case and why, the latest last; nothing where nobody has."""
    looks = mine["case_log"]
    if not looks:
        return []
    lines = [look_line(knowledge, look, words) for look in looks[-most:]]
    head = words.t("Who looked at your case or changed it:")
    more = words.t("The copy has all of it.") if len(looks) > most else None
    return ["\n".join(line for line in (head, *lines, more) if line)]


def look_line(knowledge: Knowledge, look: Row, words: Words) -> str:
    """When, who by role, and why."""
    people = {
        "case worker": words.t("Case worker"),
        "operator": words.t("The operator"),
        "staff": words.t("Staff"),
    }
    when = instant_of(look["at"], knowledge.profile.zone, words)
    denied = words.t("was refused") if look["outcome"] == "denied" else ""
    parts = (people[str(look["who"])], str(look["why"] or look["action"]), denied)
    return f"{when}: {safe_html(', '.join(part for part in parts if part))}"


def caption(knowledge: Knowledge, lang: str) -> str:
    """Under the file that a person reads."""
    return words_for(knowledge, lang).t("Your data, to read.")


def json_caption(knowledge: Knowledge, lang: str) -> str:
    """Under the file that a program reads."""
    return words_for(knowledge, lang).t("The same data, for programs.")


def copies_spent(knowledge: Knowledge, lang: str) -> Answer:
    """After several copies within an hour."""
    words = words_for(knowledge, lang)
    html = words.t("You got several copies just now. Try again in an hour.")
    return Answer(html, one_each([_mine(words), person_button(words)]), words.lang)


def ask_erase(knowledge: Knowledge, mine: Mine, token: str, lang: str) -> Answer:
    """What goes, what stays and why; the yes erases."""
    words = words_for(knowledge, lang)
    html = paragraphs(
        bold(words.t("Erase everything?")),
        words.t(
            "These go at once: this chat, your bookings, your reminders, calls that you asked for, "
            "and your part in follow-up. Others get your places. I cannot undo it."
        ),
        _not_called_off(mine, words),
        stays(mine, words),
    )
    buttons = [
        Button(words.t("Yes, erase everything"), f"md:yes:{token}"),
        Button(words.t("No, keep it"), "do:my-data"),
        Button(words.t("Download a copy"), "md:copy"),
    ]
    return Answer(html, one_each(buttons), words.lang)


def stays(mine: Mine, words: Words) -> str:
    """What erasing leaves, and why."""
    lines = [words.t("The address of this chat goes within an hour: I still have to answer you.")]
    if mine["bookings"]:
        lines.append(words.t("How many places were booked stays, as a number without your name."))
    if mine.taking_part:
        lines.append(
            words.t(
                "Your contact still sees that someone took part, without your name. "
                "The log of who looked stays too: it must be possible to check."
            )
        )
    lines.append(words.t("A backup of the municipality can hold it for some time."))
    return "\n".join((words.t("What stays, and why:"), *lines))


def erased(knowledge: Knowledge, mine: Mine, lang: str, *, telegram: bool) -> Answer:
    """After erasing."""
    words = words_for(knowledge, lang)
    own = words.t("Telegram has its own copy of what we wrote. You can delete it there.")
    html = paragraphs(
        words.t("It is erased. If you write again, we begin anew."),
        _not_called_off(mine, words),
        stays(mine, words),
        own if telegram else None,
    )
    return Answer(html, one_each([topics_button(words)]), words.lang)


def _not_called_off(mine: Mine, words: Words) -> str | None:
    if not mine["appointments"]:
        return None
    return words.t(
        "This does not call off your appointments with your contact. "
        "Tell them yourself if you cannot come."
    )


def _own(mine: Mine, words: Words) -> Iterator[Button]:
    if mine["bookings"]:
        yield Button(action_label("my-bookings", words), "do:my-bookings")
    if mine["follow_up"]:
        yield Button(action_label("my-follow-up", words), "do:my-follow-up")


def _mine(words: Words) -> Button:
    return Button(action_label("my-data", words), "do:my-data")
