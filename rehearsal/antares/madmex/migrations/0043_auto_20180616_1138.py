from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0042_auto_20180609_1652'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeinformation',
            name='year_post',
            field=models.IntegerField(null=True),
        ),
    ]
