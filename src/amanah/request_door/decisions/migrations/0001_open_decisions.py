"""Create the tables of decisions, signatures and recusals."""

import django.db.models.deletion
from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Decision',
            fields=[
                ('decision', models.CharField(db_comment='request-decision/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('kind', models.CharField(db_comment='request-decision/until-case-closed', max_length=32)),
                ('reference', models.CharField(blank=True, db_comment='request-decision/until-case-closed', db_index=True, max_length=16)),
                ('document', models.BinaryField(blank=True, db_comment='request-decision/until-case-closed', default=b'')),
                ('by_rule', models.BinaryField(blank=True, db_comment='request-decision/until-case-closed', default=b'')),
                ('state', models.CharField(choices=[('draft', 'Waits for signatures'), ('approved', 'Decided'), ('done', 'Decided and carried out'), ('stale', 'Overtaken: nobody can sign it any more'), ('void', 'Decided, and could not be carried out')], db_comment='request-decision/until-case-closed', db_index=True, max_length=16)),
                ('decided_on', models.DateField(blank=True, db_comment='request-decision/until-case-closed', null=True)),
                ('record', models.BinaryField(blank=True, db_comment='request-decision/until-case-closed', default=b'')),
            ],
            options={
                'db_table': 'decision',
            },
        ),
        CreateUnorderedModel(
            name='Recusal',
            fields=[
                ('recusal', models.CharField(db_comment='request-decision/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('case_ref', models.CharField(db_comment='request-decision/until-case-closed', max_length=16)),
                ('trustee', models.CharField(db_comment='request-decision/until-case-closed', max_length=16)),
                ('reason', models.CharField(db_comment='request-decision/until-case-closed', max_length=32)),
            ],
            options={
                'db_table': 'recusal',
                'constraints': [models.UniqueConstraint(fields=('case_ref', 'trustee'), name='one_recusal_each')],
            },
        ),
        CreateUnorderedModel(
            name='Approval',
            fields=[
                ('approval', models.CharField(db_comment='trustee-signature/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('trustee', models.CharField(db_comment='trustee-signature/until-case-closed', max_length=16)),
                ('document', models.BinaryField(db_comment='trustee-signature/until-case-closed')),
                ('decision', models.ForeignKey(db_column='decision', db_comment='trustee-signature/until-case-closed', on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='decisions.decision')),
            ],
            options={
                'db_table': 'approval',
                'constraints': [models.UniqueConstraint(fields=('decision', 'trustee'), name='one_voice_each')],
            },
        ),
    ]
