"""Where passwords and tokens come from: systemd's credentials first, then files beside the configuration."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roommon.config.units import NotAValue
from roommon.model import system_words
from roommon.model.secret import Secret
from roommon.model.text import Text

_UNKNOWN = "(not there yet)"
"""Stands for a secret whose file is tolerated to be missing; nothing is ever sent with it."""
_ALONE = Text(
    "put it there, or load it with systemd's LoadCredential=",
    "请放置该文件，或用 systemd 的 LoadCredential= 提供",
)
_UNDER_SYSTEMD = Text(
    "put it into the configuration's folder `secrets` and restart roommon: systemd hands secrets over at the start",
    "请将其放入配置目录下的 `secrets` 目录，然后重启 roommon：systemd 只在启动时传递密钥",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the meaning of a name in the file depends on."""

    folder: Path
    """Where relative names begin: the folder of the configuration."""
    credentials: Path | None = None
    """`$CREDENTIALS_DIRECTORY`."""
    tolerated: list[str] | None = field(default=None, compare=False)
    """Where given, names of files that are missing are put here instead of being faults."""

    def candidates(self, name: str) -> list[Path]:
        """Return where `name` may lie, first choice first.

        systemd names a credential alone, or `secrets_<name>` where a whole folder is loaded (LoadCredential=secrets:).
        """
        loaded = [self.credentials / name, self.credentials / f"secrets_{name}"] if self.credentials else []
        return [*loaded, self.folder / name, self.folder / "secrets" / name]


def surroundings(folder: Path, environment: Mapping[str, str] = os.environ, *, tolerate: bool = False) -> Surroundings:
    """Return what holds for a configuration in `folder` under this environment."""
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    return Surroundings(folder, Path(credentials) if credentials else None, [] if tolerate else None)


def load_secret(name: str, around: Surroundings) -> Secret:
    """Return the secret that the configuration calls `name`, without the newline at its end.

    Raises:
        NotAValue: it is missing, empty, or others than its owner may read it.
    """
    path = existing(name, around)
    if not is_seen(path):
        return Secret(name, _UNKNOWN)
    try:
        _check_mode(path, around)
        value = path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = system_words.said(error) if isinstance(error, OSError) else Text("not text", "不是文本")
        raise NotAValue(
            Text(f"{path} cannot be read: {why.en}", f"无法读取 {path}：{why.zh_cn}"),
            Text("let the daemon's user read it", "请允许守护进程用户读取"),
        ) from error
    if not value:
        raise NotAValue(Text(f"{path} is empty", f"{path} 为空"), Text("put the secret into it", "请写入密钥内容"))
    return Secret(name, value)


def existing(name: str, around: Surroundings) -> Path:
    """Return the file called `name`: a credential, or a path relative to the configuration.

    Raises:
        NotAValue: there is none, unless missing files are tolerated.
    """
    looked = around.candidates(name)
    for path in looked:
        if is_seen(path):
            return path
    if around.tolerated is not None:
        around.tolerated.append(name)
        return looked[-1]
    places = ", ".join(str(path) for path in looked)
    raise NotAValue(
        Text(f"there is no file `{name}` (looked at {places})", f"没有文件 `{name}`（查找过 {places}）"),
        _UNDER_SYSTEMD if around.credentials else _ALONE,
    )


def is_seen(path: Path) -> bool:
    """Return whether a file is there that we may know of: the folder of secrets is root's alone."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _check_mode(path: Path, around: Surroundings) -> None:
    if around.credentials is not None and path.parent == around.credentials:
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotAValue(
            Text(f"{path} may be read by others (mode {mode:04o})", f"{path} 可被他人读取（权限 {mode:04o}）"),
            Text(f"chmod 600 {path}", f"chmod 600 {path}"),
        )
