# A phone without an extension registers, and may not call: 403.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
anna=$(new_phone "")
new_extension 201 Bent
register registers "$anna" "$(next_port)"
FINAL=403 dial anna refused.xml 201
