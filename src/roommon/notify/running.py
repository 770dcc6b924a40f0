"""Programs of the box that a channel runs."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from roommon.model import system_words
from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.notify.channel import NotDelivered

_LONGEST: Final = 300
"""Letters of its complaint that are kept."""


async def run(
    words: Sequence[str], timeout_ms: Duration, given: bytes = b"", more: Mapping[str, str] | None = None
) -> str:
    """Run `words` with `given` on standard input and `more` in its environment; return what it printed.

    Raises:
        NotDelivered: it cannot be run, ends with another code than 0, or takes too long.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, env={**os.environ, **(more or {})}
        )
    except OSError as error:
        why = system_words.said(error)
        raise NotDelivered(Text(f"{words[0]}: {why.en}", f"{words[0]}：{why.zh_cn}")) from error
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            out, complaint = await process.communicate(given)
    except BaseException as error:
        await _end(process)
        if not isinstance(error, TimeoutError):
            raise
        raise NotDelivered(
            Text(
                f"{words[0]} did not end within {timeout_ms / 1000:g} s",
                f"{words[0]} 在 {timeout_ms / 1000:g} s 内未结束",
            )
        ) from error
    if process.returncode:
        said = (complaint or out).decode("utf-8", "replace").strip()[-_LONGEST:]
        raise NotDelivered(
            Text(
                f"{words[0]} ended with {process.returncode}: {said}",
                f"{words[0]} 以 {process.returncode} 结束：{said}",
            )
        )
    return out.decode("utf-8", "replace")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of it, with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()
