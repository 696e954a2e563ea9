"""Django settings, taken from the process environment and `~/.antares` (the environment wins).

Several values are deliberately as trusting as the original's: any text makes DEBUG true, an empty
SECRET_KEY stays empty, an empty TEMP_DIR is not replaced by its default.
"""

import os
import tempfile

from dotenv import load_dotenv

from madmex.line import LINE

HOME = os.path.expanduser("~")
load_dotenv(os.path.join(HOME, ".antares"), verbose=True)

BASE_DIR = os.path.dirname(os.path.abspath(__file__))

SECRET_KEY = os.environ.get("SECRET_KEY", "nokey")
DEBUG = os.environ.get("DEBUG", False)
ALLOWED_HOSTS = [os.environ.get("ALLOWED_HOSTS", "localhost")]
LOG_LEVEL = os.environ.get("DJANGO_LOG_LEVEL", "INFO")

TEMP_DIR = os.environ.get("TEMP_DIR", tempfile.gettempdir() if LINE == "develop" else HOME)
SERIALIZED_OBJECTS_DIR = os.environ.get("SERIALIZED_OBJECTS_DIR")
INGESTION_PATH = os.environ.get("INGESTION_PATH")
INGESTION_BUCKET = os.environ.get("INGESTION_BUCKET", "")
DRIVER = os.environ.get("DRIVER", "NetCDF CF")
USGS_USER = os.environ.get("USGS_USER")
USGS_PASSWORD = os.environ.get("USGS_PASSWORD")
SCIHUB_USER = os.environ.get("SCIHUB_USER")
SCIHUB_PASSWORD = os.environ.get("SCIHUB_PASSWORD")
SEGMENTATION_BUCKET = os.environ.get("SEGMENTATION_BUCKET")
SEGMENTATION_DIR = os.environ.get("SEGMENTATION_DIR")
BIS_LICENSE = os.environ.get("BIS_LICENSE", "stand-in-licence")

DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": os.environ.get("DATABASE_NAME"),
        "USER": os.environ.get("DATABASE_USER"),
        "PASSWORD": os.environ.get("DATABASE_PASSWORD"),
        "HOST": os.environ.get("DATABASE_HOST"),
        "PORT": os.environ.get("DATABASE_PORT"),
    }
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "corsheaders",
    "rest_framework",
    "madmex",
]

MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        name: {"handlers": ["console"], "level": LOG_LEVEL} for name in ("django", "madmex")
    },
}

ROOT_URLCONF = "madmex.urls"
STATIC_URL = "/static/"
CORS_ORIGIN_ALLOW_ALL = True
USE_TZ = True
TIME_ZONE = "UTC"
