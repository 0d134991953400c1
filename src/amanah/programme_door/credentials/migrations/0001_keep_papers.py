from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Document',
            fields=[
                ('document_hash', models.CharField(db_comment='teaching-paper/for-good', max_length=64, primary_key=True, serialize=False)),
                ('document_id', models.CharField(db_comment='teaching-paper/for-good', db_index=True, max_length=2048)),
                ('kind', models.CharField(db_comment='teaching-paper/for-good', db_index=True, max_length=16)),
                ('form', models.CharField(db_comment='teaching-paper/for-good', max_length=16)),
                ('original', models.TextField(db_comment='teaching-paper/for-good')),
                ('issuer', models.CharField(db_comment='teaching-paper/for-good', default='', max_length=2048)),
                ('giver', models.CharField(db_comment='teaching-paper/for-good', default='', max_length=2048)),
                ('holder', models.CharField(db_comment='teaching-paper/for-good', db_index=True, default='', max_length=2048)),
                ('scope', models.CharField(db_comment='teaching-paper/for-good', default='', max_length=64)),
                ('achievement', models.CharField(db_comment='teaching-paper/for-good', default='', max_length=2048)),
                ('parent', models.CharField(db_comment='teaching-paper/for-good', db_index=True, default='', max_length=2048)),
                ('subject', models.CharField(db_comment='teaching-paper/for-good', db_index=True, default='', max_length=2048)),
                ('checked_on', models.DateField(db_comment='teaching-check/public-record', null=True)),
                ('problem', models.CharField(db_comment='teaching-check/public-record', default='', max_length=32)),
            ],
            options={
                'ordering': ['document_hash'],
            },
        ),
        CreateUnorderedModel(
            name='Draft',
            fields=[
                ('secret_hash', models.CharField(db_comment='teaching-draft/until-signed', max_length=64, primary_key=True, serialize=False)),
                ('kind', models.CharField(db_comment='teaching-draft/until-signed', max_length=8)),
                ('name', models.CharField(db_comment='teaching-draft/until-signed', default='', max_length=200)),
                ('document', models.TextField(db_comment='teaching-draft/until-signed')),
                ('giver', models.CharField(db_comment='teaching-draft/until-signed', default='', max_length=128)),
                ('closes_on', models.DateField(db_comment='teaching-draft/until-signed')),
            ],
            options={
                'ordering': ['closes_on', 'secret_hash'],
            },
        ),
        CreateUnorderedModel(
            name='Party',
            fields=[
                ('identifier', models.CharField(db_comment='teaching-name/until-changed', max_length=128, primary_key=True, serialize=False)),
                ('name', models.CharField(db_comment='teaching-name/until-changed', max_length=200)),
            ],
            options={
                'ordering': ['name', 'identifier'],
            },
        ),
        CreateUnorderedModel(
            name='StatusIndex',
            fields=[
                ('position', models.PositiveIntegerField(db_comment='teaching-status/public-record', primary_key=True, serialize=False)),
                ('is_ended', models.BooleanField(db_comment='teaching-status/public-record', default=False)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
    ]
