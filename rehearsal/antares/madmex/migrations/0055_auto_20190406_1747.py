from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0054_auto_20190306_1739'),
    ]

    operations = [
        migrations.AddField(
            model_name='institutions',
            name='added',
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
    ]
