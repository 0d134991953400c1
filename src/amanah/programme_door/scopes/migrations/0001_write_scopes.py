from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Scope',
            fields=[
                ('scope', models.CharField(db_comment='scope-words/until-changed', max_length=64, primary_key=True, serialize=False)),
                ('language', models.CharField(db_comment='scope-words/until-changed', max_length=12)),
                ('words', models.JSONField(db_comment='scope-words/until-changed', default=dict)),
                ('is_shown', models.BooleanField(db_comment='scope-words/until-changed', default=True)),
            ],
            options={
                'ordering': ['scope'],
            },
        ),
    ]
