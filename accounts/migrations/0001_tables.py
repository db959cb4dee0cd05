"""People, organisations, teams, and everything addressed to a person."""

import accounts.models.membership
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='AuditAddress',
            fields=[
                ('pk', models.CompositePrimaryKey('at', 'entry_uid', blank=True, editable=False, primary_key=True, serialize=False)),
                ('entry_uid', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('address', models.GenericIPAddressField()),
            ],
            options={
                'verbose_name': 'adresse du journal',
                'verbose_name_plural': 'adresses du journal',
                'db_table': 'accounts_auditaddress',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='AuditLabel',
            fields=[
                ('object_uid', models.UUIDField(primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=300)),
            ],
            options={
                'verbose_name': 'libellé du journal',
                'verbose_name_plural': 'libellés du journal',
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField(unique=True)),
                ('count', models.PositiveIntegerField()),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'scellé du journal',
                'verbose_name_plural': 'scellés du journal',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('identifier', models.CharField(blank=True, help_text='Pour se connecter. Vide pour qui ne se connecte jamais.', max_length=150, null=True, unique=True, verbose_name='identifiant')),
                ('given_name', models.CharField(max_length=100, verbose_name='prénom')),
                ('family_name', models.CharField(max_length=100, verbose_name='nom')),
                ('gender', models.CharField(blank=True, choices=[('f', 'Madame'), ('m', 'Monsieur'), ('', 'Non précisé')], max_length=1, verbose_name='civilité')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='courriel')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='téléphone')),
                ('postal_address', models.TextField(blank=True, verbose_name='adresse postale')),
                ('is_technical', models.BooleanField(default=False, verbose_name='compte technique')),
                ('is_staff', models.BooleanField(default=False, verbose_name='hébergeur')),
                ('is_active', models.BooleanField(default=True, verbose_name='actif')),
                ('email_confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='courriel confirmé le')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'personne',
                'verbose_name_plural': 'personnes',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('identifier'), name='accounts_person_identifier_once'), models.CheckConstraint(condition=models.Q(('identifier__isnull', True), models.Q(('identifier', ''), _negated=True), _connector='OR'), name='accounts_person_identifier_not_empty'), models.CheckConstraint(condition=models.Q(('email_confirmed_at__isnull', True), models.Q(('email', ''), _negated=True), _connector='OR'), name='accounts_person_confirmed_has_email')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('organisation_uid', models.UUIDField(null=True)),
                ('actor_uid', models.UUIDField(null=True, verbose_name='auteur')),
                ('verb', models.CharField(max_length=80, verbose_name='acte')),
                ('target_type', models.CharField(max_length=60, verbose_name='sur')),
                ('target_uid', models.UUIDField(null=True, verbose_name='objet')),
                ('operation_uid', models.UUIDField()),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField(verbose_name='le')),
            ],
            options={
                'verbose_name': 'trace',
                'verbose_name_plural': 'journal',
                'indexes': [models.Index(fields=['organisation_uid', '-id'], name='accounts_audit_by_org'), models.Index(fields=['target_uid', '-id'], name='accounts_audit_by_target')],
            },
        ),
        migrations.CreateModel(
            name='FailedSignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier_key', models.CharField(max_length=64)),
                ('address', models.GenericIPAddressField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'échec de connexion',
                'verbose_name_plural': 'échecs de connexion',
                'indexes': [models.Index(fields=['identifier_key', 'at'], name='accounts_failedsignin_recent')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='adresse')),
                ('name', models.CharField(max_length=200, verbose_name='nom')),
                ('kind', models.CharField(choices=[('commune', 'commune'), ('ccas', 'CCAS'), ('epci', 'intercommunalité'), ('syndicat', 'syndicat')], max_length=10, verbose_name='nature')),
                ('siren', models.CharField(blank=True, max_length=9, validators=[django.core.validators.RegexValidator('^\\d{9}$')], verbose_name='SIREN')),
                ('insee', models.CharField(blank=True, max_length=5, validators=[django.core.validators.RegexValidator('^\\d[\\dAB]\\d{3}$')], verbose_name='code INSEE')),
                ('population', models.PositiveIntegerField(default=0, verbose_name='population (arrêtée au dernier renouvellement)')),
                ('timezone', models.CharField(default='Europe/Paris', max_length=40, verbose_name='fuseau horaire')),
                ('accent', models.CharField(blank=True, max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$')], verbose_name='couleur')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='téléphone de l’accueil')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='courriel de l’accueil')),
                ('address', models.TextField(blank=True, verbose_name='adresse postale')),
                ('training_enabled', models.BooleanField(default=True, verbose_name='formation affichée')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.organisation', verbose_name='rattachée à')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'constraints': [models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='accounts_organisation_not_its_own_parent'), models.UniqueConstraint(condition=models.Q(('siren', ''), _negated=True), fields=('siren',), name='accounts_organisation_siren_once')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('kind', models.CharField(max_length=80)),
                ('group_key', models.CharField(max_length=120)),
                ('object_uid', models.UUIDField(null=True)),
                ('payload', models.JSONField(default=dict)),
                ('actors', models.JSONField(default=list)),
                ('count', models.PositiveIntegerField(default=1)),
                ('notice_class', models.CharField(choices=[('S', 'sécurité'), ('L', 'légal'), ('A', 'à faire bientôt'), ('B', 'direct'), ('C', 'suivi'), ('D', 'fil')], max_length=1)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('send_after', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(fields=['person', 'organisation', '-last_at'], name='accounts_notification_inbox'), models.Index(condition=models.Q(('cancelled_at__isnull', True), ('mailed_at__isnull', True), ('read_at__isnull', True)), fields=['send_after'], name='accounts_notification_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True), ('read_at__isnull', True)), fields=('organisation', 'person', 'group_key'), name='accounts_notification_one_line_per_object')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('capacity', models.CharField(choices=[('agent', 'agent'), ('elected', 'élu'), ('external', 'partenaire extérieur')], max_length=10, verbose_name='qualité')),
                ('job_title', models.CharField(blank=True, max_length=120, verbose_name='fonction')),
                ('from_date', models.DateField(verbose_name='depuis le')),
                ('to_date', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'appartenance',
                'verbose_name_plural': 'appartenances',
                'indexes': [models.Index(fields=['person', 'organisation'], name='accounts_membership_who')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='accounts_membership_dates_in_order', violation_error_message='La fin ne peut pas précéder le début.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('organisation'), '='), (models.F('person'), '='), (models.F('capacity'), '='), (accounts.models.membership.DateRange(models.F('from_date'), models.F('to_date'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='accounts_membership_no_overlap', violation_error_message='Cette personne a déjà cette qualité à ces dates.')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('kind', models.CharField(max_length=80)),
                ('payload', models.JSONField(default=dict)),
                ('notice_class', models.CharField(choices=[('S', 'sécurité'), ('L', 'légal'), ('A', 'à faire bientôt'), ('B', 'direct'), ('C', 'suivi'), ('D', 'fil')], max_length=1)),
                ('state', models.CharField(choices=[('queued', 'à envoyer'), ('sending', 'en cours d’envoi'), ('accepted', 'acceptée par le serveur'), ('failed', 'échec'), ('uncertain', 'incertaine'), ('cancelled', 'non envoyée')], default='queued', max_length=10)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('body', models.TextField(blank=True)),
                ('response', models.TextField(blank=True)),
                ('error', models.TextField(blank=True)),
                ('not_after', models.DateTimeField(blank=True, null=True)),
                ('queued_at', models.DateTimeField()),
                ('handed_over_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('dedupe_key', models.CharField(blank=True, max_length=200, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'courriel',
                'verbose_name_plural': 'courriels',
                'indexes': [models.Index(fields=['person', '-queued_at'], name='accounts_mail_by_person'), models.Index(fields=['organisation', '-queued_at'], name='accounts_mail_by_org')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'dedupe_key'), name='accounts_mail_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('handed_over_at__isnull', False), _connector='OR'), name='accounts_mail_accepted_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('identifier', models.CharField(max_length=150, verbose_name='identifiant')),
                ('capacity', models.CharField(choices=[('agent', 'agent'), ('elected', 'élu'), ('external', 'partenaire extérieur')], max_length=10, verbose_name='qualité')),
                ('job_title', models.CharField(blank=True, max_length=120, verbose_name='fonction')),
                ('state', models.CharField(choices=[('open', 'en attente'), ('declined', 'déclinée'), ('accepted', 'acceptée'), ('withdrawn', 'retirée')], default='open', max_length=10, verbose_name='état')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Lower('identifier'), condition=models.Q(('state__in', ['open', 'declined'])), name='accounts_invitation_one_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=40)),
                ('object_uid', models.UUIDField()),
                ('muted', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'suivi',
                'verbose_name_plural': 'suivis',
                'indexes': [models.Index(fields=['object_uid'], name='accounts_follow_of')],
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation', 'object_uid'), name='accounts_follow_once')],
            },
        ),
        migrations.CreateModel(
            name='ApplicationPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('name', models.CharField(max_length=80, verbose_name='appareil ou logiciel')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(verbose_name='créé le')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='utilisé le')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='application_passwords', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'mot de passe d’application',
                'verbose_name_plural': 'mots de passe d’application',
                'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['person'], name='accounts_apppassword_own')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='accounts_applicationpassword_named')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('now', 'tout de suite'), ('daily', 'une fois par jour'), ('weekly', 'une fois par semaine'), ('never', 'jamais par courriel')], default='daily', max_length=6, verbose_name='recevoir les nouvelles')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'préférence',
                'verbose_name_plural': 'préférences',
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation'), name='accounts_preference_once')],
            },
        ),
        migrations.CreateModel(
            name='SignedInSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('device', models.CharField(max_length=200)),
                ('address', models.GenericIPAddressField(null=True)),
                ('started_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signed_in_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session ouverte',
                'verbose_name_plural': 'sessions ouvertes',
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('label', models.CharField(max_length=120, verbose_name='nom')),
                ('kind', models.CharField(choices=[('dgs', 'direction générale'), ('service', 'service'), ('commission', 'commission'), ('project', 'projet'), ('function', 'fonction')], max_length=12, verbose_name='nature')),
                ('source', models.CharField(blank=True, editable=False, max_length=40, verbose_name='tenue à jour par')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archivée le')),
                ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='team', to='auth.group')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'équipe',
                'verbose_name_plural': 'équipes',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'label'), name='accounts_team_label_once', violation_error_message='Une équipe porte déjà ce nom.'), models.UniqueConstraint(condition=models.Q(('kind', 'dgs')), fields=('organisation',), name='accounts_team_one_dgs', violation_error_message='L’organisation a déjà son équipe de direction générale.')],
            },
        ),
        migrations.CreateModel(
            name='TeamMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('from_date', models.DateField(verbose_name='depuis le')),
                ('to_date', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team_memberships', to=settings.AUTH_USER_MODEL, verbose_name='personne')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.team', verbose_name='équipe')),
            ],
            options={
                'verbose_name': 'membre d’équipe',
                'verbose_name_plural': 'membres d’équipe',
                'indexes': [models.Index(fields=['person', 'team'], name='accounts_teammembership_who')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_date__isnull', True), ('to_date__gte', models.F('from_date')), _connector='OR'), name='accounts_teammembership_dates_in_order', violation_error_message='La fin ne peut pas précéder le début.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('team'), '='), (models.F('person'), '='), (accounts.models.membership.DateRange(models.F('from_date'), models.F('to_date'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='accounts_teammembership_no_overlap', violation_error_message='Cette personne est déjà dans l’équipe à ces dates.')],
            },
        ),
        migrations.CreateModel(
            name='Interim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('from_date', models.DateField(verbose_name='du')),
                ('to_date', models.DateField(verbose_name='au (inclus)')),
                ('reason', models.CharField(max_length=200, verbose_name='motif')),
                ('proposed_at', models.DateTimeField(verbose_name='proposé le')),
                ('named_at', models.DateTimeField(null=True, verbose_name='nommé le')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='arrêté le')),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='nommé par')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assuré par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('seat', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='interim', to='accounts.teammembership')),
            ],
            options={
                'verbose_name': 'intérim',
                'verbose_name_plural': 'intérims',
                'indexes': [models.Index(fields=['organisation', '-from_date'], name='accounts_interim_recent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_date__gte', models.F('from_date'))), name='accounts_interim_dates_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('named_at', None), ('named_by', None), ('seat', None)), models.Q(('named_at__isnull', False), ('named_by__isnull', False)), _connector='OR'), name='accounts_interim_named_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Viewing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant')),
                ('reason', models.CharField(max_length=300, verbose_name='motif')),
                ('started_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='comme qui')),
                ('viewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='qui regarde')),
            ],
            options={
                'verbose_name': 'vue comme une autre personne',
                'verbose_name_plural': 'vues comme une autre personne',
                'indexes': [models.Index(condition=models.Q(('stopped_at', None)), fields=['expires_at'], name='accounts_viewing_running')],
                'constraints': [models.CheckConstraint(condition=models.Q(('viewer', models.F('person')), _negated=True), name='accounts_viewing_somebody_else'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='accounts_viewing_has_a_reason')],
            },
        ),
    ]
