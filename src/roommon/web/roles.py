"""What each role may do."""

from collections.abc import Mapping
from enum import StrEnum

from roommon.model.text import Text


class Role(StrEnum):
    """What somebody may do, the least first; each may all that those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"

    def may(self, deed: "Deed") -> bool:
        """Return whether this role is enough for `deed`."""
        return _RANKS[self] >= _RANKS[_NEEDS[deed]]


class Deed(StrEnum):
    """Something that a person does at the page; what reaches the rules has the name of its command."""

    LOOK = "look"
    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    NOTE = "note"
    RESET = "reset"
    DRILL = "drill"
    END_DRILL = "end_drill"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"
    SEE_LOGINS = "see_logins"


ROLES: Mapping[Role, Text] = {
    Role.VIEWER: Text("viewer", "查看员"),
    Role.OPERATOR: Text("operator", "操作员"),
    Role.ADMINISTRATOR: Text("administrator", "管理员"),
}
_RANKS = {role: rank for rank, role in enumerate(Role)}
_OF_OPERATORS = (Deed.ACKNOWLEDGE, Deed.SHELVE, Deed.UNSHELVE, Deed.NOTE, Deed.RESET, Deed.DRILL, Deed.END_DRILL)
_OF_ADMINISTRATORS = (Deed.OUT_OF_SERVICE, Deed.IN_SERVICE, Deed.SEE_LOGINS)
_NEEDS: Mapping[Deed, Role] = {
    Deed.LOOK: Role.VIEWER,
    **dict.fromkeys(_OF_OPERATORS, Role.OPERATOR),
    **dict.fromkeys(_OF_ADMINISTRATORS, Role.ADMINISTRATOR),
}
