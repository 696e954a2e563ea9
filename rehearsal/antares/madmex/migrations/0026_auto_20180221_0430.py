from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0025_auto_20180214_0944'),
    ]

    operations = [
        migrations.AddField(
            model_name='scene',
            name='acquired',
            field=models.DateTimeField(null=True),
        ),
    ]
