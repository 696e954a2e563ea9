"""How the reconciler lets members go: off the list, by a good-bye, fenced, dead."""

import time

import gridengine
import outlook
import storage
from decisions import DEAD, FENCED, LEAVING, UP
from telling import say


class Departures:
    """A part of the reconciler, with its memory, answers and share. Each action may be cut off anywhere."""

    def __init__(self):
        self.since = {}  # name → when it began to leave
        self.asked = {}  # name → keys of the jobs that were asked to go elsewhere

    def drain(self, action, _view) -> None:
        """Nothing new starts there; what may run elsewhere goes there now."""
        member = self.memory.members[action.name]
        gridengine.close(member.fqdn)
        member.state = LEAVING
        self.since[member.name] = time.monotonic()
        self.save()
        say(f"{member.name}: leaving: {action.reason}")
        self.send_away(member, gridengine.jobs_on(member.fqdn))

    def send_away(self, member, jobs) -> None:
        """Asks each job once to go elsewhere; a refusal keeps no other one back."""
        asked, refused = self.asked.setdefault(member.name, set()), []
        for job in jobs:
            if job.key in asked:
                continue
            try:
                self.dask.drop(job) or gridengine.move(job)
                asked.add(job.key)
            except gridengine.Unreachable:
                raise
            except gridengine.Refused as fault:
                refused.append(str(fault))
        if refused:
            raise gridengine.Refused("; ".join(refused))

    def stay(self, action, _view) -> None:
        """A leaving node that is listed again; what its departure has taken away already is made again."""
        member = self.memory.members[action.name]
        gridengine.admit(member.fqdn, self.settings.queues(member.slots))
        gridengine.reopen(member.fqdn)
        member.state = UP
        self.end_departure(member)
        self.save()
        say(f"{member.name}: stays: it is listed again")

    def finish(self, action, view) -> None:
        """A leaving node goes when it is empty. One that shuts down cannot wait for long."""
        member = self.memory.members[action.name]
        statement = view.statements.get(member.name)
        shuts_down = statement is not None and statement.wish == "leave"
        waited = time.monotonic() - self.since.setdefault(member.name, time.monotonic())
        jobs = gridengine.jobs_on(member.fqdn)
        if jobs and not (shuts_down and waited >= self.settings.timing("leaveSeconds")):
            self.send_away(member, jobs)
            return
        self.give_up(member, jobs, "its node shut down")
        gridengine.forget(member.fqdn, [member.queue, storage.DASK_QUEUE], alive=True)
        self.leave(member, "released", "has left")

    def fence(self, action, _view) -> None:
        """Tells a node that lives to end its jobs: its next life says that it has, and they are moved then."""
        member = self.memory.members[action.name]
        if member.state != FENCED:
            say(f"{member.name}: fencing it: Grid Engine does not hear it, though its agent beats")
            member.state = FENCED
            self.save()
        self.answers.give(member.name, member.incarnation, "fenced", "Grid Engine does not hear it")

    def remove(self, action, _view) -> None:
        """Of a node that is not there any more; first of all it must not come back as it was."""
        member = self.memory.members[action.name]
        if member.state != DEAD:
            say(f"{member.name}: removing it: {action.reason}")
            member.state = DEAD
            self.memory.end(member.name, member.incarnation, "fenced")
            self.save()
        self.answers.give(member.name, member.incarnation, "fenced")
        gridengine.close(member.fqdn)
        others = [job for job in gridengine.jobs_on(member.fqdn) if not self.dask.drop(job, force=True)]
        stuck = [job for job in others if not gridengine.move(job)]
        self.give_up(member, stuck, "its node died and it may not be started twice")
        deadline = time.monotonic() + 10
        while (left := gridengine.jobs_on(member.fqdn)) and time.monotonic() < deadline:
            time.sleep(0.3)
        self.give_up(member, left, "its node died and it did not let go")
        gridengine.forget(member.fqdn, [member.queue, storage.DASK_QUEUE], alive=False)
        self.leave(member, "fenced", "removed")

    def leave(self, member, state: str, text: str) -> None:
        self.memory.end(member.name, member.incarnation, state)
        del self.memory.members[member.name]
        self.sightings.pop(member.name, None)
        self.end_departure(member)
        self.save()
        self.answers.give(member.name, member.incarnation, state)
        self.share.do(outlook.clear, str(self.settings.share / "nodes" / member.name), member.incarnation)
        say(f"{member.name}: {text}")

    def end_departure(self, member) -> None:
        """Its departure is over."""
        self.since.pop(member.name, None)
        self.asked.pop(member.name, None)

    def give_up(self, member, jobs, why: str) -> None:
        """Grid Engine will account such a job as ended well: this line is what tells of it."""
        for job in jobs:
            if not self.dask.drop(job, force=True):
                gridengine.delete(job, force=True)
                say(f"{member.name}: job {job.key} ({job.name}) of {job.owner} FAILED: {why}")
