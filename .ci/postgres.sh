# Sourced: postgres_url prints the address of a PostgreSQL that answers, starting one if need be.

postgres_answers() { psql -h 127.0.0.1 -U postgres -d postgres -Atqc 'select 1' >/dev/null 2>&1; }

postgres_url() {
    if ! postgres_answers; then
        if ! command -v pg_ctlcluster >/dev/null; then
            apt-get update -qq >&2
            DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql >/dev/null 2>&1
        fi
        local version
        version=$(ls /etc/postgresql | sort -V | tail -n 1)
        sed -i -E 's/^(host +all +all +(127\.0\.0\.1\/32|::1\/128) +).*/\1trust/' "/etc/postgresql/$version/main/pg_hba.conf"
        pg_ctlcluster --skip-systemctl-redirect "$version" main restart >&2
        for _ in $(seq 30); do postgres_answers && break; sleep 1; done
    fi
    postgres_answers || { echo "PostgreSQL does not answer on 127.0.0.1:5432" >&2; return 1; }
    echo "postgres://postgres@127.0.0.1:5432/postgres"
}
