"""HTTP receivers of the test's own: they answer as DingTalk, WeCom and Feishu do, and check who sends."""

import base64
import contextlib
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.peers.certificates import Pair


@dataclass(frozen=True)
class Posted:
    """One request as it came."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document


Answer = Callable[[Posted], tuple[int, dict[str, Any] | str]]
"""Status and JSON, or plain words, for a request."""


@dataclass
class Receiver:
    """Where it listens, and what it took."""

    url: str
    port: int
    posted: list[Posted] = field(default_factory=list)


@contextlib.contextmanager
def receiver(answer: Answer, chain: Pair | None = None) -> Iterator[Receiver]:
    """A running one; with `chain` it speaks TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            at = urlsplit(self.path)
            posted = Posted(at.path, dict(parse_qsl(at.query)), dict(self.headers.items()), body)
            status, document = answer(posted)
            told.posted.append(posted)
            said = (document if isinstance(document, str) else json.dumps(document)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if chain is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain.certificate, chain.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if chain is None else "https"
    told = Receiver(f"{scheme}://127.0.0.1:{server.server_port}", server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def takes_everything(_: Posted) -> tuple[int, dict[str, Any]]:
    return 200, {"ok": True}


def dingtalk(token: str, secret: str) -> Answer:
    """DingTalk's robot: https://open.dingtalk.com/document/robots/custom-robot-access and its security settings.

    Every answer has status 200; the signature holds for an hour.
    """

    def answer(posted: Posted) -> tuple[int, dict[str, Any]]:
        if posted.query.get("access_token") != token:
            return 200, {"errcode": 300001, "errmsg": "token is not exist"}
        moment = posted.query.get("timestamp", "")
        digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
        if posted.query.get("sign") != base64.b64encode(digest).decode():
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        if abs(int(moment) - time.time() * 1000) > 3_600_000:
            return 200, {"errcode": 310000, "errmsg": "invalid timestamp"}
        if posted.document["msgtype"] != "text" or not posted.document["text"]["content"]:
            return 200, {"errcode": 400101, "errmsg": "miss param : text->content"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    return answer


def wecom(key: str) -> Answer:
    """WeCom's robot: https://developer.work.weixin.qq.com/document/path/91770; every answer has status 200."""

    def answer(posted: Posted) -> tuple[int, dict[str, Any]]:
        if posted.query.get("key") != key:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        content = posted.document["text"]["content"]
        if posted.document["msgtype"] != "text" or not content or len(content.encode()) > 2048:
            return 200, {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    return answer


def feishu(token: str, secret: str) -> Answer:
    """Feishu's robot: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""

    def answer(posted: Posted) -> tuple[int, dict[str, Any]]:
        if posted.path != f"/hook/{token}":
            return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        moment = str(posted.document.get("timestamp", "0"))
        digest = hmac.new(f"{moment}\n{secret}".encode(), digestmod=hashlib.sha256).digest()
        late = abs(int(moment) - time.time()) > 3_600
        if late or posted.document.get("sign") != base64.b64encode(digest).decode():
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        return 200, {"code": 0, "msg": "success", "data": {}}

    return answer
