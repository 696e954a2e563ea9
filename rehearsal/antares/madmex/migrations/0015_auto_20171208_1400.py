from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0014_auto_20171201_1914'),
    ]

    operations = [
        migrations.CreateModel(
            name='ValidationResults',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('classification', models.CharField(max_length=200)),
            ],
        ),
    ]
