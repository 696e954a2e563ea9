from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0022_auto_20180125_0125'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='user',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
