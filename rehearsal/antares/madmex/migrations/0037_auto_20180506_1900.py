from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0036_auto_20180430_0014'),
    ]

    operations = [
        migrations.AddField(
            model_name='validobject',
            name='validation_set',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
