from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0027_auto_20180227_2317'),
    ]

    operations = [
        migrations.AddField(
            model_name='tag',
            name='numeric_code',
            field=models.IntegerField(null=True),
        ),
    ]
