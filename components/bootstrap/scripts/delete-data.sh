#!/usr/bin/env bash
# Removes what destroying a stack keeps: the application's database and role, and the share's folders.
# Inputs:  SHARE, ADMIN, ADMIN_PASSWORD, ADMIN_DATABASE (empty: only the application role is given), the
#          database's and the service user's values; asset delete_data.py.
# Effect:  gone for good. Packages, the service user, the server and other databases stay. Repeatable.
set -euo pipefail

python=/opt/antares/venv/bin/python
if [ -n "$ADMIN" ]; then
  PGHOST=$DB_HOST PGPORT=$DB_PORT PGUSER=$ADMIN PGPASSWORD=$ADMIN_PASSWORD PGDATABASE=$ADMIN_DATABASE \
    PGSSLMODE=$PGSSLMODE "$python" "$ANTARES_WORK/delete_data.py" database "$DB_NAME" "$DB_USER"
elif [ -e "$SHARE/settings/.pgpass" ]; then
  as_service env PGHOST="$DB_HOST" PGPORT="$DB_PORT" PGDATABASE="$DB_NAME" PGUSER="$DB_USER" \
    "$python" "$ANTARES_WORK/delete_data.py" contents
fi
if [ -x /etc/init.d/antares-dask ]; then
  service antares-dask stop
  update-rc.d -f antares-dask remove
  rm -f /etc/init.d/antares-dask /etc/default/antares-dask
fi
for folder in settings data state recipe wheelhouse membership; do rm -rf "${SHARE:?}/$folder"; done
rm -f "$SHARE/.antares-share"
for name in .datacube.conf .antares .pgpass; do
  if [ -L "$SERVICE_HOME/$name" ]; then rm -f "$SERVICE_HOME/$name"; fi
done
emit '{"deleted": true}'
