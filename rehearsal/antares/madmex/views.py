"""The two pages of the stand-in."""

from django.http import JsonResponse

from madmex import wrappers
from madmex.models import Country


def index(_request):
    return JsonResponse({"standin": True, "segmentation": wrappers.segmentation_store()})


def countries(_request):
    return JsonResponse({"countries": list(Country.objects.values_list("name", flat=True))})
