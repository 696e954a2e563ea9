from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0024_auto_20180207_1458'),
    ]

    operations = [
        migrations.AddField(
            model_name='scene',
            name='cloud_cover',
            field=models.FloatField(null=True),
        ),
    ]
