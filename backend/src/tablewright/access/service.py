"""Groups, attributes and rules are kept here, and every part of the product asks here what a reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from tablewright.access import repository
from tablewright.access.errors import GroupExists, GroupInUse, PartSeen, RulesChanged
from tablewright.access.models import AccessRules, GroupMember, MemberAttribute, MemberGroup
from tablewright.core.access.model import OfGroup, Reader, RuleSet
from tablewright.core.access.view import WHOLE, View, check, fingerprint, hidden, is_whole, masked, view
from tablewright.core.tables import Schema
from tablewright.identity import repository as identity
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note


class Sight:
    """What one actor may see, looked up once a transaction."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._rules: dict[UUID, RuleSet] = {}
        self._readers: tuple[Reader, ...] | None = None

    def of(self, dataset_id: UUID, schema: Schema) -> View:
        """The view of a dataset with these columns."""
        rules = self._rules_of(dataset_id)
        if not rules:
            return WHOLE
        first, *others = (view(rules, reader, schema) for reader in self._who())
        for other in others:
            first = first.both(other)
        return first

    def hidden(self, dataset_id: UUID) -> frozenset[str]:
        """Ids of the columns whose values are not seen, hidden or masked, in whatever version."""
        rules = self._rules_of(dataset_id)
        found = [hidden(rules, reader) | {column for column, _ in masked(rules, reader)} for reader in self._who()]
        return frozenset().union(*found) if rules else frozenset()

    def is_whole(self, dataset_id: UUID) -> bool:
        """Whether every row and column is seen, in whatever version."""
        rules = self._rules_of(dataset_id)
        return not rules or all(is_whole(rules, reader) for reader in self._who())

    def fingerprint(self, dataset_id: UUID) -> str:
        """Equal for who sees the same; `all` for who sees all. Kept with what was made for one reader."""
        rules = self._rules_of(dataset_id)
        return "+".join(dict.fromkeys(fingerprint(rules, reader) for reader in self._who())) if rules else "all"

    def may_see(self, seen_as: Mapping[str, str], dataset_ids: Iterable[str]) -> bool:
        """Whether what was made for a reader of these datasets, who saw them as told, may be shown to this one."""
        return all(
            self.fingerprint(UUID(each)) in ("all", seen_as.get(each, "all")) for each in {*seen_as, *dataset_ids}
        )

    def require_whole(self, dataset_id: UUID) -> None:
        """Pass when every row and column is seen, or raise PartSeen."""
        if not self.is_whole(dataset_id):
            raise PartSeen

    def know(self, dataset_id: UUID, rules: RuleSet) -> None:
        """Rules that were read together with their dataset."""
        self._rules[dataset_id] = rules

    def look(self, dataset_ids: Iterable[UUID]) -> None:
        """Read the rules of many datasets at once."""
        wanted = [each for each in dataset_ids if each not in self._rules]
        self._rules |= dict.fromkeys(wanted, RuleSet())
        for kept in repository.rules_of_many(self._session, self._actor, wanted):
            self._rules[kept.dataset_id] = kept.value()

    def _rules_of(self, dataset_id: UUID) -> RuleSet:
        if dataset_id not in self._rules:
            kept = repository.rules_of(self._session, self._actor, dataset_id)
            self._rules[dataset_id] = kept.value() if kept else RuleSet()
        return self._rules[dataset_id]

    def _who(self) -> tuple[Reader, ...]:
        """The actor; looking as somebody else, both: what is shown is what both may see."""
        if self._readers is None:
            actor = self._actor
            own = reader(self._session, actor.workspace_id, actor.user_id)
            self._readers = (own, reader(self._session, actor.workspace_id, actor.view_as)) if actor.view_as else (own,)
        return self._readers


def reader(session: Session, workspace_id: UUID, user_id: UUID) -> Reader:
    """A member as rules see them at this moment."""
    return Reader(
        user_id=user_id,
        role=identity.role_in(session, workspace_id, user_id),
        groups=repository.groups_of(session, workspace_id, user_id),
        attributes=tuple(repository.attributes_of(session, workspace_id, user_id).items()),
    )


def require_whole(session: Session, actor: Actor, dataset_id: UUID) -> None:
    """Pass when the actor sees every row and column of the dataset, or raise PartSeen."""
    Sight(session, actor).require_whole(dataset_id)


# --- rules ----------------------------------------------------------------------------------------


