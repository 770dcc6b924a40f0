"""One line in, one line out: a command with its verb, and what it came to."""

from roommon.alerts import commands
from roommon.alerts.payload import reply_message
from roommon.alerts.sink import Ask
from roommon.model.clock import Clock
from roommon.model.text import Language, Text
from roommon.rules.answer import refused

SOURCE = "socket"


class Clerk:
    """Takes the lines of people whose names are known."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        """`ask` takes a command into the rules."""
        self._ask = ask
        self._clock = clock
        self.language = Language.ENGLISH
        """Of the site, for whoever names none."""

    async def answer(self, line: bytes, by: str) -> bytes:
        """Return what the command in `line` came to, which `by` sent; whoever `line` says it is from does not count."""
        at = self._clock.instant(self._clock.monotonic())
        verb, language = "", self.language
        try:
            given = commands.members(line)
            verb, language = _verb(given), self._language(given)
            command = commands.command_of(verb, {**given, "by": by}, at, SOURCE)
        except commands.CommandRefused as refusal:
            return reply_message(at, verb, refused(refusal.words), language)
        return reply_message(at, verb, await self._ask(command), language)

    def refusal(self, words: Text) -> bytes:
        """Return the answer to whoever is not heard at all, and why."""
        at = self._clock.instant(self._clock.monotonic())
        return reply_message(at, "", refused(words), self.language)

    def _language(self, given: commands.Members) -> Language:
        return next((known for known in Language if known == given.get("language")), self.language)


def _verb(given: commands.Members) -> str:
    """Return the verb, for an answer repeats it.

    Raises:
        CommandRefused: there is none that is known.
    """
    verb = given.get("verb")
    if not isinstance(verb, str) or verb not in commands.VERBS:
        raise commands.unknown(verb)
    return verb
