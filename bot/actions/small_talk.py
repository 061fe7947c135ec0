"""Short friendly replies to what is no question."""

from bot.actions.danger_help import cry_answer
from bot.actions.services import hello_answer
from bot.actions.wording import Answer, one_each, person_button, topics_button, words_for
from bot.knowledge.entries import Knowledge
from bot.texts import Words

CRY = "cry"  # "help!" and no more; the other kinds are of the intents
WITH_WAYS = {"can-do", "who-are-you", "insult", "sorry", "how-are-you", "joke", "mood"}
SIGNS = {"thanks": "❤💛💚💙💜🧡🙏🌹🌸", "ok": "👍✅✔"}
_TONES = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff "


def kind_of(kind: str, text: str) -> str:
    """The kind of small talk; a thumb, a heart and folded hands are near to a laugh, and none."""
    signs = {*text} - {*_TONES}
    return next((told for told, of in SIGNS.items() if signs and signs <= {*of}), kind)


def small_talk(knowledge: Knowledge, kind: str, lang: str) -> Answer:
    """The reply to one kind of small talk (`intents/smalltalk.*.yaml` has the kinds)."""
    words = words_for(knowledge, lang)
    if kind == "hello":
        return hello_answer(knowledge, lang)
    if kind == CRY:
        return cry_answer(knowledge, lang)
    ways = one_each([topics_button(words), person_button(words)])
    rows = ways if kind in WITH_WAYS else ()
    return Answer(_reply(kind, knowledge.profile.name, words), rows, words.lang)


def _reply(kind: str, name: str, words: Words) -> str:
    replies = {
        "thanks": words.t("You are welcome. Write again whenever you like."),
        "bye": words.t("Goodbye. Take care, and come back whenever you like."),
        "who-are-you": words.t(
            "I am Innom, a machine that answers for {name}. "
            "I only say what is written down for me.",
            name=name,
        ),
        "how-are-you": words.t("I am a machine, so always the same. How can I help you?"),
        "can-do": words.t(
            "I tell about offers near you: meeting places, volunteering, work, housing, health "
            "and help. Ask in your own words."
        ),
        "praise": words.t("Thank you. That is nice to hear."),
        "insult": words.t("I am sorry that I did not help. A person may do better."),
        "laugh": words.t("Good to laugh. Ask when there is something."),
        "joke": words.t("I know no jokes. I do know what goes on near you."),
        "mood": words.t("Thank you for telling. Write when I can help with something."),
        "sorry": words.t("No harm done. Write whenever you like."),
    }
    return replies.get(kind, words.t("All right. Ask when there is something."))
