"""What goes wrong is said in the reader's language, and its log line stays English."""

import asyncio
import errno
import json
from pathlib import Path

import pytest

from roommon.alerts import reasons
from roommon.cli import mendable
from roommon.cli.connect import ask_all, print_answers
from roommon.config.load import load
from roommon.journal.error import JournalError, JournalUnusable
from roommon.journal.reader import JournalReader
from roommon.model import system_words
from roommon.model.text import Language, Text
from roommon.model.worded import Worded, about, sentences
from roommon.store.answer import Answer, meaning
from tests.peers.process import free_address

SITE = """
site: hospital-a
room: server-room
alerts: [mqtt: {{ host: 127.0.0.1, port: {port} }}]
store: {{ influxdb: {{ url: "http://127.0.0.1:{port}", bucket: roommon }} }}
devices:
  - id: rack-a
    modbus_tcp: {{ host: 127.0.0.1, port: {port} }}
    sensors: [{{ id: inlet, quantity: temperature, read: input 1, type: int16 }}]
  - id: ups-1
    snmp: {{ host: 127.0.0.1, port: {port} }}
    sensors: [{{ id: charge, quantity: ratio, read: 1.3.6.1.2.1.33.1.2.4.0, type: number }}]
rules: []
"""


def test_an_error_is_english_in_the_log_and_a_text_on_the_screen() -> None:
    error = Worded(about("ups-1", Text("no answer", "无应答")))
    assert (str(error), error.words.in_language(Language.CHINESE)) == ("ups-1: no answer", "ups-1：无应答")


def test_another_programs_words_are_left_as_they_are() -> None:
    assert Worded("disk I/O error").words == Text.same("disk I/O error")


def test_sentences_stand_one_behind_the_other_and_empty_ones_nowhere() -> None:
    said = sentences(Text("late", "迟到"), Text.same(""), Text("ask again", "请重试"))
    assert said == Text("late; ask again", "迟到；请重试")


def test_the_systems_words_are_translated_where_they_are_known() -> None:
    assert system_words.said(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")) == Text(
        "Connection refused", "连接被拒绝"
    )
    assert system_words.said(OSError("odd")) == Text.same("odd")


def test_a_far_side_that_is_not_there_is_said_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "zh-CN")
    port = free_address().port
    (tmp_path / "roommon.yaml").write_text(SITE.format(port=port), "utf-8")
    answers = asyncio.run(ask_all(load(tmp_path, {})))
    print_answers(answers)
    shown = capsys.readouterr().out
    assert f"✗ rack-a：rack-a 127.0.0.1:{port}：连接被拒绝" in shown
    assert "该端口无人监听" in shown
    assert "连接被拒绝；代理是否在运行，端口是否正确？" in shown
    assert json.dumps([answer.well for answer in answers]) == "[false, false, false, false]"
    assert "refused" not in shown


def test_a_journal_that_is_not_there_is_said_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "zh-CN")
    with pytest.raises(SystemExit) as ended:
        mendable.run(lambda: JournalReader(tmp_path / "none.db"))
    assert ended.value.code == mendable.WRONG
    assert capsys.readouterr().err == f"roommon：{tmp_path}/none.db：此处没有日志库；守护进程首次运行时创建\n"
    assert issubclass(JournalUnusable, JournalError)


def test_a_file_that_may_not_be_read_is_said_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "zh-CN")
    with pytest.raises(SystemExit):
        mendable.run(lambda: Path("/nonexistent/roommon.db").read_bytes())
    assert capsys.readouterr().err == "roommon：/nonexistent/roommon.db：没有该文件或目录\n"


@pytest.mark.parametrize("code", [0x85, 0x86, 0x87, 0x89, 0x8E, 0x95, 0x97, 0x9A, 0x9B, 0x83])
def test_what_a_broker_refuses_is_said_in_chinese(code: int) -> None:
    said = reasons.refused("roommon/event", code, "Not authorized").zh_cn
    assert said.startswith("对方拒绝 roommon/event：")
    assert "not authorized" not in said


@pytest.mark.parametrize("status", [301, 401, 404, 418, 429, 503])
def test_what_a_store_refuses_is_said_in_chinese(status: int) -> None:
    refusal = meaning(Answer(status, b'{"message": "no"}', {}), "roommon")
    assert isinstance(refusal, Worded)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.words.zh_cn)
    assert refusal.words.en.isascii()
