"""States of affairs around saved questions."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Invalid, Missing


class QuestionMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such saved question in this workspace.")


class QuestionChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed this question meanwhile. Load it again and repeat your change.")


class QuestionCircular(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__(
            "This question is asked of itself, directly or through others. Ask it of another one.", position=position
        )
