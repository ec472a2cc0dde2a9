from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interchange', '0003_ask_for_pictures_and_exports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counterpart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=20)),
                ('model', models.CharField(max_length=40)),
                ('there', models.PositiveBigIntegerField()),
                ('here', models.PositiveBigIntegerField()),
                ('was_there', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'model', 'there'), name='one_counterpart_of_a_row')],
            },
        ),
    ]
