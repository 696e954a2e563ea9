"""Access to the datacube index by the path the original takes: its own reading of
`~/.datacube.conf`, blind to datacube's other ways of configuration."""

import os
from configparser import ConfigParser

import yaml
from datacube.drivers.postgres._connections import PostgresDb
from datacube.index._datasets import DatasetResource
from datacube.index._metadata_types import MetadataTypeResource
from datacube.index._products import ProductResource

_file = ConfigParser()
_file.read(os.path.expanduser("~/.datacube.conf"))
CONFIG = _file["datacube"]


def open_index():
    """Metadata types, products and datasets of the configured index (needs its schema)."""
    database = PostgresDb.from_config(CONFIG)
    metadata_types = MetadataTypeResource(database)
    products = ProductResource(database, metadata_types)
    return metadata_types, products, DatasetResource(database, products)


def read_product(path):
    """Product description of a YAML file."""
    with open(path, encoding="utf-8") as stream:
        return yaml.load(stream)
