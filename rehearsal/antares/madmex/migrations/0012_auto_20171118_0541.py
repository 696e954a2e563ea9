from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0011_auto_20171111_1055'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainClassification',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('training_set', models.CharField(max_length=100)),
                ('train_object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.trainobject')),
                ('interpret_tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.tag')),
                ('predict_tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.tag')),
            ],
        ),
    ]
