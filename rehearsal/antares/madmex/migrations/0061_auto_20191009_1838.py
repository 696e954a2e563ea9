from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0060_auto_20190908_1830'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogtrainingsetforapp',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
