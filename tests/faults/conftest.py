"""One forge for all fault tests: importing the program costs seconds."""

from collections.abc import Iterator

import pytest

from tests.faults.processes import Forge, forging


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    with forging() as made:
        yield made
