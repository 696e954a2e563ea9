"""Brings a boundary archive: fetched, checked by hash and by content, then moved to its place.

    archive.py ISO SOURCE SHA256 TARGET

SOURCE is a URL or a path; it is left alone where TARGET is what is wanted already. Nothing lies at TARGET
unless it is whole: antares never looks at an HTTP status, and reuses for ever whatever it finds there.
"""

import hashlib
import http.client
import os
import shutil
import sys
import urllib.request
import zipfile
import zlib

# What zipfile raises for members that are damaged, encrypted or packed in a way it does not know.
UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError)


def fetch(source, partial):
    if "://" not in source:
        shutil.copyfile(source, partial)
        return
    with urllib.request.urlopen(source, timeout=60) as answer, open(partial, "wb") as out:
        shutil.copyfileobj(answer, out)


def faults(partial, sha256):
    size = os.path.getsize(partial)
    if size == 0:
        return "it is empty"
    digest = hashlib.sha256()
    with open(partial, "rb") as data:
        for block in iter(lambda: data.read(1 << 20), b""):
            digest.update(block)
    if digest.hexdigest() != sha256:
        return f"its sha256 is {digest.hexdigest()}, the configuration says {sha256} ({size} bytes)"
    if not zipfile.is_zipfile(partial):
        return "it is not a zip archive (an error page saved under its name looks like this)"
    with zipfile.ZipFile(partial) as archive:
        broken = archive.testzip()
        names = archive.namelist()
    if broken is not None:
        return f"its member {broken} is damaged"
    if not any(name.endswith("adm0.shp") and "/" not in name for name in names):
        return "it has no *adm0.shp at its top level (the names of GADM 2.8)"
    return None


def main(iso, source, sha256, target):
    if os.path.exists(target) and faults(target, sha256) is None:
        return 0
    partial = target + ".partial"
    try:
        fetch(source, partial)
        fault = faults(partial, sha256)
        if fault is None:
            os.replace(partial, target)
            return 0
    except (OSError, http.client.HTTPException, *UNREADABLE) as error:
        fault = f"it cannot be read: {error}"
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    print(f"boundary archive of {iso}, {source}: {fault}")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
