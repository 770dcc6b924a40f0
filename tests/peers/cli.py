"""The command line in this process: what it prints, and with which code it ends."""

import sys
from dataclasses import dataclass

import pytest

from roommon.cli.app import main


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


class Cli:
    """`roommon`, as a function."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
        monkeypatch.setenv("TZ", "UTC")

    def __call__(self, *arguments: object, language: str = "en") -> Said:
        self._monkeypatch.setenv("ROOMMON_LANGUAGE", language)
        self._monkeypatch.setattr(sys, "argv", ["roommon", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)
