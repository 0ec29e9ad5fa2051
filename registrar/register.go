package registrar

import (
	"net/url"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// job is one REGISTER on its way.
type job struct {
	o        *sip.Outline
	f        sip.Flow
	who      phone.Identity
	order    order
	planner  planner
	admitted bool // the fence has let it in, and was locked for it

	// For the planner, which makes records of it.
	shard *shard
	now   time.Time
}

func (r *Registrar) newJob() *job {
	j := &job{}
	j.planner.make = func(c *contact, old *record) record { return r.record(j.shard, j, c, old, j.now) }
	return j
}

// Serve answers one REGISTER on the flow that it came on: into out, when nothing
// changes, else when the change is durable. It does not block and keeps nothing
// of o.
func (r *Registrar) Serve(o *sip.Outline, f sip.Flow, out *sip.Mail) {
	j, _ := r.jobs.Get().(*job)
	if j == nil {
		j = r.newJob()
	}
	j.o, j.f, j.admitted = o, f, false
	r.register(j, out)
	j.o, j.who = nil, phone.Identity{}
	r.jobs.Put(j)
}

// register is RFC 3261 section 10.3 by its numbers, up to the contacts.
func (r *Registrar) register(j *job, out *sip.Mail) {
	o := j.o
	// Step 1: is the Request-URI of a domain of ours? We are no proxy, so
	// there is nowhere to send it on to.
	switch {
	case !isSIP(&o.URI):
		refuse(416, "Unsupported URI Scheme").answer(j, out)
		return
	case !r.serves(o.URI.Host):
		refuse(404, "Not Found").answer(j, out)
		return
	}
	// Step 2: extensions that we do not have (8.2.2.3).
	if len(o.Require) > 0 {
		if tags := unknown(o); tags != "" {
			refuse(420, "Bad Extension", "Unsupported: "+tags).answer(j, out)
			return
		}
	}
	// Step 3: who is it?
	who, res := r.Door.Authenticate(o, j.f)
	if res != door.Proven {
		r.Door.Answer(out, o, j.f, res)
		return
	}
	j.who = who
	// Step 4: may it change this address of record? A phone has its own only.
	if user := o.To.URI.User; user != who.Login && unescape(user) != who.Login {
		refuse(403, "Forbidden").answer(j, out)
		return
	}
	// Step 5: is there such an address of record?
	if !isSIP(&o.To.URI) || !r.serves(o.To.URI.Host) {
		refuse(404, "Not Found").answer(j, out)
		return
	}
	// Steps 6 and 7, as far as the request alone can be judged.
	if refused := j.order.read(r, o, j.f); refused.code != 0 {
		refused.answer(j, out)
		return
	}
	r.bind(j, out)
}

func (x refusal) answer(j *job, out *sip.Mail) {
	j.o.Answer(out, j.f, x.code, x.reason, x.lines...)
}

func isSIP(u *sip.URIParts) bool { return u.Scheme == "sip" || u.Scheme == "sips" }

// serves says whether a host is of a domain of ours; see the package comment.
func (r *Registrar) serves(host string) bool {
	if len(host) == len(r.Domain) && strings.EqualFold(host, r.Domain) {
		return true
	}
	if cut := len(host) - len(r.Domain); cut > 0 && host[cut-1] == '.' && strings.EqualFold(host[cut:], r.Domain) {
		return true
	}
	_, ip := sip.Literal(host)
	return ip
}

// unescape brings a user part into the one form that is compared (10.3 step 5).
// What is badly escaped stays as it is, and fits no username.
func unescape(user string) string {
	if !strings.Contains(user, "%") {
		return user
	}
	if s, err := url.PathUnescape(user); err == nil {
		return s
	}
	return user
}
