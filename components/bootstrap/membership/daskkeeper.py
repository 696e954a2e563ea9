"""Submits and deletes dask's jobs, as `daskjobs` decides."""

import hashlib
import json
import re
import time
from pathlib import Path

import gridengine
from daskjobs import QUEUE, SCHEDULER, Paces, keep, wanted
from decisions import UP

SCRIPTS = Path("/usr/local/lib/antares")
# dask looks at itself up to a hundred times a second: 7 % of a core for an idle worker and its nurse, 2 % so. Its
# profile tells as much of tasks that take seconds.
QUIET = {
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "200ms",
    "DASK_DISTRIBUTED__WORKER__PROFILE__INTERVAL": "100ms",
}


class Keeper:
    def __init__(self, ours: dict):
        self.ours = ours
        self.paces = Paces()
        self.checked = float("-inf")
        self.known = None

    def drop(self, job, force: bool = False) -> bool:
        """Deletes the job where it is one of dask's: those are bound to their host. False for others."""
        if job.id not in self.ours:
            return False
        gridengine.delete(job, force)
        return True

    def keep(self, settings, memory, save, say) -> None:
        """Now and then, and at once when members changed."""
        nodes = [(m.name, m.fqdn, m.slots.dask) for m in memory.members.values() if m.state == UP]
        now, known = time.monotonic(), (nodes, settings.stamp)
        if not (settings.it["dask"] or self.ours) or (known == self.known and now < self.checked + settings.timing("daskSeconds")):
            return
        self.known, self.checked = known, now
        it = settings.it
        own = it["masterNode"]
        wants = wanted((own["name"], it["master"], own["daskSlots"]), nodes) if it["dask"] else []
        current = edition(it) if it["dask"] else ""
        missing, surplus, ours = keep(wants, current, gridengine.jobs(), self.ours, it["service"]["user"])
        changed, self.ours = ours != self.ours, ours
        for job in surplus:
            gridengine.delete(job)
            say(f"dask: deleting job {job.id} {job.name}")
        for want, count in missing.items():
            if self.paces.may(want.name, now):
                self.paces.submitted(want.name, now)
                for _ in range(count):
                    number = submit(it, want)
                    self.ours[number] = (want.name, current)
                    changed = True
                    say(f"dask: submitted {want.name} to {want.fqdn} as job {number}")
        if changed:
            save()


def edition(it: dict) -> str:
    """Digest of all that decides what a job of dask is, but for its host and their number."""
    scripts = [(SCRIPTS / f"dask-{role}.sh").read_text(encoding="utf-8") for role in ("scheduler", "worker")]
    parts = [it["dask"], it["share"], it["service"], scripts, QUIET]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def submit(it: dict, want) -> int:
    """Number of the new job."""
    role = "scheduler" if want.name == SCHEDULER else "worker"
    ports, user = it["dask"], it["service"]["user"]
    middle = (ports["workerPorts"]["first"] + ports["workerPorts"]["last"]) // 2
    values = {
        "DASK_FILE": f"{it['share']}/state/dask/scheduler.json",
        "DASK_NAME": want.name,
        "DASK_WHEELHOUSE": ports["wheelhouse"],
        "DASK_PORT": ports["schedulerPort"],
        "DASK_DASHBOARD": ports["dashboardPort"],
        # Two servers a worker: itself and the nurse that starts it again.
        "DASK_WORKER_PORTS": f"{ports['workerPorts']['first']}:{middle}",
        "DASK_NANNY_PORTS": f"{middle + 1}:{ports['workerPorts']['last']}",
        **QUIET,
    }
    code, text = gridengine.ask(
        "qsub", "-terse", "-N", want.name, "-l", f"dask,h={want.fqdn}", "-q", QUEUE, "-r", "n", "-S", "/bin/bash",
        "-wd", it["service"]["home"], "-j", "y", "-o", "/dev/null",
        "-v", ",".join(f"{key}={value}" for key, value in values.items()), str(SCRIPTS / f"dask-{role}.sh"),
        user=user,
    )
    if code != 0 or not re.fullmatch(r"\d+\s*", text):
        raise gridengine.Refused(f"qsub of {want.name}: {text.strip()[:200]}")
    return int(text)
