"""What nodes say of themselves on the share, and what the master answers there.

The share is written by many: a statement is believed only as far as its file proves it.
"""

import json
import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
FQDN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
INCARNATION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIZE_LIMIT = 1024
# More files than any cluster has nodes: somebody is filling the folder.
COUNT_LIMIT = 4096


class Statement(NamedTuple):
    name: str
    fqdn: str
    incarnation: str
    beat: int
    wish: str  # join, leave


class Forged(Exception):
    """A file that no agent of ours has written."""


def parse(name: str, text: bytes) -> Statement:
    """The statement in a file of that name."""
    if not NAME.fullmatch(name):
        raise Forged("its name is no node's name")
    if len(text) > SIZE_LIMIT:
        raise Forged(f"it is larger than {SIZE_LIMIT} bytes")
    try:
        it = json.loads(text)
    except (ValueError, RecursionError):
        raise Forged("it is no JSON") from None
    if not isinstance(it, dict) or set(it) != set(Statement._fields):
        raise Forged(f"it does not say just {', '.join(Statement._fields)}")
    if it["name"] != name:
        raise Forged("it names another node than its file")
    for key, pattern in (("fqdn", FQDN), ("incarnation", INCARNATION), ("wish", re.compile("join|leave"))):
        if not isinstance(it[key], str) or not pattern.fullmatch(it[key]):
            raise Forged(f"its {key} is none")
    if type(it["beat"]) is not int or not 0 <= it["beat"] < 2**53:
        raise Forged("its beat is none")
    return Statement(**it)


def read(folder: Path, name: str, owner: int = 0) -> Statement:
    """One statement, read once: what was checked is what is believed."""
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Forged(f"it cannot be read ({os.strerror(error.errno or 0)}): a link, or not a file") from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Forged("it is no regular file")
        if about.st_uid != owner:
            raise Forged(f"it belongs to user {about.st_uid}, not to root")
        if about.st_mode & 0o022:
            raise Forged("others may write it")
        return parse(name, os.read(handle, SIZE_LIMIT + 1))
    finally:
        os.close(handle)


def read_all(folder: Path, owner: int = 0) -> tuple:
    """All statements by name, and why other files are none. Hidden files are somebody's half-written ones."""
    about = os.lstat(folder)
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != owner or about.st_mode & 0o022:
        raise Forged(f"{folder} is not a folder that only root may write to")
    statements, forged = {}, {}
    for name in sorted(os.listdir(folder))[:COUNT_LIMIT]:
        if name.startswith("."):
            continue
        try:
            statements[name] = read(folder, name, owner)
        except Forged as fault:
            forged[name] = str(fault)
    return statements, forged


def write(path: Path, value: dict) -> None:
    """Replaces a small file as a whole. Never makes a folder: below a bare mount point there is none."""
    new = path.with_name(f".{path.name}.new")
    try:
        os.unlink(new)
    except FileNotFoundError:
        pass
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, (json.dumps(value) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(new, path)
