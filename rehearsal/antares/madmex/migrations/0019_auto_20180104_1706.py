from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0018_auto_20171228_2220'),
    ]

    operations = [
        migrations.AddField(
            model_name='footprint',
            name='sensor',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
