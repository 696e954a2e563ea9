from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0031_auto_20180327_0222'),
    ]

    operations = [
        migrations.AddField(
            model_name='predictobject',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
