from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0052_auto_20190103_1722'),
    ]

    operations = [
        migrations.AddField(
            model_name='institutions',
            name='country',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
