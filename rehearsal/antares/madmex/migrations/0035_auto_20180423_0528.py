from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0034_auto_20180416_1041'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainobject',
            name='creation_year',
            field=models.IntegerField(null=True),
        ),
    ]
