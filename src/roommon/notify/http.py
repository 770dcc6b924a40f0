"""One POST to a web service, and its answer; what goes wrong in between is said in words."""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from roommon.model import system_words
from roommon.model.text import Text
from roommon.notify.channel import NotDelivered

TIMEOUT_S: Final = 30.0
_LONGEST: Final = 200
"""Letters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted."""

    url: str
    document: Mapping[str, object] | bytes
    """A mapping is sent as JSON; bytes are JSON already."""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    ca_file: Path | None = None


async def post(request: Request) -> str:
    """Return what the service answers to `request`.

    Raises:
        NotDelivered: it cannot be reached, or answers with anything but success; without what may be secret of the URL.
    """
    body = request.document if isinstance(request.document, bytes) else json.dumps(request.document).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", **request.headers}
    host = _host(request.url)
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            aiohttp.ClientSession(trust_env=True) as session,
            session.post(
                request.url,
                data=body,
                headers=headers,
                params=request.query,
                ssl=_context(request),
                allow_redirects=False,
            ) as answer,
        ):
            said = await answer.text()
            if not 200 <= answer.status < 300:
                raise NotDelivered(f"{host}: {answer.status} {answer.reason or ''} {_short(said)}".rstrip())
            return said
    except TimeoutError as error:
        raise NotDelivered(
            Text(f"{host}: no answer within {TIMEOUT_S:g} s", f"{host}：{TIMEOUT_S:g} s 内无应答")
        ) from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise NotDelivered(
            Text(
                f"{host}: its certificate is not trusted ({error.certificate_error}); set ca_file",
                f"{host}：证书不受信任（{error.certificate_error}）；请设置 ca_file",
            )
        ) from error
    except aiohttp.ClientOSError as error:
        named = os.strerror(error.errno) if error.errno else str(error)  # asyncio puts words of its own in its place
        why = system_words.said(OSError(error.errno or 0, named))
        raise NotDelivered(Text(f"{host}: {why.en}", f"{host}：{why.zh_cn}")) from error
    except (aiohttp.ClientError, ValueError) as error:
        raise NotDelivered(f"{host}: {type(error).__name__}") from error


def answered(said: str, code: str, words: str, service: str) -> None:
    """Check what a service says besides the status: its own `code` must be 0.

    Raises:
        NotDelivered: it is not, or the answer is not the service's.
    """
    try:
        document = json.loads(said)
        number, reason = document[code], document.get(words, "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotDelivered(
            Text(
                f"{service} did not answer as it should: {_short(said)}",
                f"{service} 的应答不符合其接口：{_short(said)}",
            )
        ) from error
    if number != 0:
        raise NotDelivered(f"{service}: {number} {reason}".rstrip())


def _context(request: Request) -> ssl.SSLContext | bool:
    if request.ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=request.ca_file)
    except OSError as error:
        why = system_words.said(error)
        raise NotDelivered(Text(f"{request.ca_file}: {why.en}", f"{request.ca_file}：{why.zh_cn}")) from error


def _host(url: str) -> str:
    """Return scheme and host of `url`; path and query may be secret."""
    return "/".join(url.split("/")[:3]).rpartition("@")[2] if "@" in url else "/".join(url.split("/")[:3])


def _short(said: str) -> str:
    return " ".join(said.split())[:_LONGEST]
