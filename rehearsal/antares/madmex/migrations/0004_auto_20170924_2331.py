from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0003_auto_20170918_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Model',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('path', models.CharField(max_length=300)),
            ],
        ),
    ]