def change_rules(
    session: Session, actor: Actor, dataset_id: UUID, schema: Schema, *, rules: RuleSet, version: int, now: datetime
) -> AccessRules | None:
    """Replace the rules of a dataset; none left: everybody sees all. RulesChanged when `version` is not the newest."""
    actor.require(Permission.ACCESS_MANAGE)
    check(rules, schema)
    for group_id in _groups_in(rules):
        repository.group(session, actor, group_id)
    kept = repository.rules_of(session, actor, dataset_id, lock=True)
    if version != (kept.version if kept else 0):
        raise RulesChanged
    note(
        session, actor, "access.change_rules", "dataset", str(dataset_id), now,
        row_rules=len(rules.rows), column_rules=len(rules.columns),
    )  # fmt: skip
    if kept is None:
        kept = AccessRules(dataset_id=dataset_id, workspace_id=actor.workspace_id, version=0)
        session.add(kept)
    kept.rules = rules.model_dump(mode="json")
    kept.version += 1
    kept.saved_by = actor.user_id
    kept.saved_at = now
    session.flush()
    return kept


def _groups_in(rules: RuleSet) -> Iterable[UUID]:
    named = (who for each in (rules.rows, rules.columns) for rule in each for who in rule.who)
    return {who.group_id for who in named if isinstance(who, OfGroup)}


# --- groups ---------------------------------------------------------------------------------------


def create_group(
    session: Session, actor: Actor, *, name: str, member_ids: Sequence[UUID], now: datetime
) -> MemberGroup:
    actor.require(Permission.ACCESS_MANAGE)
    if repository.group_named(session, actor, name) is not None:
        raise GroupExists(name)
    group = MemberGroup(workspace_id=actor.workspace_id, name=name, created_by=actor.user_id, created_at=now)
    session.add(group)
    session.flush()
    _fill(session, actor, group, member_ids)
    note(session, actor, "access.create_group", "group", str(group.id), now, members=len(set(member_ids)))
    return group


def change_group(
    session: Session, actor: Actor, group_id: UUID, *, name: str, member_ids: Sequence[UUID], now: datetime
) -> MemberGroup:
    """Give a group another name and other members, in force from their next request on."""
    actor.require(Permission.ACCESS_MANAGE)
    group = repository.group(session, actor, group_id, lock=True)
    same = repository.group_named(session, actor, name)
    if same is not None and same.id != group.id:
        raise GroupExists(name)
    group.name = name
    _fill(session, actor, group, member_ids)
    note(session, actor, "access.change_group", "group", str(group.id), now, members=len(set(member_ids)))
    return group


def _fill(session: Session, actor: Actor, group: MemberGroup, member_ids: Sequence[UUID]) -> None:
    session.execute(
        delete(GroupMember).where(GroupMember.workspace_id == actor.workspace_id, GroupMember.group_id == group.id)
    )
    for user_id in dict.fromkeys(member_ids):
        identity.member(session, actor.workspace_id, user_id)
        session.add(GroupMember(workspace_id=actor.workspace_id, group_id=group.id, user_id=user_id))
    session.flush()


def delete_group(session: Session, actor: Actor, group_id: UUID, *, now: datetime) -> None:
    """Remove a group that no rule names. Raises GroupInUse."""
    actor.require(Permission.ACCESS_MANAGE)
    group = repository.group(session, actor, group_id, lock=True)
    using = sum(group.id in _groups_in(kept.value()) for kept in repository.all_rules(session, actor))
    if using:
        raise GroupInUse(group.name, using)
    session.delete(group)
    session.flush()
    note(session, actor, "access.delete_group", "group", str(group_id), now)


# --- attributes -----------------------------------------------------------------------------------


def change_attributes(
    session: Session, actor: Actor, user_id: UUID, *, attributes: dict[str, tuple[str, ...]], now: datetime
) -> None:
    """Replace what is known of a member."""
    actor.require(Permission.ACCESS_MANAGE)
    identity.member(session, actor.workspace_id, user_id)
    session.execute(
        delete(MemberAttribute).where(
            MemberAttribute.workspace_id == actor.workspace_id, MemberAttribute.user_id == user_id
        )
    )
    for name, values in attributes.items():
        if values:
            session.add(
                MemberAttribute(
                    workspace_id=actor.workspace_id, user_id=user_id, name=name, values=list(dict.fromkeys(values))
                )
            )
    session.flush()
    note(session, actor, "access.change_attributes", "user", str(user_id), now, names=", ".join(sorted(attributes)))
