from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0026_auto_20180221_0430'),
    ]

    operations = [
        migrations.AddField(
            model_name='tag',
            name='color',
            field=models.CharField(max_length=100, null=True),
        ),
    ]
