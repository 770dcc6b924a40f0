"""Why a broker could not be reached or refused us, in words that say what to look at."""

import socket
import ssl
from collections.abc import Mapping
from typing import Final

from roommon.alerts.broker import TlsFileUnusable
from roommon.model import system_words
from roommon.model.text import Text
from roommon.model.worded import sentences

NO_ANSWER: Final = Text("no answer", "无应答")
CLOSED: Final = Text("closed", "已关闭")
FROZEN: Final = Text("no answer; is it frozen, or the network cut?", "无应答；它是否卡死，或网络中断？")

_ANOTHER_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL, which ssl does not name."""
_NOT_NOW = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""

_CODES: Mapping[int, tuple[str, Text]] = {
    0x85: ("客户端标识无效", Text("set client_id to one that the broker takes", "请将 client_id 改为代理接受的标识")),
    0x86: ("用户名或密码错误", Text("check username and password_file", "请检查 username 与 password_file")),
    0x87: (
        "未获授权",
        Text(
            "check username, password_file and the broker's access list",
            "请检查 username、password_file 与代理的访问控制",
        ),
    ),
    0x89: ("服务器忙", Text("it is full, or has too much to do", "代理已满，或负担过重")),
    0x8E: (
        "会话被接管",
        Text(
            "another client has the same client_id; give each its own", "有其他客户端使用相同的 client_id；请各用各的"
        ),
    ),
    0x95: ("报文过大", Text("raise the broker's largest packet size", "请加大代理允许的最大报文")),
    0x97: ("超出配额", Text("it is full, or the limit of this user is reached", "代理已满，或达到该用户的上限")),
    0x9A: (
        "不支持保留消息",
        Text("the broker keeps no retained messages; allow them", "代理不保存保留消息；请予以允许"),
    ),
    0x9B: ("不支持该 QoS", Text("the broker does not take QoS 1; allow it", "代理不接受 QoS 1；请予以允许")),
}
"""The name in Chinese, and what helps, by reason code (MQTT 5.0, 2.4)."""


def answers(how: str) -> Text:
    """Return that a broker answers, and `how`: `over MQTT 5 with TLS 1.3`."""
    told = Text(how, how.removeprefix("over ").replace(" with ", "，"))
    return Text(f"answers {told.en}", f"有应答（{told.zh_cn}）")


def refusal(code: int, name: str) -> Text:
    """Return what a broker's reason code says, and what helps."""
    chinese, helps = _CODES.get(code, (f"原因码 0x{code:02X}（{name}）", Text.same("")))
    return sentences(Text(name[:1].lower() + name[1:], chinese), helps)


def refused(what: str, code: int, name: str) -> Text:
    """Return what to say of the topic `what` that the broker refused."""
    why = refusal(code, name)
    return Text(f"it refused {what}: {why.en}", f"对方拒绝 {what}：{why.zh_cn}")


def ended(code: int, name: str) -> Text:
    """Return what to say of a broker that ended the connection."""
    why = refusal(code, name)
    return Text(f"it ended the connection: {why.en}", f"对方结束了连接：{why.zh_cn}")


def unspoken(version: str) -> Text:
    """Return what to say of a broker that does not know this version of MQTT."""
    return Text(f"it does not speak {version}", f"对方不支持 {version}")


def unconfirmed(what: str, seconds: float) -> Text:
    """Return what to say of a broker that confirms nothing."""
    return Text(f"no answer to {what} for {seconds:.0f} s", f"{seconds:.0f} s 内未确认 {what}")


def no_connection(error: Exception) -> Text:
    """Return why there is no connection."""
    match error:
        case ssl.SSLCertVerificationError():
            return _distrust(error)
        case ssl.SSLError():
            why = error.strerror or error
            return Text(
                f"TLS failed ({why}); is this the broker's TLS port?", f"TLS 失败（{why}）；这是代理的 TLS 端口吗？"
            )
        case OSError():
            return _no_way(error)
        case TlsFileUnusable():
            return error.words
        case _:
            return Text(f"it does not speak MQTT ({error})", f"对方不是 MQTT 服务（{error}）")


def no_answer(*, tls: bool) -> Text:
    """Return what may be behind a connection that the broker closed instead of answering."""
    likely = (
        Text("does it want a client certificate (tls.certificate)?", "是否要求客户端证书（tls.certificate）？")
        if tls
        else Text("is this its TLS port?", "这是否是它的 TLS 端口？")
    )
    return Text(
        f"it closed the connection instead of answering; is it full, or {likely.en}",
        f"对方未应答即关闭连接；它是否已满，或{likely.zh_cn}",
    )


def mute(seconds: float) -> Text:
    """Return what to say of something that takes a connection and then says nothing."""
    return Text(
        f"no answer: it took the connection and said nothing for {seconds:g} s; is it a broker, or frozen?",
        f"无应答：接受连接后 {seconds:g} s 内没有任何回应；它是 MQTT 代理吗，是否卡死？",
    )


def _no_way(error: OSError) -> Text:
    match error:
        case socket.gaierror():
            return Text(f"its name is not known ({error.strerror})", f"名称无法解析（{error.strerror}）")
        case TimeoutError():
            return NO_ANSWER
        case ConnectionRefusedError():
            return Text(
                "connection refused; is the broker running, and is this its port?",
                "连接被拒绝；代理是否在运行，端口是否正确？",
            )
        case _:
            return system_words.said(error)


def _distrust(error: ssl.SSLCertVerificationError) -> Text:
    said = error.verify_message
    if error.verify_code in _ANOTHER_NAME:
        return Text(
            f"its certificate is for another name ({said}); set host to the name in it",
            f"其证书属于另一名称（{said}）；请将 host 改为证书中的名称",
        )
    if error.verify_code in _NOT_NOW:
        return Text(
            f"its certificate is not valid now ({said}); renew it, or set the clock",
            f"其证书当前无效（{said}）；请更新证书，或校准时钟",
        )
    return Text(
        f"its certificate is not trusted ({said}); tls.ca_file must hold the CA that signed it",
        f"其证书不受信任（{said}）；tls.ca_file 须包含签发它的 CA",
    )
