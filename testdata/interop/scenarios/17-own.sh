# sipp registers with an answer of its own making.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
sipp_run phone own.xml "$phone" -p "$(next_port)"
phone_is "$phone" .status.online true
