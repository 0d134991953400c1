"""Leave the requests to the app that owns them; the table itself has moved there with its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("request_door", "0001_initial"), ("requests", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[], state_operations=[migrations.DeleteModel(name="DataRequest")]
        ),
    ]
