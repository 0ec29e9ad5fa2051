package provision

import (
	"context"
	"os"
	"strings"

	"ringfence/phone"
	"ringfence/provision/family"
)

// Why a request is refused: for the log, and for nobody else.
const (
	isNobody      = "no device"
	isBlocked     = "source blocked"
	isUnknown     = "unknown device"
	isTrap        = "canary"
	isNoModel     = "model cannot be provisioned"
	isOther       = "user agent of another device"
	isOthersProof = "certificate of another device"
	isWrongToken  = "wrong token"
	isSpent       = "spent token"
	isPlain       = "no token"
	isNoFile      = "no such file"
	isFenced      = "fence"
	isTooMany     = "too many files"
)

// answer is what a request comes to: a document, a file of the folder, or a
// refusal.
type answer struct {
	reason string // why it is refused, "" when it is not
	miss   bool   // it is one as from who tries MAC addresses

	phones []*phone.Phone  // of the device, those that may connect from there
	saved  []phone.Fetched // all that it has, as they were before anything was read of them
	all    bool            // and these are all that it has
	family *family.Family
	file   *family.File
	doc    *family.Document
	extra  *os.File
	info   os.FileInfo
}

func refused(reason string) *answer { return &answer{reason: reason} }

// answer judges a request and renders what it gets. Nothing is rendered before
// all is judged, and unknown and known devices are looked up alike: neither the
// answer nor its time tells them apart.
func (s *Server) answer(ctx context.Context, q *request) (*answer, error) {
	if q.mac == "" {
		if s.strangers.blocked(q.from, s.Now()) {
			return refused(isBlocked), nil
		}
		return s.orPointer(q, refused(isNobody))
	}
	saved := s.Book.Fetching(q.mac)
	accounts := s.Book.ByMAC(q.mac)
	claim := s.tokens.judge(ownedBy(q.mac, accounts), q.token)
	if s.strangers.blocked(q.from, s.Now()) && !claim.proven() && !athome(accounts, q) {
		return refused(isBlocked), nil
	}
	a := s.fit(q, accounts, claim)
	a.saved = saved
	if a.reason == "" {
		if err := s.pass(ctx, q, accounts, claim, a); err != nil {
			return nil, err
		}
	}
	switch {
	case a.reason == "":
		return a, s.fill(q, claim, a)
	case a.reason == isTrap:
		s.trap(q)
		return a, nil
	case a.miss && !claim.proven():
		s.miss(q)
	}
	return s.orPointer(q, a)
}

// athome says whether one of the phones is locked to where the request comes
// from: it goes on behind the same address as somebody who is looking for others.
func athome(accounts []*phone.Account, q *request) bool {
	for _, a := range accounts {
		if a.IP.Mode == phone.Locked && a.IP.Addr().Unmap() == q.from.WithZone("") {
			return true
		}
	}
	return false
}

// fit judges all that is not the fence's affair.
func (s *Server) fit(q *request, accounts []*phone.Account, claim claim) *answer {
	a := &answer{miss: true}
	if len(accounts) == 0 {
		a.reason = isUnknown
		if s.canaries[q.mac] {
			a.reason = isTrap
		}
		return a
	}
	model := s.Book.Model(accounts[0].Model)
	if a.family = s.Families.Of(model); a.family == nil {
		a.reason = isNoModel
		return a
	}
	a.file = asked(a.family, q)
	switch {
	case q.agent.denies(q.mac, model.Brand):
		a.reason = isOther
	case q.proof.denies(q.mac):
		a.reason = isOthersProof
	case claim == wrongToken:
		a.reason = isWrongToken
	case claim == spentToken: // whoever knows it does not look for devices
		a.reason, a.miss = isSpent, false
	case claim == noToken && !s.plain(accounts[0].Customer):
		a.reason = isPlain
	case a.file == nil && q.extra == "":
		a.reason, a.miss = isNoFile, !s.welcome(accounts, q)
	}
	return a
}

// asked is the file that a request is for, nil for none. A name that neither says
// which device asks nor is known is not that of its configuration, whoever asks:
// phones look for much else.
func asked(f *family.Family, q *request) *family.File {
	file := f.Asked(q.path)
	isFolder := q.name == "" || strings.HasSuffix(q.path, "/")
	if file != nil && file.Role == family.Whole && !q.named && !isFolder {
		return nil
	}
	return file
}

// welcome says whether one of the phones may connect from there, and locks none.
func (s *Server) welcome(accounts []*phone.Account, q *request) bool {
	for _, a := range accounts {
		if v, decided := s.Gate.Glance(a.Identity(), q.from, phone.ViaConfig); !decided || v.Allowed {
			return true
		}
	}
	return false
}

// plain says whether the customer's phones may come without a token.
func (s *Server) plain(customer phone.ID) bool {
	own := s.Book.Settings(customer).PlainPath
	return !s.NoPlainPath && (own == nil || *own)
}

// pass lets the Gate judge each phone of the device. A device gets the
// configuration of those that may connect from where it is. Its first request
// with the steady token ends the life of the other.
func (s *Server) pass(ctx context.Context, q *request, accounts []*phone.Account, claim claim, a *answer) error {
	for _, account := range accounts {
		v, err := s.Gate.Admit(ctx, account.Identity(), q.from, phone.ViaConfig)
		if err != nil {
			return err
		}
		if v.Allowed {
			a.phones = append(a.phones, account.Phone)
		}
	}
	if len(a.phones) == 0 {
		a.reason = isFenced
		return nil
	}
	a.all = len(a.phones) == len(accounts)
	if claim == steadyToken && !s.tokens.fate(q.mac).spent() {
		return s.Devices.SpendToken(ctx, q.mac)
	}
	return nil
}

// fill opens or renders what is asked for. What leads a phone on keeps the token
// of first contact: until it has its configuration, the phone has no other to come
// back with.
func (s *Server) fill(q *request, claim claim, a *answer) (err error) {
	if q.extra != "" {
		if a.extra, a.info, err = s.Folder.open(q.extra); a.extra == nil {
			a.reason = isNoFile
		}
		return err
	}
	if a.file.Role == family.Whole && !s.paces.Pass(number(q.mac), s.Now()) {
		a.reason = isTooMany
		return nil
	}
	v := s.view(a.phones, q.reached)
	if !a.all {
		v.WebPassword = "" // through its page each handset's password can be had
	}
	switch {
	case a.file.Role == family.Pointer && claim == firstToken:
		v.URL.Base = s.base() + q.token + "/"
	case a.file.Role == family.Directory:
		v.Contacts = s.contacts(a.phones[0].Customer)
	}
	a.doc, err = a.family.Render(a.file, v)
	return err
}

// orPointer is the refusal, unless the request is for what leads phones to us and
// is the same for all of them: then it is that. What names a device is not.
func (s *Server) orPointer(q *request, a *answer) (*answer, error) {
	f, file := s.Families.Common(q.path)
	if file == nil || q.named || s.NoPlainPath {
		return a, nil
	}
	doc, err := f.Render(file, s.nobody(q.token))
	return &answer{family: f, file: file, doc: doc}, err
}

// miss counts a device that the source was refused.
func (s *Server) miss(q *request) {
	if now := s.Now(); s.strangers.refuse(q.from, q.mac, now) {
		s.tellBlocked(q, "unknown", now.Add(refusedFor))
	}
}

// trap blocks a source that has asked for a device that nobody can know of.
func (s *Server) trap(q *request) {
	if now := s.Now(); s.strangers.trap(q.from, now) {
		s.tellBlocked(q, isTrap, now.Add(trapped))
	}
}
