from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0044_auto_20180623_0625'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeclassification',
            name='pre_name',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
