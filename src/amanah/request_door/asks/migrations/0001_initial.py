"""Create the table of asks."""

from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Ask',
            fields=[
                ('ask', models.CharField(db_comment='ask-words/until-season-ends', max_length=16, primary_key=True, serialize=False)),
                ('ask_hash', models.CharField(db_comment='ask-words/until-season-ends', max_length=64, unique=True)),
                ('status_hash', models.BinaryField(db_comment='ask-state/until-season-ends', max_length=32, unique=True)),
                ('season', models.CharField(db_comment='ask-state/until-season-ends', max_length=16)),
                ('document', models.BinaryField(db_comment='ask-words/until-season-ends')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('shown', 'Shown'), ('left', 'Left')], db_comment='ask-state/until-season-ends', db_index=True, max_length=8)),
                ('reason', models.CharField(blank=True, db_comment='ask-state/until-season-ends', default='', max_length=8)),
                ('handed_in_on', models.DateField(db_comment='ask-state/until-season-ends')),
            ],
            options={
                'db_table': 'ask',
            },
        ),
    ]
