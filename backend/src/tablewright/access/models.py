"""The tables of access, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.access.model import RuleSet
from tablewright.infra.db import Base


class MemberGroup(Base):
    """Members under one name, so that a rule can name them together."""

    __tablename__ = "member_groups"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    name: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class GroupMember(Base):
    __tablename__ = "group_members"
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)


class MemberAttribute(Base):
    """Something known of a member that rules compare with: a region, a cost centre."""

    __tablename__ = "member_attributes"
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[list[Any]]


class AccessRules(Base):
    """The rules of one dataset. No row: everybody sees all of it."""

    __tablename__ = "access_rules"
    dataset_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    rules: Mapped[dict[str, Any]]
    version: Mapped[int]
    saved_by: Mapped[UUID]
    saved_at: Mapped[datetime]

    def value(self) -> RuleSet:
        return RuleSet.model_validate(self.rules)
