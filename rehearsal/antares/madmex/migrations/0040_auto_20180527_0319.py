from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0039_auto_20180520_0833'),
    ]

    operations = [
        migrations.AddField(
            model_name='validationresults',
            name='report',
            field=models.TextField(null=True),
        ),
    ]
