from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0005_auto_20171001_1817'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scene',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scene_id', models.CharField(max_length=100)),
                ('footprint', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.footprint')),
            ],
        ),
    ]
