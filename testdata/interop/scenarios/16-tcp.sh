# Over TCP: online while the connection lasts, offline when it closes.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
offline() { ! online "$phone"; }

sipp_start phone register.xml "$phone" -t t1 -d 1500
until_true 5 online "$phone"
phone_is "$phone" .status.transport tcp
sipp_end phone
until_true 5 offline
