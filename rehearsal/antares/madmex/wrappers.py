"""The scientific stack as the original pulls it in: at import, so that one missing package stops
every command before it has any effect."""

import rasterio
import sklearn
import xarray
from datacube.api import GridWorkflow

from madmex import settings

STACK = {
    "datacube": GridWorkflow.__module__,
    "rasterio": rasterio.__version__,
    "sklearn": sklearn.__version__,
    "xarray": xarray.__version__,
}


def segmentation_store():
    """Bucket or directory of segmentations, None when neither is set."""
    return settings.SEGMENTATION_BUCKET or settings.SEGMENTATION_DIR
