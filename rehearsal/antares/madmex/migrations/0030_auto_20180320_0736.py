from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0029_auto_20180313_1249'),
    ]

    operations = [
        migrations.AddField(
            model_name='segmentationinformation',
            name='datasource',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
