"""Create the tables of the private log; the database itself refuses to change what was written there."""

import django.db.models.deletion
from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel, RefuseChanges


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='MadeStatement',
            fields=[
                ('statement', models.CharField(db_comment='request-report/public-record', max_length=80, primary_key=True, serialize=False)),
                ('code', models.CharField(db_comment='request-report/public-record', max_length=40)),
                ('made_on', models.DateField(db_comment='request-report/public-record')),
                ('expires_on', models.DateField(db_comment='request-report/public-record')),
            ],
            options={
                'db_table': 'made_statement',
            },
        ),
        CreateUnorderedModel(
            name='PublishedReport',
            fields=[
                ('number', models.BigIntegerField(db_comment='request-report/public-record', primary_key=True, serialize=False)),
                ('name', models.CharField(db_comment='request-report/public-record', max_length=20, unique=True)),
                ('document', models.BinaryField(db_comment='request-report/public-record')),
                ('published_on', models.DateField(db_comment='request-report/public-record')),
                ('asked', models.IntegerField(db_comment='request-report/public-record')),
                ('given', models.IntegerField(db_comment='request-report/public-record')),
                ('people', models.IntegerField(db_comment='request-report/public-record')),
            ],
            options={
                'db_table': 'published_report',
            },
        ),
        CreateUnorderedModel(
            name='Record',
            fields=[
                ('place', models.BigIntegerField(db_comment='request-record/until-opened', primary_key=True, serialize=False)),
                ('record', models.BinaryField(db_comment='request-record/until-opened')),
                ('chain', models.BinaryField(db_comment='request-record/until-opened', max_length=32, unique=True)),
                ('case_ref', models.CharField(blank=True, db_comment='request-record/until-opened', max_length=16)),
            ],
            options={
                'db_table': 'record',
            },
        ),
        CreateUnorderedModel(
            name='SealedPeriod',
            fields=[
                ('number', models.BigIntegerField(db_comment='request-seal/until-opened', primary_key=True, serialize=False)),
                ('key', models.BinaryField(db_comment='request-seal/until-opened', max_length=32)),
            ],
            options={
                'db_table': 'sealed_period',
            },
        ),
        CreateUnorderedModel(
            name='Secrecy',
            fields=[
                ('case_ref', models.CharField(db_comment='request-secrecy/until-opened', max_length=16, primary_key=True, serialize=False)),
                ('reason', models.CharField(db_comment='request-secrecy/until-opened', max_length=64)),
                ('until', models.DateField(blank=True, db_comment='request-secrecy/until-opened', null=True)),
                ('ended_on', models.DateField(blank=True, db_comment='request-secrecy/until-opened', null=True)),
            ],
            options={
                'db_table': 'secrecy',
            },
        ),
        CreateUnorderedModel(
            name='SealedSlot',
            fields=[
                ('record', models.OneToOneField(db_comment='request-seal/until-opened', on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='slot', serialize=False, to='records.record')),
                ('place', models.SmallIntegerField(db_comment='request-seal/until-opened')),
                ('salt', models.BinaryField(db_comment='request-seal/until-opened', max_length=32)),
                ('period', models.ForeignKey(db_comment='request-seal/until-opened', on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='records.sealedperiod')),
            ],
            options={
                'db_table': 'sealed_slot',
            },
        ),
        RefuseChanges('record', 'place'),
        RefuseChanges('sealed_period', 'number'),
        RefuseChanges('sealed_slot', 'record_id'),
        RefuseChanges('published_report', 'number'),
    ]
