"""Country borders: fetched once into TEMP_DIR, unpacked once, loaded into two tables.

The trust in whatever lies in TEMP_DIR is part of the contract: a file of the right name is never
fetched again, a directory of the right name is never unpacked again, no HTTP status is ever read.
"""

import glob
import os
import sys
import zipfile

import requests
from django.contrib.gis.utils import LayerMapping

from madmex import settings
from madmex.models import Country, Region
from madmex.util.local import basename, ensure_directory

ARCHIVE = "http://data.biogeo.ucdavis.edu/data/gadm2.8/shp/{iso}_adm_shp.zip"
CHUNK = 64 * 1024


def load_country(iso):
    """Fetches, unpacks and loads one country. Any fault is an exception; what was made stays."""
    archive = fetch(ARCHIVE.format(iso=iso.upper()), settings.TEMP_DIR)
    directory = unpack(archive)
    country = glob.glob(os.path.join(directory, "*adm0.shp"))[0]
    ingest(Country, country, {"name": "ISO", "the_geom": "POLYGON"})
    for regions in glob.glob(os.path.join(directory, "*adm1.shp")):
        mapping = {"name": "NAME_1", "country": {"name": "ISO"}, "the_geom": "POLYGON"}
        ingest(Region, regions, mapping)


def fetch(url, directory):
    """Path of the archive below `directory`. The file exists before the first byte arrives."""
    ensure_directory(directory)
    path = os.path.join(directory, basename(url))
    if os.path.exists(path):
        print(f"File already exists: {path}")
        return path
    with open(path, "wb") as out:
        response = requests.get(url, stream=True, timeout=60)
        expected = int(response.headers.get("content-length", 0))
        done = 0
        for chunk in response.iter_content(CHUNK):
            out.write(chunk)
            done += len(chunk)
            show_progress(done, expected)
    return path


def show_progress(done, expected):
    """Redraws a bar of fifty characters."""
    share = done / expected if expected else 1
    sys.stdout.write("\r[{:<50}] {:3.0f} %".format("=" * int(50 * share), 100 * share))
    sys.stdout.write("\n" if share >= 1 else "")


def unpack(archive):
    """Directory named as the archive. It is made first, so a bad archive leaves it empty."""
    directory = os.path.join(os.path.dirname(archive), basename(archive, suffix=False))
    if os.path.isdir(directory):
        print(f"File already exists: {directory}")
        return directory
    os.mkdir(directory)
    with zipfile.ZipFile(archive) as content:
        content.extractall(directory)
    return directory


def ingest(model, path, mapping):
    """Loads a layer row by row. A row that the database refuses is reported and passed over."""
    print(f"This {path} shape file will be ingested.")
    layer = LayerMapping(
        model, path, mapping, transform=False, encoding="utf-8", transaction_mode="autocommit"
    )
    layer.save(strict=False, verbose=False)
