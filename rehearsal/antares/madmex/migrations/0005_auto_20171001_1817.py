from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0004_auto_20170924_2331'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_id', models.CharField(max_length=100, unique=True)),
            ],
        ),
    ]
