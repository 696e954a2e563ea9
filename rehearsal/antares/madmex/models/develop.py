"""The five tables that only `develop` has."""

from django.contrib.gis.db import models

from madmex.models.core import TrainClassification, relation, short


class Institutions(models.Model):
    name = models.CharField(max_length=100, unique=True)
    country = short()
    contact = short()
    added = models.DateTimeField(auto_now_add=True, null=True)


class Users(models.Model):
    name = models.CharField(max_length=100, unique=True)
    mail = short()
    institution = relation(Institutions)
    active = models.BooleanField(default=True)


class CatalogTrainingSetForApp(models.Model):
    name = models.CharField(max_length=100)
    scheme = short()
    description = models.TextField(null=True)
    year = models.IntegerField(null=True)
    added = models.DateTimeField(auto_now_add=True, null=True)


class TrainingSetAndODCTilesForApp(models.Model):
    training_set = relation(CatalogTrainingSetForApp)
    odc_tile = models.CharField(max_length=50)
    user = relation(Users)
    done = models.BooleanField(default=False)
    added = models.DateTimeField(auto_now_add=True, null=True)


class TrainClassificationLabeledByApp(models.Model):
    train_classification = relation(TrainClassification)
    user = relation(Users)
    tag_id = models.IntegerField(null=True)
    comment = models.TextField(null=True)
    added = models.DateTimeField(auto_now_add=True, null=True)
