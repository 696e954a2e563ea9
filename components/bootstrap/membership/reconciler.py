"""Keeps Grid Engine's hosts equal to the nodes that live and may belong to the cluster.

One line is logged for a change and nothing else. Every round begins anew from what is seen, so that
a round that failed half-way is mended by the next one.
"""

import signal
import sys
import time

import daskkeeper
import gridengine
import outlook
import statements
import storage
from answers import Answers
from aside import Aside, Hung
from decisions import (ADMITTED, JOINING, UP, Member, View, credible, decide, impostors, observe, silences,
                       taken_off)
from departures import Departures
from telling import Once, say

# No look at the share takes longer than this; what does, hangs.
SHARE_LIMIT = 10.0
# Grid Engine looks for hosts that it does not hear only four times a minute.
SILENT_AFTER = 30.0
# A master daemon that falls again at once is not started in every round.
REVIVE_AFTER = 60.0
# Execution daemons that lost their master daemon try again twice a minute (measured: heard after 31 s).
HEARD_AFTER = 60.0


class Reconciler(Departures):
    def __init__(self):
        super().__init__()
        self.settings = storage.Settings()
        self.memory, dask = storage.load()
        self.dask = daskkeeper.Keeper(dask)
        self.sightings, self.silence = {}, self.patience()
        self.checked, self.revived = time.monotonic(), float("-inf")
        self.once = Once()
        self.share, self.names = Aside(SHARE_LIMIT), outlook.Names()
        self.answers = Answers(self.share, self.settings)

    def round(self) -> None:
        """One look and all that follows from it."""
        if self.settings.reload():
            self.answers.forget()
        found = self.look()
        if found is None:
            return
        listing = self.settings.listing()
        heard = gridengine.hosts()
        live = credible(self.memory, found)
        for why in impostors(self.memory, found).values():
            self.once(f"refused {why}", f"refused: {why}")
        elapsed = self.elapsed()
        self.sightings = observe(self.sightings, live, self.memory.members, elapsed)
        self.silence = silences(self.silence, heard, self.memory.members, elapsed)
        self.memory.off = taken_off(listing, self.memory)
        released = storage.RELEASE.exists()
        view = View(live, self.sightings, heard, self.silence, self.unresolved(live), released)
        actions = decide(listing, self.memory, view)
        if not any(action.kind == "brake" for action in actions):
            self.once.clear("brake", "brake: no longer needed")
            storage.RELEASE.unlink(missing_ok=True)
        for action in actions:
            self.take(action, view)
        self.answers.confirm(self.memory.members.values())
        self.warn(listing, heard)
        self.dask.keep(self.settings, self.memory, self.save, say)
        self.once.clear("grid engine", "Grid Engine answers again")
        self.once.clear("revived")

    def hold(self, fault) -> None:
        """Grid Engine said no, or nothing: a master daemon that fell takes all jobs' bookkeeping with it."""
        self.once("grid engine", f"hold: Grid Engine: {fault}")
        if time.monotonic() - self.revived >= REVIVE_AFTER and gridengine.revive():
            self.revived = time.monotonic()
            self.once("revived", "Grid Engine's master daemon had ended by itself: started again")
        self.checked = time.monotonic()
        self.silence = self.patience()

    def patience(self) -> dict:
        """Of a master daemon that may just have begun: nobody is silent who had no time to speak."""
        return dict.fromkeys(self.memory.members, -HEARD_AFTER)

    def look(self):
        """The statements by name; None while the share cannot be trusted to tell anything, or is another master's."""
        try:
            seen = self.share.do(outlook.look, str(self.settings.share))
        except (OSError, Hung) as fault:
            self.once("share", f"hold: {fault}: nothing is decided until the share can be written")
            # What could not be seen has not aged.
            self.checked = time.monotonic()
            return None
        self.once.clear("share", "the share can be written again")
        if seen["master"] not in ("", self.settings.listing().master):
            # Two that answer the same nodes would undo each other's work.
            self.once("master", f"hold: {seen['master']} is the master on this share now: nothing is decided here; "
                      "end this one: service antares-reconciler stop")
            self.checked = time.monotonic()
            return None
        self.once.clear("master", "this is the master on the share again")
        for name, why in seen["forged"].items():
            self.once(f"forged {name}", f"refused: file nodes/{name!r}: {why}")
        return {each[0]: statements.Statement(*each) for each in seen["found"]}

    def elapsed(self) -> float:
        """Time since the last look, but no more than two rounds: a master that slept has not watched."""
        now = time.monotonic()
        passed, self.checked = now - self.checked, now
        return min(passed, 2 * self.settings.timing("tickSeconds") + 1)

    def unresolved(self, live) -> dict:
        """Asked only of those who want in."""
        wants = [each for name, each in live.items() if name not in self.memory.members and each.wish == "join"]
        return self.names.unresolved({each.fqdn for each in wants})

    def take(self, action, view) -> None:
        """One action; what Grid Engine refuses is said once and tried again in the next round."""
        subject = f"action {action.kind} {action.name}"
        try:
            getattr(self, action.kind)(action, view)
            self.once.clear(subject)
        except gridengine.Unreachable:
            raise
        except (gridengine.Refused, Hung, OSError) as fault:
            self.once(subject, f"{action.name}: {action.kind} failed, trying again: {fault}")

    def admit(self, action, view) -> None:
        member = self.memory.members.get(action.name)
        if member is None:
            statement = view.statements[action.name]
            fixed = action.name in self.settings.listing().fixed
            queue = self.settings.it["queue"]
            member = Member(action.name, statement.fqdn, statement.incarnation, JOINING, fixed, action.slots, queue)
            self.memory.members[action.name] = member
            self.save()
        gridengine.admit(member.fqdn, self.settings.queues(member.slots))
        member.state = ADMITTED
        self.save()
        kind, (job, dask) = "fixed" if member.fixed else "elastic", member.slots
        say(f"{member.name}: admitted as {kind} node {member.fqdn}, {job} job and {dask} dask slots")

    def welcome(self, action, _view) -> None:
        self.memory.members[action.name].state = UP
        self.save()
        say(f"{action.name}: its execution daemon is heard")

    def slots(self, action, _view) -> None:
        member = self.memory.members[action.name]
        listing = self.settings.listing()
        if member.queue != listing.queue:
            gridengine.purge_slots(member.fqdn, [member.queue])
        gridengine.set_slots(member.fqdn, self.settings.queues(action.slots))
        member.slots, member.queue, member.fixed = action.slots, listing.queue, member.name in listing.fixed
        self.save()
        say(f"{member.name}: now {member.slots.job} job and {member.slots.dask} dask slots")

    def refuse(self, action, view) -> None:
        self.answers.give(action.name, view.statements[action.name].incarnation, "refused", action.reason)
        self.once(f"refused {action.name}", f"refused: {action.name}: {action.reason}")

    def repeat(self, action, view) -> None:
        self.answers.give(action.name, view.statements[action.name].incarnation, action.reason)

    def release(self, action, view) -> None:
        self.answers.give(action.name, view.statements[action.name].incarnation, "released")

    def brake(self, action, _view) -> None:
        told = f"if they are gone for good: touch {storage.RELEASE}"
        self.once("brake", f"brake: {action.reason}: none of them is removed; {told}")

    def warn(self, listing, heard) -> None:
        """Of an agent that ended: its node works on, but nobody there would end its jobs if it were cut off."""
        for member in self.memory.members.values():
            sighting, subject = self.sightings.get(member.name), f"silent {member.name}"
            if sighting and sighting.age >= SILENT_AFTER + 3 * listing.dead_after and heard.get(member.fqdn):
                self.once(subject, f"{member.name}: its agent is silent; there: service antares-node start")
            else:
                self.once.clear(subject, f"{member.name}: its agent is back")

    def save(self) -> None:
        storage.save(self.memory, self.dask.ours)


def main() -> None:
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    reconciler = Reconciler()
    say("reconciler: begins")
    while not ended:
        begun = time.monotonic()
        try:
            reconciler.round()
        except gridengine.Refused as fault:
            reconciler.hold(fault)
        except Exception as fault:  # pylint: disable=broad-except
            # Whatever it is: the next round begins anew.
            reconciler.once("fault", f"hold: {type(fault).__name__}: {fault}")
        while not ended and time.monotonic() < begun + reconciler.settings.timing("tickSeconds"):
            time.sleep(0.1)
    say("reconciler: ends")


if __name__ == "__main__":
    sys.exit(main())
