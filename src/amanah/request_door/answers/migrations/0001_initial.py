"""Create the tables of letters, packages, holds and calendars."""

import django.db.models.deletion
from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('trustees', '0001_open_trustees'),
    ]

    operations = [
        CreateUnorderedModel(
            name='CalendarLink',
            fields=[
                ('account', models.OneToOneField(db_column='account', db_comment='calendar-link/until-removed', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='trustees.account')),
                ('link_hash', models.BinaryField(db_comment='calendar-link/until-removed', max_length=32, unique=True)),
            ],
            options={
                'db_table': 'calendar_link',
            },
        ),
        CreateUnorderedModel(
            name='Hold',
            fields=[
                ('hold', models.CharField(db_comment='request-hold/until-lifted', max_length=16, primary_key=True, serialize=False)),
                ('reference', models.CharField(db_comment='request-hold/until-lifted', db_index=True, max_length=16)),
                ('scope', models.BinaryField(db_comment='request-hold/until-lifted')),
                ('salt', models.BinaryField(db_comment='request-hold/until-lifted', max_length=32)),
                ('materials', models.BinaryField(db_comment='request-hold/until-lifted')),
                ('begun_on', models.DateField(db_comment='request-hold/until-lifted')),
            ],
            options={
                'db_table': 'hold',
            },
        ),
        CreateUnorderedModel(
            name='Letter',
            fields=[
                ('decision', models.CharField(db_comment='request-answer/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('reference', models.CharField(db_comment='request-answer/until-case-closed', db_index=True, max_length=16)),
                ('text', models.TextField(blank=True, db_comment='request-answer/until-case-closed')),
                ('paper', models.BinaryField(blank=True, db_comment='request-answer/until-case-closed', default=b'')),
                ('released_on', models.DateField(blank=True, db_comment='request-answer/until-case-closed', db_index=True, null=True)),
                ('sealed_in', models.BigIntegerField(blank=True, db_comment='request-answer/until-case-closed', null=True)),
            ],
            options={
                'db_table': 'letter',
            },
        ),
        CreateUnorderedModel(
            name='SecrecyLook',
            fields=[
                ('reference', models.CharField(db_comment='request-secrecy/until-lifted', max_length=16, primary_key=True, serialize=False)),
                ('looked_on', models.DateField(db_comment='request-secrecy/until-lifted')),
            ],
            options={
                'db_table': 'secrecy_look',
            },
        ),
        CreateUnorderedModel(
            name='ToldReport',
            fields=[
                ('number', models.BigIntegerField(db_comment='request-report/public-record', primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'told_report',
            },
        ),
        CreateUnorderedModel(
            name='Package',
            fields=[
                ('package_hash', models.CharField(db_comment='request-answer/until-case-closed', max_length=64, primary_key=True, serialize=False)),
                ('reference', models.CharField(db_comment='request-answer/until-case-closed', db_index=True, max_length=16)),
                ('decision', models.CharField(db_comment='request-answer/until-case-closed', db_index=True, max_length=16)),
                ('disclosure', models.CharField(blank=True, db_comment='request-answer/until-case-closed', max_length=16)),
                ('content', models.BinaryField(db_comment='request-answer/until-case-closed')),
                ('record', models.BinaryField(blank=True, db_comment='request-answer/until-case-closed', default=b'')),
                ('released_on', models.DateField(blank=True, db_comment='request-answer/until-case-closed', null=True)),
            ],
            options={
                'db_table': 'package',
                'constraints': [models.UniqueConstraint(condition=models.Q(('disclosure', ''), _negated=True), fields=('decision',), name='one_package_each')],
            },
        ),
        CreateUnorderedModel(
            name='PackageItem',
            fields=[
                ('item', models.CharField(db_comment='request-answer/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('reference', models.CharField(db_comment='request-answer/until-case-closed', db_index=True, max_length=16)),
                ('name', models.CharField(db_comment='request-answer/until-case-closed', max_length=100)),
                ('content', models.BinaryField(db_comment='request-answer/until-case-closed')),
                ('category', models.CharField(db_comment='request-answer/until-case-closed', max_length=64)),
                ('person', models.CharField(db_comment='request-people/until-case-closed', max_length=120)),
                ('since', models.DateField(blank=True, db_comment='request-answer/until-case-closed', null=True)),
                ('until', models.DateField(blank=True, db_comment='request-answer/until-case-closed', null=True)),
            ],
            options={
                'db_table': 'package_item',
                'constraints': [models.UniqueConstraint(fields=('reference', 'name'), name='one_item_of_a_name')],
            },
        ),
    ]
