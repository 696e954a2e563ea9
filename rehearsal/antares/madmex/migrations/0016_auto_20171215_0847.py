from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0015_auto_20171208_1400'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeInformation',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
            ],
        ),
    ]
