"""A setting that cannot be is refused in both languages: what is wrong, and what would be right."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import roommon
from roommon.alerts import broker
from roommon.journal import journal
from roommon.model.clock import Duration
from roommon.model.quantity import ByteSize
from roommon.model.secret import Secret
from roommon.model.worded import Invalid
from roommon.poll.modbus import endpoint as modbus
from roommon.poll.snmp import endpoint as snmp
from roommon.poll.snmp.endpoint import Auth, Privacy
from roommon.profiles.limits import Limits, Stretch
from roommon.profiles.point import Table
from roommon.store import influxdb

SOURCE = Path(roommon.__file__).parent
LONG, SHORT = Secret("long", "correct-horse"), Secret("short", "horse")
NEVER = Duration(0)


def v3(*, auth: Auth = Auth.NONE, passphrase: Secret | None = None, privacy: Privacy = Privacy.NONE) -> snmp.Config:
    return snmp.Config("ups", version=3, user="u", auth=auth, auth_passphrase=passphrase, privacy=privacy)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Limits(max_registers=126), "max_registers 不能为 126；一次请求可读 1 至 125 个寄存器"),
    (lambda: Limits(max_bits=0), "max_bits 不能为 0；一次请求可读 1 至 2000 位"),
    (lambda: Limits(max_hole=-1), "max_hole 不能为 -1；应为 0 个或更多地址"),
    (lambda: Stretch(Table.INPUT, 9, 3), "地址 9 至 3 无效；地址为 0 至 65535，较小者在前"),
    (lambda: modbus.Tls(key=Path("k")), "tls：有 key 而没有 certificate；请两者都写"),
    (
        lambda: modbus.TcpConfig("gateway", framer="rtu", tls=modbus.Tls()),
        "framer: rtu 与 tls 不能同用：Modbus over TLS 传输的是 Modbus TCP 帧；请删除 framer",
    ),
    (lambda: snmp.Config("ups", port=0), "端口 0 不存在；SNMP 代理的端口通常为 161"),
    (lambda: snmp.Config("ups", retries=6), "retries: 6 不合理；应为 0 至 5"),
    (lambda: snmp.Config("ups", timeout=NEVER), "timeout 必须大于 0 s；1 s 适合大多数代理"),
    (lambda: snmp.Config("ups", version=3), "版本 3 需要用户；请添加 `user: ...`"),
    (
        lambda: snmp.Config("ups", version=3, user="u", community="public"),
        "版本 3 使用用户，没有团体名（community）；请删除 community，或写 version: 2",
    ),
    (
        lambda: v3(privacy=Privacy.AES128),
        "加密（privacy）须同时认证（auth）；请添加 auth，例如 auth: sha256 与 auth_file",
    ),
    (lambda: v3(auth=Auth.SHA256), "auth 需要口令；请添加 `auth_file`，即存放口令的文件名"),
    (lambda: v3(passphrase=LONG), "给出了 auth_file，而 auth 为 none；请写明协议，例如 auth: sha256"),
    (
        lambda: v3(auth=Auth.SHA256, passphrase=SHORT),
        "auth_file short 中的口令不足 8 个字符（RFC 3414）；请在两端改用更长的口令",
    ),
    (
        lambda: snmp.Config("ups", community="a", community_secret=LONG),
        "同时给出了 community 与 community_file；只需其一",
    ),
    (
        lambda: snmp.Config("ups", user="u"),
        "user、auth 与 privacy 属于版本 3，而 version 为 2；请写 version: 3，或删除它们",
    ),
    (lambda: journal.Config(at_most=ByteSize(1 << 20)), "at_most 为 1048576 字节；日志库至少需要 16 MiB"),
    (lambda: journal.Config(commit_every=NEVER), "commit_every 必须大于 0 s；通常为 1 s"),
    (lambda: influxdb.Config("db:8086", "b"), "url 为 'db:8086'；应写成 http://主机:8086 或 https://主机:8086"),
    (
        lambda: influxdb.Config("http://me:secret@db", "b"),
        "url 中除地址外还有其他内容；密码请放入 token_file",
    ),
    (
        lambda: influxdb.Config("http://db", ""),
        "bucket 为空；在 InfluxDB 1.8 中写成 数据库/保留策略（database/retention-policy）",
    ),
    (lambda: influxdb.Config("http://db", "b", timeout=NEVER), "timeout 必须大于 0 s；通常为 10 s"),
    (lambda: influxdb.Config("http://db", "b", batch=0), "batch 至少为 1；通常为 5000"),
    (lambda: broker.Tls(certificate=Path("c")), "certificate 与 key 须成对给出；请两者都写，或都不写"),
    (lambda: broker.Config("b", port=0), "端口 0 不存在；应为 1 至 65535"),
    (lambda: broker.Config("b", keepalive=NEVER), "keepalive 不能为 0 ms；应为 1 s 至 10 min"),
    (lambda: broker.Config("b", readings_expire=NEVER), "readings_expire 不能为 0 ms；应为 1 s 以上"),
    (
        lambda: broker.Config("b", prefix="+"),
        "prefix 不能为 `+`；它是主题的开头，不能为空，也不能含 +、# 和 $",
    ),
]


@pytest.mark.parametrize(("made", "chinese"), REFUSED, ids=[chinese for _, chinese in REFUSED])
def test_a_setting_that_cannot_be_is_refused_in_both_languages(made: Callable[[], object], chinese: str) -> None:
    with pytest.raises(Invalid) as refused:
        made()
    assert refused.value.words.zh_cn == chinese
    assert str(refused.value) == refused.value.words.en
    assert refused.value.words.en.isascii()


def test_no_object_refuses_its_settings_in_english_alone() -> None:
    raised = [
        f"{path.relative_to(SOURCE)}:{line.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        for made in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(made, ast.ClassDef)
        for line in ast.walk(made)
        if isinstance(line, ast.Raise) and line.exc is not None and ast.unparse(line.exc).startswith("ValueError(")
    ]
    assert raised == []
