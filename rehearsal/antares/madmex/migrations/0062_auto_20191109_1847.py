from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0061_auto_20191009_1838'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainingsetandodctilesforapp',
            name='done',
            field=models.BooleanField(default=False),
        ),
    ]
