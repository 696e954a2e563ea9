from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0057_auto_20190607_1804'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogtrainingsetforapp',
            name='scheme',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
