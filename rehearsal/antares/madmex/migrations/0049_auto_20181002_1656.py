from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0048_auto_20180901_1648'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogTrainingSetForApp',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
            ],
        ),
    ]
