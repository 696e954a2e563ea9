from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0064_auto_20200110_1904'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainclassificationlabeledbyapp',
            name='comment',
            field=models.TextField(null=True),
        ),
    ]
