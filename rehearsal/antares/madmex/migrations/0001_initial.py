import django.contrib.gis.db.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Country',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('the_geom', django.contrib.gis.db.models.fields.GeometryField(null=True, srid=4326)),
                ('added', models.DateTimeField(auto_now_add=True, null=True)),
            ],
        ),
    ]
