from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0033_auto_20180409_1555'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainobject',
            name='filename',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
