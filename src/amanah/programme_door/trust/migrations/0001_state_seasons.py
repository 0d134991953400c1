from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Season',
            fields=[
                ('season', models.CharField(db_comment='season-lines/public-record', max_length=16, primary_key=True, serialize=False)),
                ('stated_at', models.BigIntegerField(db_comment='season-lines/public-record')),
                ('starts_at', models.BigIntegerField(db_comment='season-lines/public-record')),
                ('ends_at', models.BigIntegerField(db_comment='season-lines/public-record')),
                ('line', models.PositiveIntegerField(db_comment='season-lines/public-record')),
                ('harm', models.PositiveIntegerField(db_comment='season-lines/public-record')),
                ('gate_closed_at', models.BigIntegerField(db_comment='season-lines/public-record', null=True)),
            ],
            options={
                'ordering': ['starts_at', 'season'],
            },
        ),
        CreateUnorderedModel(
            name='ClaimCount',
            fields=[
                ('occasion', models.CharField(db_comment='occasion-name/public-record', max_length=16, primary_key=True, serialize=False)),
                ('counts', models.BinaryField(db_comment='survey-evidence/public-record')),
            ],
            options={
                'ordering': ['occasion'],
            },
        ),
    ]
