"""Everything that can be said, in every language of the interface, passes Telegram's rules.

Two judges: teremok's rules, which are not ours, and our own, which hold on every channel.
"""

from collections.abc import Iterator
from itertools import chain, product

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ContentType, ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage, SetMyCommands
from teremok import MockBot
from teremok.validation import ApiRuleViolation, validate_method

from bot.actions import answers, danger_help, services, small_talk
from bot.actions.mind import Mind
from bot.actions.wording import Answer, Button, words_for
from bot.channels import rules
from bot.channels.markup import for_telegram, read_html
from bot.handlers import buttons, commands, errors, media
from bot.handlers.speak import keyboard
from bot.knowledge.danger import NEEDS, Danger
from bot.knowledge.entries import Knowledge
from bot.knowledge.intents import action_slugs, utterances
from bot.knowledge.understanding import Understanding
from bot.texts import spoken

Said = Iterator[tuple[str, Answer | None]]


def languages(knowledge: Knowledge) -> list[str]:
    """The interface's languages, and those that only entries are written in."""
    return list(dict.fromkeys((*spoken(), *knowledge.profile.languages)))


def about_entries(knowledge: Knowledge, lang: str) -> Said:
    slugs = list(knowledge.entries)
    for slug in slugs:
        yield f"entry {slug}", answers.entry_answer(knowledge, slug, lang)
        yield f"more {slug}", answers.more_answer(knowledge, slug, lang)
    for topic in knowledge.topics:
        yield f"topic {topic}", answers.topic_answer(knowledge, topic, lang)
    for n in range(len(slugs)):
        near = [*slugs[n : n + 3], *action_slugs()[:2]]
        yield f"choose {near}", answers.choices_answer(knowledge, near, lang)
    for slug in chain(slugs, action_slugs()):
        yield f"unknown near {slug}", answers.unknown_answer(knowledge, [slug], lang)


def about_ourselves(knowledge: Knowledge, lang: str) -> Said:
    for slug in action_slugs():
        yield f"action {slug}", services.act(knowledge, slug, lang)
    for kind in utterances("smalltalk"):
        yield f"small talk {kind}", small_talk.small_talk(knowledge, kind, lang)
    for code in services.languages(knowledge):
        yield f"language {code}", services.language_chosen(knowledge, code)
    for kind in ContentType:
        yield f"without words {kind}", media.wordless_answer(knowledge, kind, lang)
    for helped in (True, False):
        yield f"feedback {helped}", services.feedback_thanks(knowledge, helped, lang)
    yield "hello", services.hello_answer(knowledge, lang)
    yield "topics", answers.topics_answer(knowledge, lang)
    yield "unknown", answers.unknown_answer(knowledge, (), lang)
    yield "none fits", answers.none_fits(knowledge, lang)
    yield "cleared", services.cleared(knowledge, lang)
    yield "apology", errors.apology(knowledge, lang)
    yield "unknown command", commands.unknown_command(knowledge, lang)
    yield "unknown button", buttons.unknown_button(knowledge, lang)
    yield "arrived now", danger_help.arrived_now(knowledge, lang)
    yield "not me", danger_help.not_me(knowledge, lang)


def faults(judge: MockBot, said: Said) -> list[str]:
    """What the judges refuse: the name of each message, and why."""
    found = []
    for name, answer in said:
        if answer is None:
            found.append(f"{name}: says nothing")
        elif fault := refused(judge, answer):
            found.append(f"{name}: {fault}")
    return found


def refused(judge: Bot, answer: Answer) -> str | None:
    """Why an answer would not arrive, or None. Judged as it is sent, and as it is collected."""
    markup = keyboard(answer.rows)
    collected = SendMessage(chat_id=1, text=answer.html, reply_markup=markup, parse_mode="HTML")
    try:
        rules.check(collected)
        sent = for_telegram(read_html(answer.html))
        validate_method(judge, collected.model_copy(update={"text": sent}))
        validate_method(judge, collected)
    except (TelegramBadRequest, ApiRuleViolation) as error:
        return str(error)
    many = markup is not None and sum(map(len, markup.inline_keyboard)) > 100
    return "more than 100 buttons" if many else None


@pytest.fixture(scope="module")
def judge() -> MockBot:
    return MockBot(default=DefaultBotProperties(parse_mode=ParseMode.HTML))


@pytest.fixture(params=["norway", "sweden"])
def mind(request: pytest.FixtureRequest) -> Mind:
    made: Mind = request.getfixturevalue(request.param)
    return made


def test_what_is_said_about_entries_is_accepted(judge: MockBot, mind: Mind) -> None:
    knowledge = mind.knowledge
    said = chain.from_iterable(about_entries(knowledge, lang) for lang in languages(knowledge))
    assert faults(judge, said) == []


def test_what_is_said_about_ourselves_is_accepted(judge: MockBot, mind: Mind) -> None:
    knowledge = mind.knowledge
    said = chain.from_iterable(about_ourselves(knowledge, lang) for lang in languages(knowledge))
    assert faults(judge, said) == []


def test_help_in_danger_is_accepted(judge: MockBot, mind: Mind) -> None:
    assert faults(judge, in_danger(mind)) == []


def in_danger(mind: Mind) -> Said:
    """Every kind of danger and level, for oneself and for another, in every language."""
    langs = languages(mind.knowledge)
    for need, level, other, lang in product(NEEDS, (1, 2), (False, True), langs):
        asked = understood(Danger(need=need, level=level, rule="test", about_other=other))
        yield (
            f"danger {need} {level} {other} {lang}",
            danger_help.help_answer(mind.knowledge, asked, lang),
        )


def understood(danger: object) -> Understanding:
    """A message that tells of a danger."""
    values = dict.fromkeys(Understanding.__dataclass_fields__) | {"outcome": "danger"}
    return Understanding(**{**values, "choices": (), "danger": danger})  # type: ignore[arg-type]


def test_the_command_menu_is_accepted(mind: Mind) -> None:
    """1 to 32 lower-case letters; descriptions of 1 to 256 characters; at most 100 commands."""
    for lang in languages(mind.knowledge):
        menu = SetMyCommands(commands=commands.menu(words_for(mind.knowledge, lang))).commands
        assert 0 < len(menu) <= 100
        for command in menu:
            assert command.command.isascii()
            assert command.command.islower()
            assert len(command.command) <= 32
            assert 0 < len(command.description) <= 256


@pytest.mark.parametrize(
    "html",
    ["a < b", "a & b", "<b>open", "<p>no</p>", "", " ", "<b></b>", "x" * 4097, "&nbsp;", "<b>"],
)
def test_the_judges_can_refuse(judge: MockBot, html: str) -> None:
    assert refused(judge, Answer(html, (), "nb"))


def test_the_judges_refuse_a_button_with_too_much_data(judge: MockBot) -> None:
    assert refused(judge, Answer("text", ((Button("label", "d" * 65),),), "nb"))
    assert refused(judge, Answer("text", ((Button(" ", "data"),),), "nb"))
    assert refused(judge, Answer("text", ((Button("label", "ø" * 32),),), "nb")) is None
