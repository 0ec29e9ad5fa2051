// Package provision gives phones their configuration over HTTP, and over TFTP
// where to ask for it: it finds out from the request which device asks
// (request.go), judges it by its token, by what else it says of itself and by the
// Gate (judge.go), has the maker's format rendered of what the Book says
// (resolve.go) and writes it whole (deliver.go).
//
// An unknown MAC address, a refused source and a model that cannot be
// provisioned are the same empty 404 to who asks, at the same time after they
// asked. Who is refused too many devices is refused all, but for phones that are
// at home behind the same address (strangers.go).
//
// What the files of each maker look like is the affair of package family. NOTIFY,
// which makes a phone fetch, and redirection services, which send it here, are in
// rooms of their own.
package provision
