package mgmt

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"ringfence/mgmt/console"
	"ringfence/mgmt/openapi"
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
	models, bans := s.models(), s.bans()
	return slices.Concat([]route{
		{"POST", "/auth/login", anyone, s.login},
		{"GET", "/auth/logout", phone.Personal, s.logout},
		{"GET", validatePath, phone.Personal, s.validateToken},

		{"GET", "/customer", phone.Reseller, s.listCustomers},
		{"POST", "/customer", phone.Reseller, s.createCustomer},
		{"GET", "/customer/:id", phone.Viewer, s.getCustomer},
		{"POST", "/customer/:id", phone.Reseller, s.updateCustomer},
		{"DELETE", "/customer/:id", phone.Reseller, s.deleteCustomer},
		{"DELETE", "/customer", phone.Reseller, missingID},

		{"GET", "/employee", phone.Viewer, s.listEmployees},
		{"POST", "/employee", phone.Owner, s.createEmployee},
		{"GET", "/employee/:id", phone.Viewer, s.getEmployee},
		{"POST", "/employee/:id", phone.Personal, s.updateEmployee},
		{"DELETE", "/employee/:id", phone.Owner, s.deleteEmployee},
		{"DELETE", "/employee", phone.Owner, missingID},

		{"GET", "/pbx/sipphonemodels", phone.Viewer, s.listModels},
		{"POST", "/pbx/sipphonemodels", phone.Admin, models.create},
		{"GET", "/pbx/sipphonemodels/:id", phone.Viewer, models.get},
		{"GET", "/pbx/sipphonemodel/:id", phone.Viewer, models.get},
		{"POST", "/pbx/sipphonemodels/:id", phone.Admin, byID(models.update)},
		{"DELETE", "/pbx/sipphonemodels/:id", phone.Admin, byID(models.remove)},
		{"DELETE", "/pbx/sipphonemodels", phone.Admin, missingID},

		{"GET", "/pbx/sipphone", phone.Viewer, s.listPhones},
		{"POST", "/pbx/sipphone", phone.Manager, s.savePhone},
		{"GET", "/pbx/sipphone/:id", phone.Viewer, s.getPhone},
		{"POST", "/pbx/sipphone/:id", phone.Manager, s.updatePhone},
		{"DELETE", "/pbx/sipphone/:id", phone.Manager, s.deletePhone},
		{"DELETE", "/pbx/sipphone", phone.Manager, missingID},
		{"POST", "/pbx/sipphone/webrtc", phone.Personal, s.openWebRTC},
		{"POST", "/pbx/sipphone/bulk", phone.Manager, s.createPhones},
		{"POST", "/pbx/sipphone/:id/credentials", phone.Manager, s.renewCredentials},
		{"GET", "/pbx/sipphone/:id/configreload", phone.Manager, s.reloadPhone},
		{"POST", "/pbx/sipphone/:id/configreload", phone.Manager, s.reloadPhone},
		{"GET", "/pbx/sipphone/:id/reboot", phone.Manager, s.rebootPhone},
		{"POST", "/pbx/sipphone/:id/reboot", phone.Manager, s.rebootPhone},
		{"POST", "/pbx/sipphone/:id/accept", phone.Manager, s.acceptAddress},
		{"GET", "/pbx/sipphone/:id/config", phone.Manager, s.previewPhone},
		{"POST", "/pbx/sipphone/:id/token", phone.Manager, s.renewToken},
		{"POST", "/pbx/sipphone/:id/redirect", phone.Manager, s.redirectPhone},
		{"GET", "/provisioning-url", phone.Viewer, s.provisioningURL},
		{"GET", "/pbx/sipphone/:id/bindings", phone.Viewer, s.listBindings},
		{"DELETE", "/pbx/sipphone/:id/binding", phone.Manager, s.dropBindings},
		{"DELETE", "/pbx/sipphone/:id/binding/:binding", phone.Manager, s.dropBinding},

		{"GET", "/pbx/queue/:id/member", phone.Viewer, byID(s.listMembers)},
		{"POST", "/pbx/queue/:id/member", phone.Personal, byID(s.joinQueue)},
		{"GET", "/pbx/queue/:id/member/join", phone.Personal, byID(s.joinQueueByLink)},
		{"GET", "/pbx/queue/:id/member/:member", phone.Personal, byID(s.updateMemberByLink)},
		{"POST", "/pbx/queue/:id/member/:member", phone.Personal, byID(s.updateMember)},
		{"DELETE", "/pbx/queue/:id/member/:member", phone.Personal, byID(s.leaveQueue)},

		{"GET", "/pbx/switch", phone.Viewer, s.listSwitches},
		{"POST", "/pbx/switch", phone.Personal, s.createSwitch},
		{"GET", "/pbx/switch/:id", phone.Personal, s.getSwitch},
		{"POST", "/pbx/switch/:id", phone.Personal, s.updateSwitch},
		{"DELETE", "/pbx/switch/:id", phone.Personal, s.deleteSwitch},

		{"GET", "/pbx/settings", phone.Personal, s.getSettings},
		{"GET", "/pbx/settings/:id", phone.Personal, s.getSettings},
		{"POST", "/pbx/settings/:id", phone.Manager, s.updateSettings},

		{"GET", "/pbx/webhook/:id/deliveries", phone.Owner, s.listDeliveries},
		{"POST", "/pbx/webhook/:id/test", phone.Owner, s.testWebhook},

		{"GET", "/pbx/ban", phone.Admin, s.listBans},
		{"POST", "/pbx/ban", phone.Admin, bans.create},
		{"GET", "/pbx/ban/:id", phone.Admin, s.byAddress(bans.get)},
		{"POST", "/pbx/ban/:id", phone.Admin, s.byAddress(bans.update)},
		{"DELETE", "/pbx/ban/:id", phone.Admin, s.byAddress(bans.remove)},
		{"DELETE", "/pbx/ban", phone.Admin, missingID},

		{"GET", "/audit", phone.Owner, s.listAudit},
		{"GET", "/pbx/events", phone.Viewer, s.events},
		{"GET", "/pbx/cdr", phone.Personal, s.listCDRs},
		{"POST", "/pbx/cdr", phone.Personal, s.findCDRs},
		{"GET", "/pbx/cdr/latest", phone.Personal, s.listLatestCDRs},
		{"GET", "/pbx/cdr/:id", phone.Personal, s.getCDR},
		{"GET", "/status", phone.Admin, s.status},
	},
		s.callActions(),
		s.extensionRoutes(),
		s.groups().routes("/pbx/group", phone.Viewer, phone.Manager),
		s.queues().routes("/pbx/queue", phone.Viewer, phone.Manager),
		s.trunks().routes("/pbx/trunk", phone.Viewer, phone.Manager),
		s.webhooks().routes("/pbx/webhook", phone.Owner, phone.Owner),
		s.products().routes("/product", phone.Viewer, phone.Reseller),
	)
}

// routes puts the table into an engine.
func (s *Server) routes() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.UseRawPath = true
	e.RedirectTrailingSlash = false // it makes an update without an id a create
	e.ForwardedByClientIP = false   // package forwarded reads who asks, for the configuration door too
	for _, r := range s.table() {
		e.Handle(r.method, r.path, s.serve(r))
		if empty, ok := strings.CutSuffix(r.path, ":id"); ok {
			e.Handle(r.method, empty, s.serve(route{level: r.level, handle: missingID}))
		}
	}
	e.GET("/", gin.WrapF(console.ServeHTTP))
	e.GET("/openapi.json", gin.WrapF(openapi.Document))
	e.GET("/docs", gin.WrapF(openapi.Page))
	e.GET("/docs/", gin.WrapF(openapi.Page))
	e.GET("/docs/:file", gin.WrapF(openapi.Page))
	for path, says := range map[string]gin.HandlerFunc{"/healthz": healthz, "/readyz": s.readyz} {
		e.GET(path, says)
		e.HEAD(path, says) // as some load balancers ask
	}
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
