from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0058_auto_20190708_1813'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogtrainingsetforapp',
            name='description',
            field=models.TextField(null=True),
        ),
    ]
