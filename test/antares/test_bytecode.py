"""The wheelhouse's wheel of byte code. Needs bare python3 only.

    python3 -m unittest discover -s test/antares -p test_bytecode.py
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

SCRIPT = pathlib.Path(__file__).parents[2] / "components/bootstrap/scripts/bytecode.py"
WHEEL = "wheels/wheelhouse_bytecode-1-py3-none-any.whl"
TAG = sys.implementation.cache_tag


class Bytecode(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.house = pathlib.Path(folder.name)
        (self.house / "wheels").mkdir()
        (self.house / "compat").mkdir()
        (self.house / "compat" / "shim.py").write_text("shimmed = True\n")
        with zipfile.ZipFile(self.house / "wheels" / "example-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("example/__init__.py", "value = 6 * 7\n")
            wheel.writestr("example/old.py", "print 'another Python'\n")
            wheel.writestr("example/data.txt", "data")
            wheel.writestr("example-1.data/scripts/tool.py", "tool = 1\n")
        subprocess.run([sys.executable, SCRIPT, self.house], check=True, timeout=60)
        self.wheel = zipfile.ZipFile(self.house / WHEEL)
        self.addCleanup(self.wheel.close)

    def test_holds_the_byte_code_of_what_can_be_imported_and_nothing_else(self):
        modules = [f"__pycache__/shim.{TAG}.pyc", f"example/__pycache__/__init__.{TAG}.pyc"]
        about = [f"wheelhouse_bytecode-1.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD")]
        self.assertEqual(self.wheel.namelist(), modules + about)
        record = self.wheel.read("wheelhouse_bytecode-1.dist-info/RECORD").decode()
        self.assertEqual(record, "".join(f"{name},,\n" for name in modules + about))

    def test_the_byte_code_is_used_whatever_time_the_source_has(self):
        place = self.house / "site"
        self.wheel.extractall(place)
        # Flags of an unchecked hash (PEP 552): the source is not even looked at.
        data = (place / f"example/__pycache__/__init__.{TAG}.pyc").read_bytes()
        self.assertEqual(data[4:8], b"\x01\x00\x00\x00")
        (place / "example/__init__.py").write_text("value = 'compiled anew'\n")
        done = subprocess.run(
            [sys.executable, "-c", "import example; print(example.value)"],
            cwd=place, check=True, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(done.stdout, "42\n")


if __name__ == "__main__":
    unittest.main()
