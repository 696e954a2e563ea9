from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0032_auto_20180402_2109'),
    ]

    operations = [
        migrations.AddField(
            model_name='predictclassification',
            name='confidence',
            field=models.FloatField(null=True),
        ),
    ]
