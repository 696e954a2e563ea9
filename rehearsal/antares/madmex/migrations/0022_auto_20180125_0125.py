from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0021_auto_20180118_0639'),
    ]

    operations = [
        migrations.AddField(
            model_name='model',
            name='recipe',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
