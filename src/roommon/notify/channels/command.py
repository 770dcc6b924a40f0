"""A command of the box: a siren, a relay, a light, a script of one's own. Delivered means that it ended with 0."""

from dataclasses import dataclass, field

from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.document import document
from roommon.notify.running import run
from roommon.notify.wording import Note


@dataclass(frozen=True, slots=True)
class Config:
    """One command."""

    run: tuple[str, ...] = field(
        metadata={"doc": "The program and its arguments, without a shell; `{address}` and `{text}` are filled in."}
    )
    timeout: Duration = field(default=Duration(30_000), metadata={"doc": "It is killed after so long."})

    def __post_init__(self) -> None:
        if not self.run or not self.run[0].startswith("/"):
            raise Invalid(
                Text("the program is no absolute path", "程序不是绝对路径"),
                Text("write it like `[/usr/local/bin/siren, on]`", "请写成 `[/usr/local/bin/siren, on]` 的形式"),
            )


async def send(config: Config, note: Note, address: str) -> None:
    """Run it with `note` as JSON on its standard input; raise NotDelivered with the end of what it complains."""
    filled = [word.replace("{address}", address).replace("{text}", note.sms) for word in config.run]
    await run(filled, config.timeout, document(note, address))
