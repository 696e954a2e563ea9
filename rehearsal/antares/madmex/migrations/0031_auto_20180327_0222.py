import django.contrib.gis.db.models.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0030_auto_20180320_0736'),
    ]

    operations = [
        migrations.AddField(
            model_name='predictobject',
            name='the_geom',
            field=django.contrib.gis.db.models.fields.PolygonField(null=True, srid=4326),
        ),
    ]
