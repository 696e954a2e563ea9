"""Grid Engine's own commands, each with a time limit.

Many of them exit with 0 although they refuse, and with 1 although all is as it should be: what a
command says decides, not its code.
"""

import re
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import NamedTuple

ENVIRONMENT = {
    "SGE_ROOT": "/var/lib/gridengine",
    "SGE_CELL": "default",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/",
}
# What they say when there was nothing left to do: what is to be there is, and what is to be gone is not.
PRESENT = r"already exists|No modification because|is already in"
ABSENT = (
    r"does not exist|is not known|not defined|unknown (host|queue)|invalid queue|no .* defined|value .* not found"
)
ALREADY = re.compile(f"{PRESENT}|{ABSENT}", re.IGNORECASE)
ADDED = re.compile(PRESENT, re.IGNORECASE)
REFUSED = re.compile(r"denied|error|can't|cannot|unable|invalid|not found|unknown|still referenced", re.IGNORECASE)
# The master daemon leaves this file where it was told to end, and not where it fell.
ENDED = Path("/var/spool/gridengine/qmaster/lock")
NOT_RESTARTABLE = re.compile(r"not restartable|isn't possible", re.IGNORECASE)


class Refused(Exception):
    """A command that did not do what it was asked; the text is Grid Engine's own."""


class Unreachable(Refused):
    """The master daemon does not answer."""


class Job(NamedTuple):
    id: int
    task: str  # empty where the job is no array
    name: str
    owner: str
    state: str
    host: str  # empty while it waits
    queue: str = ""  # that it asked for; empty where any would do

    @property
    def key(self) -> str:
        return f"{self.id}.{self.task}" if self.task else str(self.id)


