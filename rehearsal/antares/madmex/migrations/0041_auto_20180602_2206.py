from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0040_auto_20180527_0319'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeinformation',
            name='algorithm',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
