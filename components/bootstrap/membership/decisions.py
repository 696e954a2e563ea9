"""Who belongs to the cluster, and what is to be done about it: pure, from what was seen to actions.

A member is dead only when two signs agree: its beat on the share stands still by the master's own
clock, and Grid Engine does not hear its execution daemon. One sign alone may be the share's or the
daemon's fault, and a node that lives must not be taken for dead: its jobs would run twice. One whose
beat moves although Grid Engine does not hear it is told to end them, and is believed when it has.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

# States of a member. `joining`, `fenced` and `dead` are written down before anything else is touched, so that
# a reconciler that was killed goes on with what it had begun.
JOINING, ADMITTED, UP, LEAVING, FENCED, DEAD = "joining", "admitted", "up", "leaving", "fenced", "dead"
ENDED_KEPT, NAMES_KEPT = 50, 1000


class Slots(NamedTuple):
    job: int
    dask: int


@dataclass(frozen=True)
class Listing:
    """The operator's word."""

    master: str
    queue: str
    fixed: dict  # name → Slots
    elastic: Slots | None
    brake: float
    dead_after: float


@dataclass
class Member:
    name: str
    fqdn: str
    incarnation: str
    state: str
    fixed: bool
    slots: Slots
    queue: str


@dataclass
class Memory:
    """What outlives the reconciler."""

    members: dict = field(default_factory=dict)  # name → Member
    # name → incarnation → the last word on it, `fenced` or `released`: it will never be admitted again
    ended: dict = field(default_factory=dict)
    off: list = field(default_factory=list)  # names that the operator took off the list

    def end(self, name: str, incarnation: str, word: str) -> None:
        ended = self.ended.pop(name, {})
        ended.pop(incarnation, None)
        self.ended[name] = dict([*ended.items(), (incarnation, word)][-ENDED_KEPT:])
        for oldest in list(self.ended)[:-NAMES_KEPT]:
            del self.ended[oldest]

    def is_ended(self, name: str, incarnation: str) -> bool:
        return incarnation in self.ended.get(name, {})


class Sighting(NamedTuple):
    """How long a beat has stood still, of time in which the master was looking."""

    incarnation: str
    beat: int
    age: float
    moved: bool


@dataclass(frozen=True)
class View:
    """What can be seen from the master."""

    statements: dict  # name → Statement
    sightings: dict  # name → Sighting
    heard: dict  # every execution host of Grid Engine → whether it is heard of
    silence: dict = field(default_factory=dict)  # name → for how long Grid Engine has not heard a member
    unresolved: dict = field(default_factory=dict)  # fqdn → why its names do not agree
    released: bool = False  # the operator let go of the brake


class Action(NamedTuple):
    """`kind` is the name of what the reconciler does."""

    kind: str
    name: str
    reason: str = ""
    slots: Slots | None = None


def credible(memory: Memory, statements: dict) -> dict:
    """The statements that are a member's own: neither a ghost of its earlier lives nor another host passes for it."""
    others = impostors(memory, statements)
    return {
        name: statement for name, statement in statements.items()
        if name not in memory.members or not (name in others or memory.is_ended(name, statement.incarnation))
    }


def impostors(memory: Memory, statements: dict) -> dict:
    """Names of members by which another host calls itself → what is to be said of it."""
    return {
        name: f"{statement.fqdn} calls itself {name}, as the member {member.fqdn} is called"
        for name, statement in statements.items()
        if (member := memory.members.get(name)) and statement.fqdn != member.fqdn
    }


def observe(sightings: dict, statements: dict, members: dict, elapsed: float) -> dict:
    """The sightings after one more look. A member that says nothing ages as one whose beat stands still."""
    seen = {}
    for name in {*statements, *members}:
        before, statement = sightings.get(name), statements.get(name)
        if statement is None:
            member = members[name]
            before = before or Sighting(member.incarnation, -1, 0.0, False)
            seen[name] = before._replace(age=before.age + elapsed)
        elif before is None or before.incarnation != statement.incarnation:
            seen[name] = Sighting(statement.incarnation, statement.beat, 0.0, False)
        elif before.beat != statement.beat:
            seen[name] = Sighting(statement.incarnation, statement.beat, 0.0, True)
        else:
            seen[name] = before._replace(age=before.age + elapsed)
    return seen


def silences(before: dict, heard: dict, members: dict, elapsed: float) -> dict:
    """For how long members that Grid Engine did hear are not heard, after one more look; below zero: may be so."""
    return {
        name: before[name] + elapsed if name in before else 0.0
        for name, member in members.items() if member.state in (UP, LEAVING) and not heard.get(member.fqdn, False)
    }


