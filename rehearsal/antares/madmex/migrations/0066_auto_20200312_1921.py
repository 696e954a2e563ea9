from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0065_auto_20200210_1912'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainclassificationlabeledbyapp',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
