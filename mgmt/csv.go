package mgmt

import (
	"encoding/csv"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ringfence/phone"
)

// csvTable is an answer as a file of comma-separated values (RFC 4180). The
// rows are all there before the first is sent: a client that reads slowly must
// not hold one of the database's few readers.
type csvTable struct {
	name   string // of the file
	header []string
	rows   [][]string
}

// write sends the table. A client that goes away in the middle is noticed by the
// server, not here.
func (t csvTable) write(c *call) {
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": t.name}))
	c.Status(http.StatusOK)
	w := csv.NewWriter(c.Writer)
	w.UseCRLF = true // RFC 4180 section 2
	_ = w.Write(t.header)
	for _, row := range t.rows {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if w.Write(row) != nil {
			return
		}
	}
	w.Flush()
}

// harmless keeps a spreadsheet from taking a text for a formula: a caller may
// call themselves anything.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

var cdrHeader = []string{
	"_id", "customer", "started", "answered", "ended", "duration",
	"caller.number", "caller.name", "caller.extension", "caller.sipPhone",
	"callee.number", "callee.name", "callee.extension", "callee.sipPhone",
	"terminatedBy", "terminatedReason", "sipCode", "reasonText", "trunk", "codec", "mos",
}

// cdrTable is a page of call records as a file that is named after the time that
// it is about.
func cdrTable(q phone.CDRQuery, list []*phone.CDR) csvTable {
	name := "cdr-" + q.From.Format(time.DateOnly) + ".csv"
	return csvTable{name: name, header: cdrHeader, rows: each(list, cdrRow)}
}

func cdrRow(r *phone.CDR) []string {
	return []string{
		string(r.ID), string(r.Customer), moment(r.Started), moment(r.Answered), moment(r.Ended), strconv.Itoa(r.Seconds()),
		r.Caller.Number, r.Caller.Name, string(r.Caller.Extension), string(r.Caller.SIPPhone),
		r.Callee.Number, r.Callee.Name, string(r.Callee.Extension), string(r.Callee.SIPPhone),
		r.TerminatedBy, r.TerminatedReason, strconv.Itoa(r.SIPCode), r.ReasonText, string(r.Trunk), codecOf(r), worstMOS(r),
	}
}

// codecOf is what the caller's phone spoke, or who else did.
func codecOf(r *phone.CDR) string {
	for i := range r.Legs {
		if codec := r.Legs[i].Codec; codec != "" {
			return codec
		}
	}
	return ""
}

// worstMOS is how the call sounded to whom it sounded worst, as far as it is
// known.
func worstMOS(r *phone.CDR) string {
	worst := 0.0
	for i := range r.Legs {
		if mos := r.Legs[i].Media.MOS; mos > 0 && (worst == 0 || mos < worst) {
			worst = mos
		}
	}
	if worst == 0 {
		return ""
	}
	return strconv.FormatFloat(worst, 'f', -1, 64)
}

// moment writes a time as JSON has it, and nothing for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
