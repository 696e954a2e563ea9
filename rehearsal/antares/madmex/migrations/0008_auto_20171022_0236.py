from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0007_auto_20171015_0750'),
    ]

    operations = [
        migrations.CreateModel(
            name='SegmentationInformation',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('algorithm', models.CharField(max_length=200)),
            ],
        ),
    ]
