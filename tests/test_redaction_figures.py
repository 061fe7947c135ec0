"""The share of secret numbers that is caught, and of ordinary messages that is touched."""

from random import Random

from bot.knowledge.redaction import redact, redact_split
from tests.identity_numbers import digits, split
from tests.redaction_figures import missed, ordinary_messages, touched, variants

LEAST_CAUGHT, MOST_TOUCHED = 0.999, 0.005
SPLITS = 500


def test_secret_numbers_are_caught_and_nothing_beside_them() -> None:
    numbers = variants()
    left = missed(numbers)
    caught = 1 - len(left) / len(numbers)
    assert caught >= LEAST_CAUGHT, (f"redaction.caught = {caught:.5f}", left)


def test_ordinary_messages_are_left_alone() -> None:
    messages = ordinary_messages()
    harmed = touched(messages)
    share = len(harmed) / len(messages)
    assert share <= MOST_TOUCHED, (f"redaction.touched = {share:.5f}", harmed)


def test_numbers_split_over_two_messages_are_caught() -> None:
    rng = Random(SPLITS)
    pairs = [split(rng) for _ in range(SPLITS)]
    left = [pair for pair in pairs if digits("".join(redact_split(*pair) or pair))]
    assert left == []


def test_a_control_without_the_rules_misses_every_number() -> None:
    assert all(digits(message.text) != message.rest for message in variants(count=100))
    assert all(redact(message.text) != message.text for message in variants(count=100))
