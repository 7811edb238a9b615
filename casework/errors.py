"""The domain errors: raised by services, turned into a status and a sentence at the doors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.text import N_, Text


class CaseworkError(Exception):
    """Base of all refusals; carries a translatable sentence and an HTTP status."""

    status = 400
    title = N_("The request could not be carried out.")

    def __init__(self, text: Text | str | None = None) -> None:
        self.text = Text(text) if isinstance(text, str) else (text or Text(self.title))
        super().__init__(str(self.text))


class NotFound(CaseworkError):
    """It does not exist, or lies outside the actor's scope: the two look the same on purpose."""

    status = 404
    title = N_("There is nothing here that you may see.")


class Unauthenticated(CaseworkError):
    """Nobody is logged in, or the token is unknown or revoked."""

    status = 401
    title = N_("Log in first.")


class NotAllowed(CaseworkError):
    """The actor holds no role that may do this."""

    status = 403
    title = N_("Your role does not allow this.")


class Conflict(CaseworkError):
    """The request does not fit the present state."""

    status = 409
    title = N_("This does not fit the present state.")


class Stale(Conflict):
    """Somebody changed the case after the form was opened."""

    title = N_(
        "Somebody changed this case in the meantime. Look at it again, then repeat your step."
    )


class WrongState(Conflict):
    """The action does not exist in this state, or at all."""

    title = N_("This step is not possible in the present state.")


class Invalid(CaseworkError):
    """One or more fields are missing or wrong; ``errors`` maps a field to its sentences."""

    status = 422
    title = N_("Some entries are missing or wrong.")

    def __init__(
        self, errors: Mapping[str, Sequence[Text]], text: Text | str | None = None
    ) -> None:
        super().__init__(text)
        self.errors = {name: list(sentences) for name, sentences in errors.items()}


class Refused(CaseworkError):
    """A guard says no; ``refusals`` are the sentences, each with what must come first."""

    status = 422
    title = N_("This step is refused for now.")

    def __init__(self, refusals: Sequence[Text]) -> None:
        super().__init__(refusals[0] if refusals else None)
        self.refusals = list(refusals)


class TooMany(CaseworkError):
    """Too many attempts; try again later."""

    status = 429
    title = N_("Too many attempts. Wait a little, then try again.")


class Misconfigured(CaseworkError):
    """A configuration file is broken; the start stops with file, line and reason."""

    status = 500
    title = N_("The configuration is broken.")
