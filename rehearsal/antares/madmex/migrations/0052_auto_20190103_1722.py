from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0051_auto_20181203_1713'),
    ]

    operations = [
        migrations.AlterField(
            model_name='region',
            name='name',
            field=models.CharField(max_length=100, unique=True),
        ),
    ]
