from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Root',
            fields=[
                ('root', models.CharField(db_comment='root-words/until-changed', max_length=16, primary_key=True, serialize=False)),
                ('identifier', models.CharField(db_comment='root-words/until-changed', max_length=2048)),
                ('name', models.CharField(db_comment='root-words/until-changed', max_length=200)),
                ('scopes', models.JSONField(db_comment='root-words/until-changed', default=list)),
                ('from_day', models.DateField(db_comment='root-words/until-changed')),
                ('until_day', models.DateField(db_comment='root-words/until-changed', null=True)),
                ('held_on', models.DateField(db_comment='root-words/until-changed')),
                ('votes_for', models.PositiveIntegerField(db_comment='root-words/until-changed')),
                ('votes_against', models.PositiveIntegerField(db_comment='root-words/until-changed')),
                ('abstained', models.PositiveIntegerField(db_comment='root-words/until-changed')),
                ('way', models.CharField(db_comment='root-words/until-changed', max_length=8)),
                ('occasion', models.CharField(db_comment='root-words/until-changed', default='', max_length=16)),
                ('reasons', models.TextField(db_comment='root-words/until-changed')),
                ('history', models.JSONField(db_comment='root-words/until-changed', default=list)),
                ('achievements', models.JSONField(db_comment='root-words/until-changed', default=dict)),
            ],
            options={
                'ordering': ['name', 'root'],
            },
        ),
    ]
