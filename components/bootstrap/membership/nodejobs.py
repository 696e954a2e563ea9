"""The execution daemon of this node and its jobs: started, and ended at once with all that they left."""

import os
import signal
import subprocess
import time
from pathlib import Path

SPOOL = Path("/var/spool/gridengine/execd")
DAEMON, SHEPHERD = "/usr/lib/gridengine/sge_execd", "/usr/lib/gridengine/sge_shepherd"
ENVIRONMENT = {
    "SGE_ROOT": "/var/lib/gridengine", "SGE_CELL": "default", "SGE_EXECD_PIDFILE": "/run/gridengine/execd.pid",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/",
}


def program(pid: int) -> str:
    """What a process runs; empty where that cannot be told."""
    try:
        return os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return ""


def groups_and_parent(pid: int) -> tuple:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set(), 0
    field = {line.split(":")[0]: line.split(":", 1)[1].split() for line in text.splitlines() if ":" in line}
    return {int(group) for group in field.get("Groups", [])}, int(field.get("PPid", ["0"])[0])


def job_groups() -> set:
    """Grid Engine marks each job's processes with a group of their own, also those that left their parents."""
    found = set()
    for file in SPOOL.glob("*/active_jobs/*/addgrpid"):
        try:
            found.add(int(file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            pass
    return found


def job_processes() -> list:
    """Daemon first, then shepherds, then what they started: so that none can report the end of another."""
    programs = {int(entry): program(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()}
    about, marks = {pid: groups_and_parent(pid) for pid in programs}, job_groups()
    roots = [pid for wanted in (DAEMON, SHEPHERD) for pid, its in programs.items() if its == wanted]
    below = []
    frontier = set(roots)
    while frontier:
        frontier = {pid for pid, (_, parent) in about.items() if parent in frontier} - {*roots, *below}
        below += sorted(frontier)
    marked = [pid for pid, (groups, _) in about.items() if groups & marks and pid not in {*roots, *below}]
    return [*roots, *below, *marked]


def end_everything() -> list:
    """Ends the daemon and all jobs at once, and what would tell the master of them later; those that resist."""
    deadline = time.monotonic() + 10
    while (left := job_processes()) and time.monotonic() < deadline:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    for old in [*SPOOL.glob("*/active_jobs/*"), *SPOOL.glob("*/jobs/*"), *SPOOL.glob("*/job_scripts/*")]:
        subprocess.run(["rm", "-rf", str(old)], check=False, timeout=20)
    return left


class Daemon:
    """The execution daemon, looked for only when the known one is gone."""

    def __init__(self):
        self.pid = 0

    def runs(self) -> bool:
        if program(self.pid) != DAEMON:
            found = [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and program(int(entry)) == DAEMON]
            self.pid = found[0] if found else 0
        return self.pid != 0

    def start(self) -> None:
        """With streams of its own: with a login's it would end with the login. May raise SubprocessError."""
        owner = ["-o", "sgeadmin", "-g", "sgeadmin"]
        subprocess.run(["install", "-d", *owner, "/run/gridengine"], env=ENVIRONMENT, check=True, timeout=20)
        subprocess.run(
            ["/usr/sbin/sge_execd"], env=ENVIRONMENT, cwd="/", check=True, timeout=30, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )


def master_answers(master: str, limit: float) -> bool:
    """Whether the master daemon itself answers; an open port alone proves no living process."""
    try:
        subprocess.run(
            ["qping", "-info", master, "6444", "qmaster", "1"], env=ENVIRONMENT, timeout=limit, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    except (subprocess.SubprocessError, OSError):
        return False
    return True
