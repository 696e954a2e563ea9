from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0037_auto_20180506_1900'),
    ]

    operations = [
        migrations.AddField(
            model_name='validclassification',
            name='interpretation',
            field=models.IntegerField(null=True),
        ),
    ]
