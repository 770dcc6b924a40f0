"""What an HTTP answer to a write means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from roommon.model.text import Text
from roommon.store.outcome import Forbidden, Refused, Unavailable

_OF_THE_LINES = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
_WAIT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is no success."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def meaning(answer: Answer, bucket: str) -> Unavailable | Refused:
    """Return what `answer` means for what was to be written to `bucket`."""
    said = words(answer)
    if answer.status in _OF_THE_LINES:
        return Refused(answer.status, said)
    if answer.status in _WAIT or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(
            Text(f"does not take writes now ({answer.status}: {said})", f"当前不接受写入（{answer.status}：{said}）"),
            retry_after_s(answer.headers),
        )
    return Forbidden(_remedy(answer, bucket, said))


def _remedy(answer: Answer, bucket: str, said: str) -> Text:
    match answer.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Text(
                f"does not let us write to {bucket} ({answer.status}: {said}); check token_file",
                f"不允许写入 {bucket}（{answer.status}：{said}）；请检查 token_file",
            )
        case HTTPStatus.NOT_FOUND:
            return Text(
                f"does not know {bucket} ({answer.status}: {said}); check url, org and bucket",
                f"没有 {bucket}（{answer.status}：{said}）；请检查 url、org 与 bucket",
            )
        case status if status < HTTPStatus.BAD_REQUEST:
            to = answer.headers.get("Location", "nowhere")
            return Text(f"redirects to {to}; write that address as url", f"重定向到 {to}；请将 url 改为该地址")
        case _:
            return Text(
                f"does not take writes ({answer.status}: {said}); is this the address of InfluxDB?",
                f"不接受写入（{answer.status}：{said}）；这是 InfluxDB 的地址吗？",
            )


def words(answer: Answer) -> str:
    """Return what the server said, on one line: the member `error` or `message` of its JSON, or all of it."""
    text = answer.body.decode(errors="replace")
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict):
        text = "; ".join(str(one) for one in _told(parsed)) or text
    return " ".join(text.split())[:_MOST_WORDS] or "no words"


def _told(parsed: Mapping[str, object]) -> list[object]:
    """Return the error of InfluxDB 1 (`error`), 2 (`message`) or 3 (`error`, and a list of what was wrong)."""
    told = [parsed[key] for key in ("error", "message") if parsed.get(key)][:1]
    lines = parsed.get("data")
    if isinstance(lines, list) and lines and isinstance(lines[0], dict):
        told.append(lines[0].get("error_message", ""))
    return told


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long the server wants to be left alone; a date is held against the server's own clock."""
    asked = headers.get("Retry-After", "")
    if asked.isdecimal():
        return float(asked)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())


def product(headers: Mapping[str, str]) -> Text:
    """Return what answered a write, by the headers of its answer."""
    if "X-Server-Hostname" in headers:
        return Text(
            "VictoriaMetrics (it keeps no text, and does not say when it drops a line)",
            "VictoriaMetrics（不保存文本，丢弃某行时不作说明）",
        )
    build = headers.get("X-Influxdb-Build")
    version, built = headers.get("X-Influxdb-Version"), f" ({build})" if build else ""
    return Text(f"InfluxDB {version or 'of unknown version'}{built}", f"InfluxDB {version or '版本未知'}{built}")
