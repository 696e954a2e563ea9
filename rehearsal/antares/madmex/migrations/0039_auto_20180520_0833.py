from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0038_auto_20180513_1347'),
    ]

    operations = [
        migrations.AddField(
            model_name='validationresults',
            name='validation_set',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
