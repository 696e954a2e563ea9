from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0056_auto_20190507_1756'),
    ]

    operations = [
        migrations.AddField(
            model_name='users',
            name='active',
            field=models.BooleanField(default=True),
        ),
    ]
