# SPDX-License-Identifier: Apache-2.0
# count.sh URL COMMAND…: sends requests until the command ends, and says how many failed; URL may be `page`, for the page's own
url=$1
shift
if [ "$url" = page ]; then
  said=$(scripts/open look) || exit
  if [[ $said != "The page: "* ]]; then
    echo "$said, and count with the URL that it prints and /api/curl." >&2
    exit 1
  fi
  url=${said#The page: }/api/curl
fi
"$@" &
while kill -0 $! 2>/dev/null; do
  curl --silent --output /dev/null --write-out '%{http_code}\n' --max-time 10 --noproxy '*' "$url" || true
done | awk '$1 == 200 { ok++ } END { printf "%d responses, %d failed\n", ok, NR - ok; exit ok < NR }'
