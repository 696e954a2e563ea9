"""The eighteen tables that both lines have. Columns are a small selection, relations are kept."""

from django.contrib.gis.db import models

from madmex.line import LINE


def short(**options):
    return models.CharField(max_length=100, null=True, **options)


def relation(target):
    return models.ForeignKey(target, related_name="+", null=True, on_delete=models.CASCADE)


class Country(models.Model):
    """One row a country; `name` is its ISO 3166-1 alpha-3 code."""

    name = models.CharField(max_length=100, unique=True)
    the_geom = models.GeometryField(null=True)
    added = models.DateTimeField(auto_now_add=True, null=True)


class Region(models.Model):
    """First level of administration. Only `develop` keeps names unique (over all countries)."""

    name = models.CharField(max_length=100, unique=LINE == "develop")
    country = models.ForeignKey(Country, related_name="regions", on_delete=models.CASCADE)
    the_geom = models.GeometryField(null=True)
    added = models.DateTimeField(auto_now_add=True, null=True)


class Footprint(models.Model):
    name = models.CharField(max_length=100, unique=True)
    the_geom = models.GeometryField()
    sensor = short()
    added = models.DateTimeField(auto_now_add=True, null=True)


class Model(models.Model):
    name = models.CharField(max_length=100, unique=True)
    path = models.CharField(max_length=300)
    training_set = short()
    recipe = short()


class Order(models.Model):
    order_id = models.CharField(max_length=100, unique=True)
    user = short()
    downloaded = models.BooleanField(default=False)


class Scene(models.Model):
    scene_id = models.CharField(max_length=100)
    footprint = relation(Footprint)
    cloud_cover = models.FloatField(null=True)
    acquired = models.DateTimeField(null=True)


class Tag(models.Model):
    system = models.CharField(max_length=20)
    value = models.CharField(max_length=100)
    color = short()
    numeric_code = models.IntegerField(null=True)


class SegmentationInformation(models.Model):
    name = models.CharField(max_length=200, unique=True)
    algorithm = models.CharField(max_length=200)
    parameters = models.TextField(null=True)
    datasource = short()


class PredictObject(models.Model):
    path = models.CharField(max_length=300, unique=True)
    the_geom = models.PolygonField(null=True)
    segmentation_information = relation(SegmentationInformation)
    added = models.DateTimeField(auto_now_add=True, null=True)


class PredictClassification(models.Model):
    name = models.CharField(max_length=200)
    predict_object = relation(PredictObject)
    tag = relation(Tag)
    model = relation(Model)
    confidence = models.FloatField(null=True)


class TrainObject(models.Model):
    the_geom = models.GeometryField()
    filename = short()
    creation_year = models.IntegerField(null=True)


class TrainClassification(models.Model):
    training_set = models.CharField(max_length=100)
    train_object = relation(TrainObject)
    interpret_tag = relation(Tag)
    predict_tag = relation(Tag)


class ValidObject(models.Model):
    the_geom = models.GeometryField()
    filename = short()
    validation_set = short()


class ValidClassification(models.Model):
    valid_set = models.CharField(max_length=100)
    valid_object = relation(ValidObject)
    valid_tag = relation(Tag)
    interpretation = models.IntegerField(null=True)


class ValidationResults(models.Model):
    classification = models.CharField(max_length=200)
    validation_set = short()
    report = models.TextField(null=True)


class ChangeInformation(models.Model):
    name = models.CharField(max_length=200)
    algorithm = short()
    year_pre = models.IntegerField(null=True)
    year_post = models.IntegerField(null=True)


class ChangeObject(models.Model):
    the_geom = models.GeometryField()
    change_information = relation(ChangeInformation)
    filename = short()


class ChangeClassification(models.Model):
    name = models.CharField(max_length=200)
    change_object = relation(ChangeObject)
    pre_name = short()
    post_name = short()