def decide(listing: Listing, memory: Memory, view: View) -> list:
    """What is to be done now, in this order. Each action is safe to repeat."""
    actions = [action for name in sorted(memory.members) if (action := fate(listing, memory, view, name))]
    lost = [action for action in actions if (action.kind, action.reason) in (("remove", "dead"), ("fence", "unheard"))]
    if lost and not view.released and brakes(listing, memory, view):
        names = ", ".join(silent(listing, memory, view))
        kept = [action for action in actions if action not in lost]
        return [*kept, Action("brake", "", f"{names} fell silent together"), *admissions(listing, memory, view)]
    return [*actions, *admissions(listing, memory, view)]


def silent(listing: Listing, memory: Memory, view: View) -> list:
    """Members whose beat or daemon is overdue; those that the operator sent away do not count."""
    return [
        name for name, member in sorted(memory.members.items())
        if member.state in (JOINING, ADMITTED, UP) and not off_list(listing, member)
        and (sighting := view.sightings.get(name))
        and max(sighting.age, view.silence.get(name, 0.0)) >= listing.dead_after / 2
    ]


def brakes(listing: Listing, memory: Memory, view: View) -> bool:
    """Many at once are hardly dead: the network between them and the master is, or the master itself."""
    lost = len(silent(listing, memory, view))
    return lost >= 2 and lost > listing.brake * len(memory.members)


def fate(listing: Listing, memory: Memory, view: View, name: str) -> Action | None:
    """What becomes of a member."""
    member, statement, sighting = memory.members[name], view.statements.get(name), view.sightings.get(name)
    if member.state == DEAD:
        return Action("remove", name, "dead, begun before")
    if statement is not None and statement.incarnation != member.incarnation:
        # An agent begins a new life only after it has ended all of the old one.
        return Action("remove", name, "began a new life")
    unheard = not view.heard.get(member.fqdn, False)
    if unheard and sighting is not None and sighting.age >= listing.dead_after:
        return Action("remove", name, "taken off the list" if off_list(listing, member) else "dead")
    lives = statement is not None and sighting is not None and sighting.age < listing.dead_after / 2
    if member.state == FENCED:  # Also when it is heard again: it may have read the answer.
        return Action("fence", name, "told before")
    if lives and view.silence.get(name, 0.0) >= listing.dead_after:
        return Action("fence", name, "unheard")
    if member.state == LEAVING:
        stays = statement is not None and statement.wish == "join" and not off_list(listing, member)
        return Action("stay" if stays else "finish", name)
    if statement is not None and statement.wish == "leave":
        return Action("drain", name, "says good-bye")
    if off_list(listing, member):
        return Action("drain", name, "taken off the list")
    if member.state == JOINING:
        return Action("admit", name)
    if member.state == ADMITTED and not unheard:
        return Action("welcome", name)
    slots = wanted_slots(listing, member)
    changed = (slots, listing.queue, name in listing.fixed) != (member.slots, member.queue, member.fixed)
    return Action("slots", name, slots=slots) if changed else None


def off_list(listing: Listing, member: Member) -> bool:
    return member.name not in listing.fixed and (member.fixed or listing.elastic is None)


def wanted_slots(listing: Listing, member: Member) -> Slots:
    return listing.fixed.get(member.name) or listing.elastic or member.slots


def admissions(listing: Listing, memory: Memory, view: View) -> list:
    """Answers to those that are no members."""
    answers = (admission(listing, memory, view, name) for name in sorted(view.statements) if name not in memory.members)
    return [answer for answer in answers if answer]


def admission(listing: Listing, memory: Memory, view: View, name: str) -> Action | None:
    statement, sighting = view.statements[name], view.sightings.get(name)
    if memory.is_ended(name, statement.incarnation):
        return Action("repeat", name, memory.ended[name][statement.incarnation])
    if statement.wish == "leave":
        return Action("release", name)
    if sighting is None or not sighting.moved or sighting.age >= listing.dead_after / 2:
        # What an agent once left there does not move.
        return None
    reason = objection(listing, memory, view, statement)
    if reason:
        return Action("refuse", name, reason)
    return Action("admit", name, slots=listing.fixed.get(name) or listing.elastic)


def objection(listing: Listing, memory: Memory, view: View, statement) -> str:
    """Why a node may not join; empty where it may."""
    if statement.name not in listing.fixed:
        if statement.name in memory.off:
            return "it was taken off the list of hosts; list it again"
        if listing.elastic is None:
            return "it is not in the list of hosts, and scheduler.elastic is false"
    if statement.fqdn == listing.master:
        return f"{statement.fqdn} is the master"
    holder = next((m.name for m in memory.members.values() if m.fqdn == statement.fqdn), None)
    if holder:
        return f"{statement.fqdn} is the member {holder}"
    if statement.fqdn in view.unresolved:
        return view.unresolved[statement.fqdn]
    if statement.fqdn in view.heard:
        return f"Grid Engine knows {statement.fqdn} already, and not from this program"
    return ""


def taken_off(listing: Listing, memory: Memory) -> list:
    """The names that may not come back by themselves."""
    gone = [member.name for member in memory.members.values() if member.fixed and member.name not in listing.fixed]
    return sorted({*memory.off, *gone} - set(listing.fixed))
