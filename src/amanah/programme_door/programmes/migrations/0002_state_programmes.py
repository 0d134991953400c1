from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("programmes", "0001_open_programmes"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="stated_facts",
            field=models.CharField(db_comment="log-copy/until-changed", default="", max_length=64),
        ),
    ]
