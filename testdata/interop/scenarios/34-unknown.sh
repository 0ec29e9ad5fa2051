# A number that nobody has: 404.
source "$(dirname "$0")/../lib.sh"

two_phones
FINAL=404 dial anna refused.xml 999
cdr_is NOT_FOUND S 404
