from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0006_auto_20171008_1303'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=100)),
            ],
        ),
    ]
