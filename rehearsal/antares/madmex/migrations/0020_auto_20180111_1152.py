from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0019_auto_20180104_1706'),
    ]

    operations = [
        migrations.AddField(
            model_name='footprint',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
