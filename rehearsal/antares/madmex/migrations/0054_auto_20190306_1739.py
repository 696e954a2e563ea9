from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0053_auto_20190203_1730'),
    ]

    operations = [
        migrations.AddField(
            model_name='institutions',
            name='contact',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
