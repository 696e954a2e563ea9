from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('madmex', '0017_auto_20171222_0333'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeClassification',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('change_object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='madmex.changeobject')),
            ],
        ),
    ]
