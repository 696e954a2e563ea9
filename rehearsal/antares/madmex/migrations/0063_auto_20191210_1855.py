from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0062_auto_20191109_1847'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainingsetandodctilesforapp',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
