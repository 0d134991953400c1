import django.db.models.deletion
from django.db import migrations, models

from amanah.web.schema import CreateUnorderedModel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateUnorderedModel(
            name='Educator',
            fields=[
                ('slug', models.CharField(db_comment='educator-page/until-consent-withdrawn', max_length=64, primary_key=True, serialize=False)),
                ('holder', models.CharField(db_comment='educator-page/until-consent-withdrawn', default='', max_length=128)),
                ('language', models.CharField(db_comment='educator-page/until-consent-withdrawn', max_length=12)),
                ('words', models.JSONField(db_comment='educator-page/until-consent-withdrawn', default=dict)),
                ('scopes', models.JSONField(db_comment='educator-page/until-consent-withdrawn', default=list)),
                ('programmes', models.JSONField(db_comment='educator-page/until-consent-withdrawn', default=list)),
                ('safeguarding_on', models.DateField(db_comment='educator-page/until-consent-withdrawn', null=True)),
                ('consent_on', models.DateField(db_comment='educator-consent/until-consent-withdrawn', null=True)),
                ('is_shown', models.BooleanField(db_comment='educator-consent/until-consent-withdrawn', default=False)),
            ],
            options={
                'ordering': ['slug'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('is_shown', False), ('consent_on__isnull', False), _connector='OR'), name='nobody_is_shown_without_consent'),
                    models.UniqueConstraint(condition=models.Q(('holder', ''), _negated=True), fields=('holder',), name='one_page_for_one_holder'),
                ],
            },
        ),
        CreateUnorderedModel(
            name='ConcernRoutes',
            fields=[
                ('routes', models.PositiveSmallIntegerField(db_comment='concern-routes/until-changed', default=1, primary_key=True, serialize=False)),
                ('words', models.JSONField(db_comment='concern-routes/until-changed', default=dict)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('routes', 1)), name='one_set_of_concern_routes')],
            },
        ),
        CreateUnorderedModel(
            name='Photograph',
            fields=[
                ('educator', models.OneToOneField(db_comment='educator-photograph/until-consent-withdrawn', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='photograph', serialize=False, to='educators.educator')),
                ('kind', models.CharField(db_comment='educator-photograph/until-consent-withdrawn', max_length=10)),
                ('width', models.PositiveSmallIntegerField(db_comment='educator-photograph/until-consent-withdrawn')),
                ('height', models.PositiveSmallIntegerField(db_comment='educator-photograph/until-consent-withdrawn')),
                ('data', models.BinaryField(db_comment='educator-photograph/until-consent-withdrawn')),
            ],
        ),
    ]
