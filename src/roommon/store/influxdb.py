"""InfluxDB: readings and alarm events by `/api/v2/write` (docs/influxdb.md). The one file that touches influxdb-client.

The client is used for one thing: a POST of lines that are ready. It does not retry, follows no redirect (which would
make a GET of the POST) and takes no proxy from the environment. It is imported when delivery begins, in a thread: 0.3 s
and 25 MB that `check` and `--help` do not pay, and that polling does not wait for.
"""

import asyncio
import gzip
import importlib
import os
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from roommon.model import system_words
from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.store.answer import Answer, meaning, product
from roommon.store.context import Context
from roommon.store.delivery import Delivery
from roommon.store.line_protocol import OF_READINGS, Precision, body
from roommon.store.outcome import Forbidden, Refused, Unanswered, Unavailable
from roommon.store.pace import PARALLEL, PERSON_PAUSE_S, jittered
from roommon.store.refusal import HARMLESS
from roommon.store.report import Report

if TYPE_CHECKING:
    from influxdb_client.service.write_service import WriteService

LARGEST_BODY = 1 << 20
"""Bytes of one request: what nginx, where it stands in between, takes unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Config:
    """An InfluxDB 2.x, 3 Core or 1.8, or a VictoriaMetrics."""

    url: str
    """`http://127.0.0.1:8086`"""
    bucket: str = field(metadata={"doc": "In InfluxDB 1.8: database/retention-policy, as in `roommon/autogen`."})
    org: str = field(default="", metadata={"doc": "The organization; InfluxDB 2.x wants one."})
    token: Secret | None = field(default=None, metadata={"doc": "In InfluxDB 1.8 with users: name:password."})
    ca_file: Path | None = field(default=None, metadata={"doc": "The CA of its certificate, if not the system's."})
    timeout: Duration = field(default=Duration(10_000), metadata={"doc": "How long one write may take."})
    batch: int = field(default=5000, metadata={"doc": "The most lines in one write."})
    gzip: bool = field(default=False, metadata={"doc": "A tenth of the traffic; for slow lines."})

    def __post_init__(self) -> None:
        _check_url(self.url)
        if not self.bucket:
            raise Invalid(
                Text("bucket is empty", "bucket 为空"),
                Text(
                    "in InfluxDB 1.8 it is database/retention-policy",
                    "在 InfluxDB 1.8 中写成 数据库/保留策略（database/retention-policy）",
                ),
            )
        if self.timeout <= 0:
            raise Invalid(
                Text("timeout must be more than 0 s", "timeout 必须大于 0 s"), Text("10 s is usual", "通常为 10 s")
            )
        if self.batch < 1:
            raise Invalid(Text("batch must be at least 1", "batch 至少为 1"), Text("5000 is usual", "通常为 5000"))

    def __str__(self) -> str:
        return self.url


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise Invalid(
            Text(f"url is {url!r}", f"url 为 {url!r}"),
            Text(
                "it is written http://host:8086 or https://host:8086",
                "应写成 http://主机:8086 或 https://主机:8086",
            ),
        )
    if parts.username or parts.query or parts.fragment:
        raise Invalid(
            Text("url holds more than an address", "url 中除地址外还有其他内容"),
            Text("a password goes into token_file", "密码请放入 token_file"),
        )


async def deliver(config: Config, context: Context) -> None:
    """Write everything that the journal has for `context.name`, for ever."""
    report = Report(f"{context.name} ({config})", context.health, context.clock)
    while True:
        try:
            async with connect(config) as server:
                await Delivery(server.write, config.batch, context, report).run()
        except Forbidden as trouble:
            report.trouble(trouble.words)
            await asyncio.sleep(jittered(PERSON_PAUSE_S))


async def probe(config: Config) -> Text:
    """Return what answers at `config.url` and takes writes to the bucket; nothing is stored.

    Raises:
        Unavailable: its words say what is wrong.
    """
    async with connect(config) as server:
        try:
            headers = await server.post(body([HARMLESS]), OF_READINGS)
        except Refused as refusal:
            raise Forbidden(
                Text(
                    f"refuses a write with nothing in it ({refusal.status}: {refusal})",
                    f"拒绝空写入（{refusal.status}：{refusal}）",
                )
            ) from refusal
    what = product(headers)
    return Text(
        f"{what.en} takes writes to {config.bucket} (tested with an empty one; nothing was stored)",
        f"{what.zh_cn} 接受写入 {config.bucket}（以空写入测试，未存入任何数据）",
    )


class Server:
    """One InfluxDB, over connections that are made as needed; made by `connect` alone."""

    def __init__(self, config: Config, service: "WriteService") -> None:
        self._config = config
        self._service = service

    async def write(self, lines: Sequence[str], precision: Precision) -> None:
        """Write `lines`, in one request if it does not grow too large; raise what `outcome` lists."""
        whole = body(lines)
        if len(whole) <= LARGEST_BODY or len(lines) == 1:
            await self.post(whole, precision)
            return
        middle = len(lines) // 2
        await self.write(lines[:middle], precision)
        await self.write(lines[middle:], precision)

    async def post(self, lines: bytes, precision: Precision) -> Mapping[str, str]:
        """Write `lines` in one request and return the headers of the answer; raise what `outcome` lists."""
        import aiohttp  # noqa: PLC0415  # see the top of this file
        from influxdb_client.rest import ApiException  # noqa: PLC0415  # as above

        config = self._config
        packed = await asyncio.to_thread(gzip.compress, lines, 1) if config.gzip else lines
        encoding = {"content_encoding": "gzip"} if config.gzip else {}
        try:
            _, _, headers = await self._service.post_write_async(
                config.org, config.bucket, packed, precision=precision, _return_http_data_only=False, **encoding
            )
        except ApiException as error:
            answer = Answer(error.status, error.body or b"", error.headers)
            raise meaning(answer, config.bucket) from error
        except TimeoutError as error:
            seconds = f"{config.timeout / 1000:g} s"
            raise Unanswered(Text(f"no answer within {seconds}", f"{seconds} 内无应答")) from error
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
            raise Forbidden(_distrust(error)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unavailable(_no_connection(error)) from error
        answered: Mapping[str, str] = headers
        return answered


@asynccontextmanager
async def connect(config: Config) -> AsyncGenerator[Server]:
    """Hold a client of the server at `config.url`; raise Forbidden when its `ca_file` cannot be used."""
    tls = await asyncio.to_thread(_tls, config)
    await asyncio.to_thread(importlib.import_module, "influxdb_client.client.influxdb_client_async")
    from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync  # noqa: PLC0415  # it is imported now
    from influxdb_client.service.write_service import WriteService  # noqa: PLC0415  # as above

    async with InfluxDBClientAsync(
        config.url,
        token=config.token.value.strip() if config.token else "",
        timeout=config.timeout,
        ssl_context=tls,
        connection_pool_maxsize=PARALLEL,
        allow_redirects=False,
    ) as client:
        yield Server(config, WriteService(client.api_client))


def _tls(config: Config) -> ssl.SSLContext:
    if urlsplit(config.url).scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except OSError as error:
        why = system_words.said(error)
        raise Forbidden(
            Text(
                f"ca_file {config.ca_file} cannot be used: {why.en}", f"ca_file {config.ca_file} 无法使用：{why.zh_cn}"
            )
        ) from error


def _distrust(error: OSError) -> Text:
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Text(
            f"its certificate is not trusted ({cause.verify_message}); look at ca_file, the name in url and the clock",
            f"其证书不受信任（{cause.verify_message}）；请检查 ca_file、url 中的名称与本机时钟",
        )
    return Text(f"TLS failed ({cause}); is this its https port?", f"TLS 失败（{cause}）；这是它的 https 端口吗？")


def _no_connection(error: Exception) -> Text:
    import aiohttp  # noqa: PLC0415  # as above

    match error:
        case aiohttp.ClientConnectorDNSError():
            return Text("its name is not known", "名称无法解析")
        case aiohttp.ClientConnectorError() if error.os_error.errno:
            said = system_words.said(OSError(error.os_error.errno, os.strerror(error.os_error.errno)))
            return Text(said.en.lower(), said.zh_cn)
        case aiohttp.ClientResponseError():
            return Text(f"it does not speak HTTP ({error.message})", f"对方不是 HTTP 服务（{error.message}）")
        case _:
            return Text("it closed the connection instead of answering", "对方未应答即关闭连接")
