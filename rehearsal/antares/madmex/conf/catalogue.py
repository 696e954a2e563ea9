"""Which configuration files `antares init` writes: 11 + 5 on `master`, 26 + 16 on `develop`.

The names are the stand-in's own; a deployment may rely on their number and place only.
"""

from madmex.line import LINE

_SENSORS = ("landsat_5", "landsat_7", "landsat_8", "rapideye", "sentinel_1", "sentinel_2")
_COUNTRIES = ("mexico", "colombia", "guyana", "belize")

_MASTER_INDEXING = (
    *(f"{sensor}_scenes" for sensor in _SENSORS),
    *("bioclimatics", "elevation", "country_mask", "landsat_recipe", "sentinel_recipe"),
)
_DEVELOP_INDEXING = (
    *_MASTER_INDEXING,
    *(f"{sensor}_mosaic" for sensor in _SENSORS),
    *(f"{sensor}_ndvi" for sensor in _SENSORS),
    *("biogeographic_zones", "ecoregions", "crops"),
)
# (source product, country): an ingestion makes the product SOURCE_COUNTRY.
_MASTER_INGESTION = (
    *((f"{sensor}_scenes", "mexico") for sensor in _SENSORS[:3]),
    ("bioclimatics", "mexico"),
    ("elevation", "mexico"),
)
_DEVELOP_INGESTION = (
    *_MASTER_INGESTION,
    *((f"{sensor}_scenes", "mexico") for sensor in _SENSORS[4:]),
    *((f"{sensor}_scenes", place) for sensor in _SENSORS[:2] for place in _COUNTRIES[1:]),
    *(("elevation", place) for place in _COUNTRIES[1:]),
)

INDEXING = _DEVELOP_INDEXING if LINE == "develop" else _MASTER_INDEXING
INGESTION = _DEVELOP_INGESTION if LINE == "develop" else _MASTER_INGESTION
