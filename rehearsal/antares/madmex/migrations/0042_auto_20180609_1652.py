from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0041_auto_20180602_2206'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeinformation',
            name='year_pre',
            field=models.IntegerField(null=True),
        ),
    ]
