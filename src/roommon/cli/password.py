"""A password as somebody chooses it: typed twice without being seen, or one line from a pipe."""

import getpass
import sys
import warnings

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.model.worded import Invalid
from roommon.web.passwords import SHORTEST, Hash, hashed, refuse_obvious


def new_password(login: str, name: str, *, from_pipe: bool) -> Hash:
    """Return what to keep of the password that somebody chooses for the user `login`, called `name`.

    Raises:
        Complaint: there is none, it is refused, or the second is not the first.
    """
    try:
        password = sys.stdin.readline().rstrip("\r\n") if from_pipe else _typed(_asked(login))
        refuse_obvious(password, login, name)
    except UnicodeDecodeError as error:
        raise Complaint(say("this is not UTF-8", "这不是 UTF-8 文本")) from error
    except Invalid as error:
        raise Complaint(word(error.words)) from error
    if not from_pipe and _typed(say("Once more: ", "再输入一次：")) != password:
        raise Complaint(say("these were two different passwords", "两次输入的密码不一致"))
    return hashed(password)


def _asked(login: str) -> str:
    """Return the question, which nobody takes for sudo's."""
    return say(
        f"New password of {login} at the status page, {SHORTEST} characters or more: ",
        f"请设置 {login} 的状态页面密码（至少 {SHORTEST} 个字符）：",
    )


def _typed(prompt: str) -> str:
    """Return what is typed at the terminal; nothing is asked where others could see it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except (getpass.GetPassWarning, EOFError) as error:
        raise Complaint(
            say(
                "there is no terminal to ask for the password; give it through a pipe with --stdin",
                "没有终端，无法输入密码；请用 --stdin 经管道输入",
            )
        ) from error
