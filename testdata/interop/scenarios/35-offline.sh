# A number whose phone is not registered: 480.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
FINAL=480 dial anna refused.xml 201
cdr_is UNREACHABLE S 480
