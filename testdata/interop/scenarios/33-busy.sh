# Bent is busy.
source "$(dirname "$0")/../lib.sh"

two_phones
pickup bent busy.xml "$bent" "$BENT_PORT"
FINAL=486 dial anna refused.xml 201
sipp_end bent
cdr_is BUSY B 486
