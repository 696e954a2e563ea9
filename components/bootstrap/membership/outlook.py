"""What the reconciler does outside of its own process, because it may hang: the share, and the names of hosts."""

import socket
import time
from pathlib import Path

import statements
from aside import Aside, Hung


def look(folder: str) -> dict:
    """What lies on the share, also the proof that the share can be written."""
    nodes = Path(folder) / "nodes"
    # In the folder that is read: a network file system then knows of what others wrote there.
    statements.write(nodes / ".master", {"looked": time.monotonic()})
    found, forged = statements.read_all(nodes)
    return {"found": [list(each) for each in found.values()], "forged": forged, "master": master(Path(folder))}


def master(folder: Path) -> str:
    """Full name of the master that was made last on this share; empty where an earlier version made it."""
    try:
        return (folder / "master").read_text(encoding="utf-8").strip().lower()
    except FileNotFoundError:
        return ""


def disagreement(fqdn: str) -> str:
    """Why a name is not usable on the master; empty where address and name agree."""
    try:
        address = socket.getaddrinfo(fqdn, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
    except OSError:
        return f"{fqdn} has no address on the master"
    if address.startswith("127."):
        return f"{fqdn} is {address} on the master"
    try:
        back = socket.gethostbyaddr(address)[0].lower()
    except OSError:
        return f"{address} of {fqdn} has no name on the master"
    return "" if back == fqdn else f"{address} of {fqdn} is {back} on the master"


class Names:
    """Looks names up; a name server may hang too."""

    def __init__(self, limit: float = 10.0):
        self.aside = Aside(limit)

    def unresolved(self, fqdns) -> dict:
        """Why names are not usable, for those that are not."""
        found = {}
        for fqdn in fqdns:
            try:
                found[fqdn] = self.aside.do(disagreement, fqdn)
            except (OSError, Hung):
                found[fqdn] = f"the names of {fqdn} cannot be looked up on the master"
        return {fqdn: why for fqdn, why in found.items() if why}


def answer(path: str, word: dict) -> None:
    statements.write(Path(path), word)


def clear(path: str, incarnation: str) -> None:
    """Removes what a life that is over has said; its name may have begun another one."""
    file = Path(path)
    try:
        if statements.read(file.parent, file.name).incarnation == incarnation:
            file.unlink(missing_ok=True)
    except statements.Forged:
        return
