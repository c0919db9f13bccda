/** What makes the Django project of sosdb-ui, as the upstream README has it. */
export const APPLICATION = `
APPEND_SLASH = False
STATIC_ROOT = os.path.join(BASE_DIR, "assets")
AUTH_USER_MODEL = 'sosdb_auth.SosdbUser'

INSTALLED_APPS = (
    'corsheaders',
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.sessions',
    'django.contrib.messages',
    'django.contrib.staticfiles',
    'container',
    'jobs',
    'objbrowser',
    'sos_db',
    'sosdb_auth',
)

try:
    from . import ldms_settings
    INSTALLED_APPS = INSTALLED_APPS + ldms_settings.INSTALLED_APPS
except ImportError:
    pass

try:
    from . import grafana_settings
    INSTALLED_APPS = INSTALLED_APPS + grafana_settings.INSTALLED_APPS
except ImportError:
    pass

try:
    from . import baler_settings
    INSTALLED_APPS = INSTALLED_APPS + baler_settings.INSTALLED_APPS
except ImportError:
    pass

MIDDLEWARE = (
    'corsheaders.middleware.CorsMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
    'django.middleware.security.SecurityMiddleware',
)

ROOT_URLCONF = 'sosgui.urls'

TEMPLATES = [
    {
        'BACKEND': 'django.template.backends.django.DjangoTemplates',
        'DIRS': ['/opt/ovis/ui/templates'],
        'APP_DIRS': True,
        'OPTIONS': {
            'context_processors': [
                'django.contrib.auth.context_processors.auth',
                'django.template.context_processors.debug',
                'django.template.context_processors.request',
                'django.contrib.messages.context_processors.messages',
            ],
        },
    },
]

WSGI_APPLICATION = 'sosgui.wsgi.application'
LANGUAGE_CODE = 'en-us'
TIME_ZONE = 'UTC'
USE_I18N = True
USE_L10N = True
USE_TZ = True
STATIC_URL = '/static/'
STATICFILES_DIRS = ['/opt/ovis/ui/static/']
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
`;

/** Names that its parts look up, as the upstream README has them. */
export const INTEGRATIONS = `LOG_FILE = "/var/log/sosgui/sosgui.log"
LOG_DATE_FMT = "%F %T"
ODS_LOG_FILE = "/var/log/sosgui/ods.log"
ODS_LOG_MASK = "255"
ODS_GC_TIMEOUT = 10
BSTORE_PLUGIN = "bstore_sos"
os.environ.setdefault("BSTORE_PLUGIN_PATH", "/opt/ovis/lib64")
os.environ.setdefault("SET_POS_KEEP_TIME", "3600")

try:
    import ldms_cfg
    LDMS_CFG = ldms_cfg.aggregators
except Exception as e:
    log.write(repr(e) + '\\n')
    LDMS_CFG = {"aggregators": []}

try:
    import syslog
    SYSLOG_CFG = syslog.syslog
except Exception as e:
    log.write('SYSLOG_SETTINGS ERR ' + repr(e) + '\\n')
    SYSLOG_CFG = {"stores": []}
`;
