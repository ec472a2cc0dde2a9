from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0012_find_parts_of_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="keptform",
            name="sent",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
