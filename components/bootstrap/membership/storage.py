"""The operator's list and what the reconciler remembers, both on the master's own disk."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import statements
from daskjobs import QUEUE as DASK_QUEUE
from decisions import Listing, Member, Memory, Slots

STATE = Path("/var/lib/antares")
LIST = STATE / "membership.json"
MEMORY = STATE / "members.json"
# An operator touches it to let go of the brake once.
RELEASE = STATE / "release-brake"
DEFAULT_TIMINGS = {
    "tickSeconds": 1,
    "beatSeconds": 5,
    "leaseSeconds": 30,
    "deadAfterSeconds": 45,
    "leaveSeconds": 60,
    "daskSeconds": 10,
    "scheduleSeconds": 15,
}


def slots(it) -> Slots:
    return Slots(int(it["jobSlots"]), int(it["daskSlots"]))


class Settings:
    """`membership.json` as read."""

    def __init__(self, path: Path = LIST):
        self.path = path
        self.stamp = None
        self.it = {}

    def reload(self) -> bool:
        """Reads the list if it was replaced; True where it was."""
        about = os.stat(self.path)
        stamp = (about.st_mtime_ns, about.st_ino)
        if stamp == self.stamp:
            return False
        self.it = json.loads(self.path.read_text(encoding="utf-8"))
        self.listing()
        self.stamp = stamp
        return True

    def listing(self) -> Listing:
        it = self.it
        return Listing(
            master=it["master"].lower(),
            queue=it["queue"],
            fixed={name: slots(each) for name, each in it["fixed"].items()},
            elastic=slots(it["elastic"]) if it["elastic"] else None,
            brake=float(it["brake"]),
            dead_after=float(self.timing("deadAfterSeconds")),
        )

    def timing(self, name: str):
        return self.it.get("timings", {}).get(name, DEFAULT_TIMINGS[name])

    def queues(self, of: Slots) -> dict:
        """Slots of a host by queue."""
        return {self.it["queue"]: of.job, DASK_QUEUE: of.dask}

    @property
    def share(self) -> Path:
        return Path(self.it["share"]) / "membership"


def load(path: Path = MEMORY) -> tuple:
    """(memory, the dask jobs: number → (name, edition))."""
    if not path.exists():
        return Memory(), {}
    it = json.loads(path.read_text(encoding="utf-8"))
    members = {name: Member(**{**each, "slots": Slots(*each["slots"])}) for name, each in it["members"].items()}
    # An earlier version noted names alone.
    dask = {int(number): (note, "") if isinstance(note, str) else tuple(note) for number, note in it["dask"].items()}
    return Memory(members, it["ended"], it["off"]), dask


def save(memory: Memory, dask: dict, path: Path = MEMORY) -> None:
    """Before Grid Engine is touched, so that what was begun is known to be ours."""
    statements.write(path, {**asdict(memory), "dask": dask})
