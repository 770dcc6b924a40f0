"""What a point says of its states, also of those told in words (`texts`), checked before anything is read."""

from roommon.config.units import NotAValue
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.point import Encoding
from roommon.profiles.profile import PointSpec

_TOLD = (None, Quantity.STATE, Quantity.CONTACT)


def check(spec: PointSpec, encoding: Encoding) -> None:
    """Check the `texts` of `spec`, if it has any.

    Raises:
        NotAValue: nothing can be told by them.
    """
    if not spec.texts:
        return
    if encoding is not Encoding.STRING:
        raise NotAValue(
            Text(f"`texts` are of texts, and {encoding} is a number", f"`texts` 用于文字，而 {encoding} 是数值"),
            Text(
                "write `type: string`, or name the numbers in `states`",
                "请写 `type: string`，或在 `states` 中命名数值",
            ),
        )
    if spec.flag is not None:
        raise NotAValue(
            Text("`texts` and `flag` are both given", "同时给出了 `texts` 与 `flag`"),
            Text("keep one", "请只保留一个"),
        )
    if spec.quantity not in _TOLD:
        raise NotAValue(
            Text("`texts` tell a state or a contact, no measured value", "`texts` 只表示状态或触点，不能表示测量值"),
            Text("write `quantity: state`", "请写 `quantity: state`"),
        )
    _check_names(spec)


def _check_names(spec: PointSpec) -> None:
    nameless = sorted(set(spec.texts.values()) - spec.states.keys())
    if spec.quantity is Quantity.STATE and nameless:
        number = nameless[0]
        raise NotAValue(
            Text(f"the state {number} has no name", f"状态 {number} 没有名称"),
            Text(
                f"add `{number}: {{ en: ..., zh-CN: ... }}` to `states`",
                f"请在 `states` 中添加 `{number}: {{ en: ..., zh-CN: ... }}`",
            ),
        )


def states(spec: PointSpec) -> frozenset[int]:
    """Return the only numbers that a state can be, none where any may be.

    Raises:
        NotAValue: `other_states` says something of what has no states.
    """
    if spec.other_states and not (spec.quantity is Quantity.STATE and spec.states):
        raise NotAValue(
            Text(
                "`other_states` is for a state whose `states` are named",
                "`other_states` 仅用于已写明 `states` 的状态量",
            ),
            Text("remove it, or add `states`", "请删除，或添加 `states`"),
        )
    return frozenset(spec.states) if spec.quantity is Quantity.STATE and not spec.other_states else frozenset()
