from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0013_auto_20171125_0028'),
    ]

    operations = [
        migrations.CreateModel(
            name='ValidClassification',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_set', models.CharField(max_length=100)),
                ('valid_object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.validobject')),
                ('valid_tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.tag')),
            ],
        ),
    ]