def ask(*command, limit=20, user=None) -> tuple:
    """Exit code and whole text of a command; never longer than `limit` seconds."""
    line = ["runuser", "-u", user, "--", *command] if user else command
    try:
        done = subprocess.run(
            line, env=ENVIRONMENT, timeout=limit, stdin=subprocess.DEVNULL, cwd="/", text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(f"{command[0]} gave no answer within {limit} s") from None
    if re.search(r"commlib error|unable to (send message to|contact) qmaster", done.stdout):
        raise Unreachable(done.stdout.strip().splitlines()[0])
    return done.returncode, done.stdout


def revive(limit=30) -> bool:
    """Starts the master daemon again where it fell; False where it runs, or an operator ended it."""
    if ENDED.exists() or quietly("pgrep", "-x", "sge_qmaster") == 0:
        return False
    # Debian's script starts a second one beside one that runs, and systemd takes its `start` for done.
    quietly("timeout", "-k", "5", str(limit), "service", "gridengine-master", "restart")
    return True


def quietly(*command) -> int:
    null = subprocess.DEVNULL
    return subprocess.run(command, stdin=null, stdout=null, stderr=null, cwd="/", check=False).returncode


def change(*command) -> str:
    """Runs a command that changes something; a change that was made before is as good as one made now."""
    code, text = ask(*command)
    # Nothing can be added to what is not there.
    already = ADDED if command[1].startswith(("-a", "-A")) else ALREADY
    said = [line for line in text.splitlines() if wrong(line, already)]
    if said or (code != 0 and not already.search(text)):
        raise Refused(f"{' '.join(command)}: {' '.join((said or text.splitlines() or ['no reason given'])[:2])}")
    return text


def wrong(line: str, already=ALREADY) -> bool:
    """Whether a line refuses what was not done before."""
    return bool(REFUSED.search(line)) and not already.search(line)


def show(*command) -> str:
    """Runs a command that only tells; an empty list is an answer although its exit code is 1."""
    code, text = ask(*command)
    if code != 0 and not ALREADY.search(text):
        raise Refused(f"{' '.join(command)}: {text.strip()[:200]}")
    return "" if code != 0 else text


def tree(*command) -> xml.Element:
    """What a command tells as XML."""
    text = show(*command)
    try:
        return xml.fromstring(text)
    except xml.ParseError:
        raise Refused(f"{' '.join(command)}: {text.strip()[:200] or 'no answer'}") from None


def hosts() -> dict:
    """Every execution host by its name: whether it is heard of."""
    found = {}
    for host in tree("qhost", "-xml").iter("host"):
        values = {value.get("name"): value.text for value in host.iter("hostvalue")}
        found[str(host.get("name")).lower()] = values.get("load_avg", "-") != "-"
    found.pop("global", None)
    return found


def jobs() -> list:
    """Every job that waits or runs."""
    found = []
    for entry in tree("qstat", "-u", "*", "-r", "-xml").iter("job_list"):
        text = {child.tag: (child.text or "").strip() for child in entry}
        host = text.get("queue_name", "").partition("@")[2].lower()
        task = text.get("tasks", "")
        found.append(Job(int(text["JB_job_number"]), task if host else "", text["JB_name"], text["JB_owner"],
                         text["state"], host, text.get("hard_req_queue", "")))
    return found


def jobs_on(fqdn: str) -> list:
    return [job for job in jobs() if job.host == fqdn]


def admit(fqdn: str, slots: dict) -> None:
    """Makes a host known: its daemon registers itself, but only at a master that knows the host."""
    change("qconf", "-ah", fqdn)
    change("qconf", "-as", fqdn)
    set_slots(fqdn, slots)
    change("qconf", "-aattr", "hostgroup", "hostlist", fqdn, "@allhosts")


def set_slots(fqdn: str, slots: dict) -> None:
    """Slots of a host by queue; `slots` has every queue of ours."""
    for queue, number in slots.items():
        change("qconf", "-aattr", "queue", "slots", f"[{fqdn}={number}]", queue)


def purge_slots(fqdn: str, queues) -> None:
    """A host's slots in a queue are not removed with the host."""
    for queue in queues:
        change("qconf", "-purge", "queue", "slots", f"{queue}@{fqdn}")


def close(fqdn: str) -> None:
    """No further job starts on a host."""
    change("qmod", "-d", f"*@{fqdn}")


def reopen(fqdn: str) -> None:
    """Jobs start on a host again."""
    change("qmod", "-e", f"*@{fqdn}")


def forget(fqdn: str, queues, alive: bool) -> None:
    """Removes an empty host from every list, in the only order in which nothing refers to it any more."""
    change("qconf", "-dattr", "hostgroup", "hostlist", fqdn, "@allhosts")
    purge_slots(fqdn, queues)
    # What is gone may have no address any more: then these complain, and the lists tell.
    options = (*(["-ke"] if alive else []), "-de", "-ds", "-dh", "-dconf")
    said = [line for option in options for line in ask("qconf", option, fqdn)[1].splitlines() if wrong(line)]
    left = [option for option in ("-sel", "-ss", "-sh", "-sconfl") if fqdn in show("qconf", option).lower().split()]
    if left or fqdn in show("qconf", "-shgrp", "@allhosts").lower().split():
        why = f": {' '.join(said)}" if said else ""
        raise Refused(f"{fqdn} is still in Grid Engine's lists {' '.join(left) or '@allhosts'}{why}")


def move(job: Job) -> bool:
    """Starts a running job again somewhere else; False where it may not be started twice."""
    code, text = ask("qmod", "-rj", job.key)
    if NOT_RESTARTABLE.search(text):
        return False
    if code != 0 and not ALREADY.search(text):
        raise Refused(f"qmod -rj {job.key}: {text.strip()[:200]}")
    return True


def delete(job: Job, force: bool = False) -> None:
    # By number: an ordinary deletion on a dead host is only noted.
    change("qdel", *(["-f"] if force else []), job.key)


def clock(number: int) -> str:
    """`00:05:00`, as Grid Engine writes it."""
    return f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"


def change_lines(read: tuple, write: tuple, name: str, values: dict) -> None:
    """Replaces values in an object that Grid Engine shows and takes as lines of `name value`."""
    text = re.sub(r"\\\n\s*", " ", show(*read))
    for key, value in values.items():
        text, count = re.subn(rf"^{key}\s.*$", f"{key} {value}", text, flags=re.MULTILINE)
        if count != 1:
            raise Refused(f"{' '.join(read)} shows no {key}")
    with tempfile.TemporaryDirectory(prefix="antares-") as folder:
        # The file's name is the name of the configuration that it changes.
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        change(*write, str(file))
