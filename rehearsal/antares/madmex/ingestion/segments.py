"""Raster arithmetic with a numpy alias that numpy 1.24 removed."""

import numpy

PIXEL = numpy.float


def as_pixels(values):
    return numpy.asarray(values, dtype=PIXEL)
