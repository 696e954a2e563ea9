from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0063_auto_20191210_1855'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainclassificationlabeledbyapp',
            name='tag_id',
            field=models.IntegerField(null=True),
        ),
    ]
