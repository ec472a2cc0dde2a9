from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            name="dispatch",
            options={
                "ordering": ["-pk"],
                "permissions": [("send_dispatch", "Can send issues and steer dispatches")],
                "verbose_name": "dispatch",
                "verbose_name_plural": "dispatches",
            },
        ),
    ]
