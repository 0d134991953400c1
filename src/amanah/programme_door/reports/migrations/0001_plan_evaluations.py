from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Evaluation',
            fields=[
                ('evaluation', models.CharField(db_comment='evaluation-plan/public-record', max_length=16, primary_key=True, serialize=False)),
                ('plan', models.BinaryField(db_comment='evaluation-plan/public-record')),
            ],
            options={
                'ordering': ['evaluation'],
            },
        ),
    ]
