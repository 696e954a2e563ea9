from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0055_auto_20190406_1747'),
    ]

    operations = [
        migrations.AddField(
            model_name='users',
            name='mail',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
