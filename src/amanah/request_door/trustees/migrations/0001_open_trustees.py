"""Create the tables of accounts, passkeys, panels and one-time addresses."""

import django.db.models.deletion
from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Account',
            fields=[
                ('account', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=16, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('trustee', 'Trustee'), ('deputy', 'Deputy'), ('counter', 'Counter staff')], db_comment='trustee-panel/until-panel-changes', max_length=16)),
                ('name', models.CharField(db_comment='desk-name/until-removed', max_length=120)),
                ('office', models.CharField(blank=True, db_comment='trustee-panel/until-panel-changes', max_length=120)),
                ('language', models.CharField(db_comment='trustee-language/until-removed', max_length=12)),
            ],
            options={
                'db_table': 'desk_account',
            },
        ),
        CreateUnorderedModel(
            name='Panel',
            fields=[
                ('panel_hash', models.CharField(db_comment='trustee-panel/public-record', max_length=64, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(db_comment='trustee-panel/public-record')),
                ('document', models.BinaryField(db_comment='trustee-panel/public-record')),
                ('decision', models.BinaryField(blank=True, db_comment='trustee-panel/public-record', default=b'')),
                ('approvals', models.BinaryField(db_comment='trustee-panel/public-record', default=b'[]')),
                ('in_force_from', models.BigIntegerField(blank=True, db_comment='trustee-panel/public-record', null=True)),
            ],
            options={
                'db_table': 'panel',
            },
        ),
        CreateUnorderedModel(
            name='Proposal',
            fields=[
                ('proposal', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=16, primary_key=True, serialize=False)),
                ('previous', models.CharField(blank=True, db_comment='trustee-panel/until-panel-changes', max_length=64)),
                ('least', models.PositiveIntegerField(db_comment='trustee-panel/until-panel-changes')),
                ('origin', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=300)),
                ('panel_hash', models.CharField(blank=True, db_comment='trustee-panel/until-panel-changes', max_length=64)),
                ('founding', models.BinaryField(blank=True, db_comment='trustee-panel/until-panel-changes', default=b'')),
            ],
            options={
                'db_table': 'panel_proposal',
            },
        ),
        CreateUnorderedModel(
            name='Passkey',
            fields=[
                ('credential', models.CharField(db_comment='trustee-key/until-panel-changes', max_length=1400, primary_key=True, serialize=False)),
                ('public_key', models.BinaryField(db_comment='trustee-key/until-panel-changes')),
                ('key', models.CharField(db_comment='trustee-key/until-panel-changes', max_length=800, unique=True)),
                ('sign_count', models.BigIntegerField(db_comment='trustee-key/until-panel-changes', default=0)),
                ('account', models.ForeignKey(db_column='account', db_comment='trustee-key/until-panel-changes', on_delete=django.db.models.deletion.CASCADE, related_name='passkeys', to='trustees.account')),
            ],
            options={
                'db_table': 'desk_passkey',
            },
        ),
        CreateUnorderedModel(
            name='Seat',
            fields=[
                ('seat', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=16, primary_key=True, serialize=False)),
                ('place', models.PositiveIntegerField(db_comment='trustee-panel/until-panel-changes')),
                ('trustee', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=16)),
                ('name', models.CharField(db_comment='trustee-name/until-panel-changes', max_length=120)),
                ('office', models.CharField(db_comment='trustee-panel/until-panel-changes', max_length=120)),
                ('is_deputy', models.BooleanField(db_comment='trustee-panel/until-panel-changes')),
                ('kept_keys', models.JSONField(db_comment='trustee-key/until-panel-changes', default=list)),
                ('needs_key', models.BooleanField(db_comment='trustee-panel/until-panel-changes')),
                ('credential', models.CharField(blank=True, db_comment='trustee-key/until-panel-changes', max_length=1400)),
                ('public_key', models.BinaryField(blank=True, db_comment='trustee-key/until-panel-changes', default=b'')),
                ('key', models.CharField(blank=True, db_comment='trustee-key/until-panel-changes', max_length=800)),
                ('sign_count', models.BigIntegerField(db_comment='trustee-key/until-panel-changes', default=0)),
                ('language', models.CharField(blank=True, db_comment='trustee-language/until-removed', max_length=12)),
                ('approval', models.BinaryField(blank=True, db_comment='trustee-signature/until-panel-changes', default=b'')),
                ('proposal', models.ForeignKey(db_column='proposal', db_comment='trustee-panel/until-panel-changes', on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='trustees.proposal')),
            ],
            options={
                'db_table': 'panel_seat',
                'ordering': ['place'],
            },
        ),
        CreateUnorderedModel(
            name='Link',
            fields=[
                ('token_hash', models.CharField(db_comment='trustee-link/until-link-used', max_length=64, primary_key=True, serialize=False)),
                ('purpose', models.CharField(db_comment='trustee-link/until-link-used', max_length=16)),
                ('expires_at', models.DateTimeField(db_comment='trustee-link/until-link-used')),
                ('seat', models.ForeignKey(blank=True, db_column='seat', db_comment='trustee-link/until-link-used', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='trustees.seat')),
            ],
            options={
                'db_table': 'desk_link',
            },
        ),
    ]
