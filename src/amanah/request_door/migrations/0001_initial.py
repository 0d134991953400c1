"""Create the request door's tables."""

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='DataRequest',
            fields=[
                ('reference', models.CharField(db_comment='request-case/until-case-closed', max_length=16, primary_key=True, serialize=False)),
                ('status_hash', models.BinaryField(db_comment='request-case/until-case-closed', max_length=32, unique=True)),
                ('body_name', models.CharField(db_comment='request-body/until-case-closed', max_length=200)),
                ('instrument', models.CharField(choices=[('voluntary-ask', 'A voluntary ask: no law orders us to answer'), ('court-order', 'A court order'), ('production-order', 'A production order'), ('warrant', 'A warrant'), ('other-written-order', 'Another written order')], db_comment='request-case/until-case-closed', max_length=32)),
                ('asked_for', models.TextField(db_comment='request-case/until-case-closed', max_length=4000)),
                ('received_on', models.DateField(db_comment='request-case/until-case-closed')),
                ('state', models.CharField(choices=[('received', 'Received'), ('refused', 'Refused'), ('given', 'Something was given')], db_comment='request-case/until-case-closed', max_length=16)),
            ],
            options={
                'db_table': 'data_request',
            },
        ),
        CreateUnorderedModel(
            name='OutboxEntry',
            fields=[
                ('entry_hash', models.BinaryField(db_comment='hand-over/until-logged', max_length=32, primary_key=True, serialize=False)),
                ('entry', models.BinaryField(db_comment='hand-over/until-logged')),
            ],
            options={
                'db_table': 'outbox_entry',
            },
        ),
    ]
