from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0045_auto_20180630_0111'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeclassification',
            name='post_name',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
