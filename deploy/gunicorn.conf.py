"""How the web server runs, on a laptop and in production: gunicorn -c deploy/gunicorn.conf.py federation_tasks.wsgi."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"  # a proxy that speaks TLS stands in front
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True
# gunicorn would believe X-Forwarded-Proto from any process of this machine. Whether a proxy is believed is TRUSTED_PROXY_COUNT's to say.
forwarded_allow_ips = ""
# The socket for gunicornc would stand in the home folder, one for all sites of this account.
control_socket_disable = True
