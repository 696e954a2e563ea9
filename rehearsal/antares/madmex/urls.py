"""Routes of the web application. Imported by Django's system checks before any command runs."""

from django.conf.urls import url

from madmex import views

urlpatterns = [
    url(r"^$", views.index),
    url(r"^countries/$", views.countries),
]
