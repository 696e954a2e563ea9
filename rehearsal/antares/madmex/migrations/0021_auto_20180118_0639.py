from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0020_auto_20180111_1152'),
    ]

    operations = [
        migrations.AddField(
            model_name='model',
            name='training_set',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
