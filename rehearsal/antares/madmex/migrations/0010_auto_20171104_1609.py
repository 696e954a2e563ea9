from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0009_auto_20171028_2122'),
    ]

    operations = [
        migrations.CreateModel(
            name='PredictClassification',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('predict_object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.predictobject')),
                ('tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.tag')),
                ('model', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.model')),
            ],
        ),
    ]
