from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0023_auto_20180131_2011'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='downloaded',
            field=models.BooleanField(default=False),
        ),
    ]
