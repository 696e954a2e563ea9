from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0028_auto_20180306_1803'),
    ]

    operations = [
        migrations.AddField(
            model_name='segmentationinformation',
            name='parameters',
            field=models.TextField(null=True),
        ),
    ]
