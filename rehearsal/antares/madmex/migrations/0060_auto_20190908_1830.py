from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0059_auto_20190808_1821'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogtrainingsetforapp',
            name='year',
            field=models.IntegerField(null=True),
        ),
    ]
