"""What is wrong with a command line as it was typed, in one line of the reader's language.

typer raises the errors of its own copy of click and exports few of them, so they are known by their names.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Protocol, get_args, get_type_hints, runtime_checkable

from roommon.model.text import Text
from roommon.model.worded import Worded, sentences

_NAMED = re.compile(r"'(.+?)'|argument\(s\) \((.+)\)")
_KINDS = {int: Text("a whole number", "整数"), float: Text("a number", "数值")}


class _Command(Protocol):
    callback: Callable[..., object] | None


class _Context(Protocol):
    command_path: str
    command: _Command


class _Parameter(Protocol):
    name: str
    metavar: str | None
    opts: Sequence[str]
    param_type_name: str


@runtime_checkable
class UsageError(Protocol):
    """What typer raises at a command line that it does not understand."""

    message: str
    ctx: _Context | None

    def format_message(self) -> str:
        """Return typer's own words, in English."""
        ...


class WrongUsage(Worded):
    """The command line as it was typed cannot be understood; its words are the whole line, or the help."""


class _OfParameter(UsageError, Protocol):
    param: _Parameter | None


class _OfOption(UsageError, Protocol):
    option_name: str
    possibilities: Sequence[str] | None
    """Of an option that does not exist."""


def told(error: UsageError) -> Text:
    """Return what is wrong, and what would be right or where to read of it; the help where nothing was asked."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return Text.same(error.format_message())
    problem, meant = _problem(error, type(error).__name__)
    path = "roommon" if error.ctx is None else error.ctx.command_path
    see = Text(f"see `{path} --help`", f"参见 `{path} --help`")
    said = sentences(problem, _did_you_mean(meant) if meant else see)
    return Text(f"roommon: {said.en}", f"roommon：{said.zh_cn}")


def _problem(error: Any, kind: str) -> tuple[Text, Sequence[str]]:
    """Return what is wrong, and the names that may have been meant; `kind` says of which protocol `error` is."""
    match kind:
        case "NoSuchOption":
            return _no_such_option(error)
        case "BadOptionUsage":
            return _value_of_option(error), ()
        case "MissingParameter":
            return Text(f"`{_called(error.param)}` is missing", f"缺少 `{_called(error.param)}`"), ()
        case "BadParameter" if error.param is not None:
            return _wanted(error), ()
        case _:
            return _in_words(error)


def _no_such_option(error: _OfOption) -> tuple[Text, Sequence[str]]:
    name = error.option_name
    return Text(f"there is no option `{name}`", f"没有选项 `{name}`"), sorted(error.possibilities or ())


def _value_of_option(error: _OfOption) -> Text:
    name = error.option_name
    if "not take a value" in error.message:
        return Text(f"`{name}` takes no value", f"`{name}` 不带值")
    return Text(f"`{name}` needs a value", f"`{name}` 缺少值")


def _in_words(error: UsageError) -> tuple[Text, Sequence[str]]:
    """Return what typer says in its message alone."""
    names = [quoted or bracketed for quoted, bracketed in _NAMED.findall(error.message)]
    if names and error.message.startswith("No such command"):
        return Text(f"there is no command `{names[0]}`", f"没有命令 `{names[0]}`"), names[1:]
    if names and error.message.startswith("Got unexpected extra argument"):
        return Text(f"`{names[0]}` is too much", f"多余的参数 `{names[0]}`"), ()
    said = error.format_message()
    return Text(said, f"用法有误（{said}）"), ()


def _wanted(error: _OfParameter) -> Text:
    """Return which values the parameter of `error` takes, as its command declares them."""
    parameter, callback = error.param, error.ctx and error.ctx.command.callback
    assert parameter is not None  # noqa: S101  # the caller saw it
    declared: object = get_type_hints(callback, include_extras=True).get(parameter.name) if callback else None
    name, wanted = _called(parameter), _values(declared)
    if not wanted:
        said = error.message
        return Text(f"`{name}`: {said}", f"`{name}`：值无效（{said}）")
    return Text(f"`{name}` takes {wanted.en}", f"`{name}` 的值应为{wanted.zh_cn}")


def _values(declared: object) -> Text:
    """Return what a parameter annotated with `declared` takes; nothing when that cannot be said in a word."""
    kinds = [part for part in _parts(declared) if isinstance(part, type)]
    choices = [str(choice.value) for kind in kinds if issubclass(kind, Enum) for choice in kind]
    if choices:
        return Text(" or ".join(choices), f" {'、'.join(choices)} 之一")
    kind = next((_KINDS[kind] for kind in kinds if kind in _KINDS), Text.same(""))
    option = next((part for part in _parts(declared) if hasattr(part, "min")), None)
    return Text(kind.en, kind.zh_cn) if option is None else _between(kind, option.min, option.max)


def _parts(declared: object) -> list[Any]:
    """Return the types and the option inside `Annotated[int | None, typer.Option(...)]`."""
    inner = [part for arg in get_args(declared) for part in _parts(arg)]
    return inner or [declared]


def _between(kind: Text, low: float | None, high: float | None) -> Text:
    match low, high:
        case None, None:
            return kind
        case _, None:
            return Text(f"{kind.en} of {low} or more", f"不小于 {low} 的{kind.zh_cn}")
        case None, _:
            return Text(f"{kind.en} of {high} or less", f"不大于 {high} 的{kind.zh_cn}")
        case _:
            return Text(f"{kind.en} from {low} to {high}", f" {low} 至 {high} 的{kind.zh_cn}")


def _called(parameter: _Parameter) -> str:
    is_option = parameter.param_type_name == "option"
    return parameter.opts[0] if is_option else parameter.metavar or parameter.name


def _did_you_mean(names: Sequence[str]) -> Text:
    listed = [f"`{name}`" for name in names]
    return Text(f"did you mean {' or '.join(listed)}?", f"是否应为 {'、'.join(listed)}？")
