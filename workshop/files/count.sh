# SPDX-License-Identifier: Apache-2.0
# count.sh URL COMMAND…: sends requests until the command ends, and says how many failed; URL may be `page`, for that of make open
url=$1
shift
if [ "$url" = page ]; then url=$(make open | sed -n 's/^The page: \([^ ]*\).*/\1/p')/api/curl; fi
"$@" &
while kill -0 $! 2>/dev/null; do
  curl --silent --output /dev/null --write-out '%{http_code}\n' --max-time 10 --noproxy '*' "$url" || true
done | awk '$1 == 200 { ok++ } END { printf "%d responses, %d failed\n", ok, NR - ok; exit ok < NR }'
