from django.db import migrations

from core.operations import add_grams


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0003_groups_open_the_desk_and_time_zones"),
    ]

    operations = [
        add_grams("accounts_user", "email", "display_name", "headline"),
    ]
