#!/usr/bin/env bash
# Installs the packages in /packages, uses and removes them. Run by
# on_a_copy.sh.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
cd /packages
dpkg -i ./*.deb >log 2>&1 || { cat log; exit 1; }
[ "$(command -v busyhour)" = /usr/bin/busyhour ]
busyhour --version
busyhour generate --calls 100 --out - --quiet >expected
busyhour load --records 100 --to - --rate max --quiet >sent
[ "$(wc -l <sent)" = 100 ]
[ -s /usr/share/man/man1/busyhour-generate.1.gz ]

# pkg-config prints options, which are separate arguments.
# shellcheck disable=SC2046
g++ -std=c++20 main.cc $(pkg-config --cflags --libs busyhour) -o consumer
./consumer >made 2>count
cmp made expected

# The example of the C interface.
cat >job.c <<'END'
#include <busyhour/c.h>
int main(void) {
  busyhour_job* job;
  const busyhour_status status = busyhour_job_new("{}", &job, NULL);
  busyhour_job_free(job);
  return status;
}
END
gcc job.c -lbusyhour-c -o job
./job

dpkg --purge libbusyhour-dev libbusyhour-c0 busyhour >log 2>&1 || { cat log; exit 1; }
! dpkg -l | grep -i busyhour
