from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0046_auto_20180706_1958'),
    ]

    operations = [
        migrations.CreateModel(
            name='Institutions',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
            ],
        ),
    ]
