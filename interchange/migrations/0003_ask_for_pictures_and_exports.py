import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interchange', '0002_imports'),
        ('newsletter', '0017_find_parts_of_words_again'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='lists_as_items',
            field=models.BooleanField(default=False, verbose_name='make items of lists of links'),
        ),
        migrations.AddField(
            model_name='import',
            name='looks_for_pictures',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='import',
            name='pages',
            field=models.BooleanField(default=False, verbose_name='pages, too'),
        ),
        migrations.AddField(
            model_name='import',
            name='resumes',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parts', models.JSONField(default=list, verbose_name='parts')),
                ('state', models.CharField(choices=[('asked', 'Waits for the worker'), ('under way', 'Under way'), ('ready', 'Ready'), ('failed', 'Failed'), ('gone', 'No longer kept')], default='asked', max_length=10, verbose_name='state')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='what went wrong')),
                ('progress', models.CharField(blank=True, max_length=200)),
                ('file', models.CharField(blank=True, max_length=500)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='bytes')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('fetched_at', models.DateTimeField(null=True, verbose_name='downloaded')),
                ('seen_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='WantedPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=2000)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wanted', to='interchange.imported')),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsletter.picture')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('document', 'address'), name='wanted_once')],
            },
        ),
    ]
