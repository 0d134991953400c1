"""Create the table of rules."""

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Rules',
            fields=[
                ('rules_hash', models.CharField(db_comment='request-rules/public-record', max_length=64, primary_key=True, serialize=False)),
                ('document', models.BinaryField(db_comment='request-rules/public-record')),
                ('in_force_from', models.BigIntegerField(blank=True, db_comment='request-rules/public-record', null=True)),
            ],
            options={
                'db_table': 'rules',
            },
        ),
    ]
