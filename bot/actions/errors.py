"""What an action can fail with. The words for people are chosen where it is said."""


class Failure(Exception):
    """An action was not done, and nothing of it was stored. `code` is for tests and logs."""

    code = "failure"


class NotFound(Failure):
    """There is no such thing, or none that this person may know of: both look the same."""

    code = "not-found"


class NotAllowed(Failure):
    """The thing is known, but this person may not do that with it."""

    code = "not-allowed"


class Conflict(Failure):
    """Somebody else changed it since it was looked at."""

    code = "conflict"


class Refused(Failure):
    """A rule speaks against it; `reason` says which."""

    code = "refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
