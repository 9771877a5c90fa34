"""States of affairs around kept rules."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Invalid, Missing


class RuleMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such rule in this workspace.")


class RuleSetMissing(Missing):
    def __init__(self, number: int) -> None:
        super().__init__(f"The rules of this dataset have no state {number}.", number=number)


class RulesChanged(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the rules of this dataset meanwhile. Load them again and repeat your change."
        )


class TooManyRules(Invalid):
    def __init__(self, limit: int) -> None:
        super().__init__(f"A dataset has at most {limit} rules. Remove some before you add others.")


class RulesTooLarge(Invalid):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The rules of a dataset may take {limit // (1 << 20)} MiB at most. Use shorter lists of values."
        )


class OwnerNoMember(Invalid):
    def __init__(self) -> None:
        super().__init__("The owner of a rule must be a member of the workspace.", position="owner")
