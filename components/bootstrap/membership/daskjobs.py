"""dask as Grid Engine jobs of the service user: which are missing, which are too many. Pure.

A job is ours when we noted its number, or when name, owner and queue are those of ours: a reconciler that was killed
may not have noted it. Each is of an edition: the settings, scripts and software with which it was submitted. Who
is of another one than the present is replaced, and nobody knows which one a job is of that was not noted.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 300.0
QUEUE, SCHEDULER = "dask.q", "dask-scheduler"
# A job that ends sooner than this after its start has failed.
SOUND_AFTER = 60.0


class Wanted(NamedTuple):
    name: str
    fqdn: str
    count: int


@dataclass
class Pace:
    """How soon the next job of a name may be submitted: a job that always fails must not fill the queue."""

    since: float = float("-inf")
    pause: float = 0.0


@dataclass
class Paces:
    by_name: dict = field(default_factory=dict)

    def may(self, name: str, now: float) -> bool:
        pace = self.by_name.get(name)
        return pace is None or now >= pace.since + pace.pause

    def submitted(self, name: str, now: float) -> None:
        pace = self.by_name.setdefault(name, Pace())
        failed = now - pace.since < SOUND_AFTER + pace.pause
        pace.pause = min(max(FIRST_PAUSE, pace.pause * 2), LONGEST_PAUSE) if failed else FIRST_PAUSE
        pace.since = now


def wanted(master: tuple, nodes) -> list:
    """One scheduler on the master, and a worker for each dask slot. `master`, `nodes`: (name, fqdn, dask slots)."""
    name, fqdn, slots = master
    workers = [(name, fqdn, slots), *nodes]
    return [
        Wanted(SCHEDULER, fqdn, 1),
        *(Wanted(f"dask-worker-{name}", fqdn, slots) for name, fqdn, slots in workers if slots > 0),
    ]


def keep(wants, edition: str, jobs, ours: dict, owner: str) -> tuple:
    """(number of jobs to submit by Wanted, jobs to delete, ours after taking over).

    `ours` has the number of every job that we submitted, its name and its edition.
    """
    names = {want.name for want in wants}
    mine = {
        job.id: ours.get(job.id, (job.name, "")) for job in jobs
        if job.owner == owner and (job.id in ours or (job.name in names and job.queue == QUEUE))
    }
    missing, surplus = {}, []
    for want in wants:
        there = [job for job in jobs if job.id in mine and job.name == want.name]
        # A job in an error state never starts.
        sound = [job for job in there if mine[job.id][1] == edition and not {"E", "d"} & set(job.state)]
        surplus += [job for job in there if job not in sound] + sound[want.count:]
        if len(sound) < want.count:
            missing[want] = want.count - len(sound)
    surplus += [job for job in jobs if job.id in mine and job.name not in names]
    # As long as it has not ended it holds its ports, and new workers would find it.
    if any(job.name == SCHEDULER for job in surplus):
        missing = {}
    return missing, surplus, mine
