from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0035_auto_20180423_0528'),
    ]

    operations = [
        migrations.AddField(
            model_name='validobject',
            name='filename',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
