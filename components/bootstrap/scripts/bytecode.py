"""Compiles every module of the wheelhouse once, into a wheel of byte code that is installed beside the others.

    bytecode.py HOUSE

HOUSE/wheels/wheelhouse_bytecode-1-py3-none-any.whl is all a host needs to start with compiled code: no host
compiles, and none writes into its installation later. The other wheels stay as their publishers made them.
"""

import compileall
import io
import pathlib
import sys
import tempfile
import zipfile
from py_compile import PycInvalidationMode

NAME = "wheelhouse_bytecode"
METADATA = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 1\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: antares3-deployment\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def extract_modules(house, stage):
    for wheel in sorted((house / "wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            # What a wheel keeps in its .data folder are commands, which nothing imports.
            names = [name for name in archive.namelist() if name.endswith(".py") and ".data/" not in name]
            archive.extractall(stage, names)
    for module in (house / "compat").glob("*.py"):
        (stage / module.name).write_bytes(module.read_bytes())


def compile_modules(stage):
    # An installer gives files new times, so times cannot tell whether byte code is current; nothing edits an
    # installation in place, so nothing needs to. Modules that are not for this Python are left out.
    compileall.compile_dir(
        stage, quiet=2, maxlevels=100, workers=0, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )


def pack(stage, target):
    record = io.StringIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(stage.rglob("*.pyc")):
            name = path.relative_to(stage).as_posix()
            archive.write(path, name)
            record.write(f"{name},,\n")
        for name, text in (("METADATA", METADATA), ("WHEEL", WHEEL)):
            archive.writestr(f"{NAME}-1.dist-info/{name}", text)
            record.write(f"{NAME}-1.dist-info/{name},,\n")
        record.write(f"{NAME}-1.dist-info/RECORD,,\n")
        archive.writestr(f"{NAME}-1.dist-info/RECORD", record.getvalue())


def main(house):
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder)
        extract_modules(house, stage)
        compile_modules(stage)
        pack(stage, house / "wheels" / f"{NAME}-1-py3-none-any.whl")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
