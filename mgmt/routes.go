package mgmt

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ringfence/mgmt/console"
	"ringfence/phone"
)

// route is one call of the API: the lowest level that may make it, and who
// answers.
type route struct {
	method, path string
	level        phone.Level
	handle       func(*call) (any, error)
}

// anyone marks a route that needs no token.
const anyone phone.Level = ""

// table is the whole API.
func (s *Server) table() []route {
	return []route{
		{"POST", "/auth/login", anyone, s.login},
		{"GET", "/auth/logout", phone.Personal, s.logout},
		{"GET", "/auth/validateToken", phone.Personal, s.validateToken},

		{"GET", "/customer", phone.Reseller, s.listCustomers},
		{"POST", "/customer", phone.Reseller, s.createCustomer},
		{"GET", "/customer/:id", phone.Viewer, s.getCustomer},
		{"POST", "/customer/:id", phone.Reseller, s.updateCustomer},
		{"DELETE", "/customer/:id", phone.Reseller, s.deleteCustomer},
		{"DELETE", "/customer", phone.Reseller, missingID},

		{"GET", "/employee", phone.Viewer, s.listEmployees},
		{"POST", "/employee", phone.Owner, s.createEmployee},
		{"GET", "/employee/:id", phone.Viewer, s.getEmployee},

		{"GET", "/pbx/sipphonemodels", phone.Viewer, s.listModels},
		{"GET", "/pbx/sipphonemodels/:id", phone.Viewer, s.getModel},

		{"GET", "/pbx/extension", phone.Viewer, s.listExtensions},
		{"POST", "/pbx/extension", phone.Manager, s.createExtension},
		{"GET", "/pbx/extension/:id", phone.Viewer, s.getExtension},
		{"POST", "/pbx/extension/:id", phone.Manager, s.updateExtension},
		{"DELETE", "/pbx/extension/:id", phone.Manager, s.deleteExtension},
		{"DELETE", "/pbx/extension", phone.Manager, missingID},

		{"GET", "/pbx/sipphone", phone.Viewer, s.listPhones},
		{"POST", "/pbx/sipphone", phone.Manager, s.savePhone},
		{"GET", "/pbx/sipphone/:id", phone.Viewer, s.getPhone},
		{"POST", "/pbx/sipphone/:id", phone.Manager, s.updatePhone},
		{"DELETE", "/pbx/sipphone/:id", phone.Manager, s.deletePhone},
		{"DELETE", "/pbx/sipphone", phone.Manager, missingID},
		{"POST", "/pbx/sipphone/:id/credentials", phone.Manager, s.renewCredentials},

		{"GET", "/pbx/events", phone.Viewer, s.events},
		{"GET", "/pbx/cdr", phone.Viewer, s.listCDRs},
		{"GET", "/status", phone.Admin, s.status},
	}
}

// routes puts the table into an engine.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.UseRawPath = true
	s.trustProxies(e)
	for _, r := range s.table() {
		e.Handle(r.method, r.path, s.serve(r))
	}
	e.GET("/", gin.WrapF(console.ServeHTTP))
	e.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c *gin.Context) { c.String(http.StatusOK, "ready\n") })
	e.NoRoute(s.serve(route{level: anyone, handle: noRoute}))
	e.NoMethod(s.serve(route{level: anyone, handle: noMethod}))
	return e
}

func noRoute(*call) (any, error) {
	return nil, &phone.Error{Kind: phone.NotFound, Key: "not_found", Text: "Resource not found"}
}

// missingID answers what only makes sense for one object.
func missingID(*call) (any, error) { return nil, badRequest("Id not found in request URI") }

// noMethod refuses a method that the path does not have; gin has said in Allow
// which it has.
func noMethod(*call) (any, error) { return nil, errMethod }
