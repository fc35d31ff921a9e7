"""Made-up secrets: every name and every shape that redaction knows.

Each shape contains the word "canary" in some case, or `HEX`, so that a test can look for those in what left.
"""

import re

CANARY = "canary"

SENSITIVE_NAMES = re.findall(
    r"\S+",
    """
password PASSWORD DB_PASSWORD dbPassword DB_PASSWORDS spring.datasource.password PASSWD PASS DBPASS PASSPHRASE
PASSCODE PGPASSWORD SSHPASS MYSQL_PWD pwd CLIENT_SECRET clientSecret AWS_SECRET_ACCESS_KEY TOKEN API_TOKEN
accessToken refresh-token TOKENS apiKey API_KEY APIKEY x-api-key api.key ACCESS_KEY PRIVATE_KEY
SSH_PRIVATE_KEY ENCRYPTION_KEY ENCRYPT_KEY SIGNING_KEY MASTER_KEY AccountKey SharedAccessKey SHARED_KEY
SSH_KEY SSL_KEY TLS_KEY AES_KEY HMAC_KEY SESSION_KEY APP_KEY LICENSE_KEY STORAGE_KEY SMTP_CREDENTIALS
credential CREDS aws.creds Authorization REDIS_AUTH auth SENTRY_DSN CONNECTION_STRING
ConnectionStrings__Default connStr COOKIE session-cookie JWT bearer SALT KEYTAB KUBECONFIG DOCKERCONFIGJSON
DB_PW bindpw WIFI_PSK GITHUB_PAT HMAC MNEMONIC SEED_PHRASE FERNET_KEY STRIPE_KEY ENC_KEY
HTPASSWD SLACK_WEBHOOK_URL X-Amz-Signature sig SharedAccessSignature
""",
)

_WORD = "canaryCANARY0123456789canaryCANARY0123456789canaryCANARY0123456789"
HEX = "0123456789abcdef" * 4
SHAPES = {
    **{
        f"PEM {kind}": f"-----BEGIN {kind}-----\n{_WORD}\n-----END {kind}-----"
        for kind in (
            "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK", "CERTIFICATE", "TRUSTED CERTIFICATE",
        )
    },
    "PEM on one line": f"-----BEGIN PRIVATE KEY-----\\n{_WORD}\\n-----END PRIVATE KEY-----",
    "PEM that was cut": f"-----BEGIN PRIVATE KEY-----\n{_WORD}",
    "JWT": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.{_WORD}",
    "JWT without signature": f"eyJhbGciOiJub25lIn0.{_WORD}.",
    "JWT, encrypted": f"eyJhbGciOiJSU0EifQ.{_WORD}.{_WORD}.{_WORD}.{_WORD}",
    "AWS key id": "AKIA7CANARY7CANARY7C",
    "AWS session key id": "ASIA7CANARY7CANARY7C",
    "Google API key": f"AIza{_WORD[:35]}",
    "Google OAuth token": f"ya29.{_WORD}",
    **{f"GitHub {kind}": f"gh{kind}_{_WORD[:36]}" for kind in "pousr"},
    "GitHub fine-grained": f"github_pat_{_WORD}",
    "GitLab": f"glpat-{_WORD[:20]}",
    "GitLab runner": f"glrt-{_WORD[:20]}",
    **{f"Slack {kind}": f"xox{kind}-000000000000-{_WORD}" for kind in "abprs"},
    "Slack app": f"xapp-1-{_WORD}",
    "Slack webhook": f"https://hooks.slack.com/services/T0/B0/{_WORD}",
    "Discord webhook": f"https://discord.com/api/webhooks/1234567890/{_WORD}",
    "Discord webhook, old name": f"https://discordapp.com/api/webhooks/1234567890/{_WORD}",
    "Teams webhook": f"https://org.webhook.office.com/webhookb2/{_WORD}@x/IncomingWebhook/{_WORD}",
    **{f"Stripe {kind}": f"{kind}_{_WORD}" for kind in ("sk_live", "sk_test", "pk_live", "rk_live")},
    "sk- key": f"sk-proj-{_WORD}",
    "SendGrid": f"SG.{_WORD[:22]}.{_WORD[:43]}",
    "npm": f"npm_{_WORD[:36]}",
    "PyPI": f"pypi-{_WORD}",
    "Docker Hub": f"dckr_pat_{_WORD[:27]}",
    **{f"Vault {kind}": f"hv{kind}.{_WORD}" for kind in "sbr"},
    "DigitalOcean": f"dop_v1_{HEX}",
    "Grafana": f"glsa_{_WORD[:32]}_0a1b2c3d",
    "Shopify": f"shpat_{HEX[:32]}",
    "age": f"AGE-SECRET-KEY-1{'CANARY7' * 8}QQ",
    "Telegram": f"123456789:AA{_WORD[:33]}",
}  # fmt: skip


def survivors(text: str) -> list[str]:
    """Which marks of a planted secret are still in a text."""
    return [mark for mark in (CANARY, HEX[:24]) if mark in text.lower()]
