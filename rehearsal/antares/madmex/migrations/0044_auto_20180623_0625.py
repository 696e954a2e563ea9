from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0043_auto_20180616_1138'),
    ]

    operations = [
        migrations.AddField(
            model_name='changeobject',
            name='filename',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
