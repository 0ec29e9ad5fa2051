package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ringfence/geoip"
	"ringfence/guard"
	"ringfence/internal/feed"
	"ringfence/media"
	"ringfence/mgmt"
	"ringfence/redirect"
	"ringfence/registrar"
	"ringfence/resync"
	"ringfence/sip"
	"ringfence/sip/b2bua"
	"ringfence/sip/blf"
	"ringfence/sip/door"
	"ringfence/sip/keepalive"
	"ringfence/sip/notify"
	"ringfence/store"
	"ringfence/trunk"
	"ringfence/webhook"
)

// stats is what the rooms count, read once.
type stats struct {
	Phones    int
	SIP       sip.Stats
	Door      door.Stats
	Guard     guard.Stats
	Registrar registrar.Stats
	Calls     b2bua.Stats
	Lamps     blf.Stats
	Notify    notify.Stats
	Stale     int
	Resync    resync.Stats
	Keepalive keepalive.Stats
	Media     media.EngineStats
	Trunks    trunk.Stats
	Store     store.Stats
	API       mgmt.Stats
	Web       crowdStats // of all HTTP listeners
	Feed      feed.Stats
	Webhooks  webhook.Stats
	Redirects redirect.Stats
	Provision map[string]uint64
	GeoIP     geoip.Source
}

func (s *house) stats() stats {
	return stats{
		Phones: s.book.Len(), SIP: s.stack.Stats(), Door: s.door.Stats(), Guard: s.guard.Stats(), Registrar: s.registrar.Stats(), Calls: s.calls.Stats(), Lamps: s.lamps.Load().Stats(), Notify: s.notifier.Stats(), Stale: s.book.CountStale(), Resync: s.resyncs(), Keepalive: s.keepalives.stats(),
		Media: s.media.Stats(), Trunks: s.lines.Stats(), Store: s.store.Stats(), API: s.api.Stats(), Web: s.crowds(), Feed: s.feed.Stats(), Webhooks: s.webhooks.Stats(), Redirects: s.redirects.Load().Stats(), Provision: s.prov.Stats(), GeoIP: s.geo.Source(),
	}
}

// metric is one line of /metrics. A counter's name ends in _total.
type metric struct {
	name, help string
	kind       prometheus.ValueType
	read       func(stats) float64
}

const (
	counter = prometheus.CounterValue
	gauge   = prometheus.GaugeValue
)

// metrics are all that have no labels.
var metrics = []metric{
	{"phones", "Phones in the store.", gauge, func(s stats) float64 { return float64(s.Phones) }},
	{"phones_online", "Phones that are registered.", gauge, func(s stats) float64 { return float64(s.Registrar.Phones) }},
	{"phones_stale", "Phones that have not fetched the configuration that was saved last.", gauge, func(s stats) float64 { return float64(s.Stale) }},
	{"resync_waiting", "Devices that wait to be told of a new configuration.", gauge, func(s stats) float64 { return float64(s.Resync.Waiting) }},
	{"resync_told_total", "Devices that were told of a new configuration and said yes.", counter, func(s stats) float64 { return float64(s.Resync.Told) }},
	{"resync_failed_total", "Devices that were told of a new configuration and did not say yes.", counter, func(s stats) float64 { return float64(s.Resync.Failed) }},
	{"resync_dropped_total", "Devices that were not told of a new configuration because too many waited.", counter, func(s stats) float64 { return float64(s.Resync.Dropped) }},
	{"bindings", "Registered contacts.", gauge, func(s stats) float64 { return float64(s.Registrar.Bindings) }},
	{"registered_total", "Bindings made.", counter, func(s stats) float64 { return float64(s.Registrar.Registered) }},
	{"refreshed_total", "Bindings refreshed.", counter, func(s stats) float64 { return float64(s.Registrar.Refreshed) }},
	{"unregistered_total", "Bindings removed.", counter, func(s stats) float64 { return float64(s.Registrar.Unregistered) }},
	{"expired_total", "Bindings that ran out.", counter, func(s stats) float64 { return float64(s.Registrar.Expired) }},

	{"auth_challenges_total", "Requests without an answer to a challenge of ours.", counter, func(s stats) float64 { return float64(s.Door.Challenges) }},
	{"auth_stale_total", "Right passwords with an old nonce.", counter, func(s stats) float64 { return float64(s.Door.Stale) }},
	{"auth_replayed_total", "Right passwords with a nonce count that was used before.", counter, func(s stats) float64 { return float64(s.Door.Replayed) }},
	{"auth_held_total", "Passwords that were not judged: the guard holds their senders off.", counter, func(s stats) float64 { return float64(s.Door.Held) }},
	{"auth_former_total", "Passwords that were right once.", counter, func(s stats) float64 { return float64(s.Door.Former) }},
	{"auth_wrong_total", "Wrong passwords of phones that exist.", counter, func(s stats) float64 { return float64(s.Door.Wrong) }},
	{"auth_unknown_total", "Passwords of users that do not exist.", counter, func(s stats) float64 { return float64(s.Door.Unknown) }},
	{"auth_proven_total", "Right passwords.", counter, func(s stats) float64 { return float64(s.Door.Proven) }},
	{"fence_refused_total", "Proven phones that their fence refused.", counter, func(s stats) float64 { return float64(s.Door.Refused) }},

	{"guard_bans", "Bans that there are.", gauge, func(s stats) float64 { return float64(s.Guard.Bans) }},
	{"guard_bans_total", "Bans that the guard has made by itself.", counter, func(s stats) float64 { return float64(s.Guard.Banned) }},
	{"guard_bans_full_total", "Bans that it could not make, for there were too many.", counter, func(s stats) float64 { return float64(s.Guard.Full) }},
	{"guard_refused_total", "SIP datagrams, connections and requests of who is banned.", counter, func(s stats) float64 { return float64(s.Guard.Refused) }},
	{"guard_limited_total", "SIP datagrams, connections and requests beyond the rate of their address.", counter, func(s stats) float64 { return float64(s.Guard.Limited) }},
	{"guard_held_total", "Answers to challenges that were not looked at.", counter, func(s stats) float64 { return float64(s.Guard.Held) }},
	{"guard_holds_total", "Times that a username was held off, at one address or where it was never right.", counter, func(s stats) float64 { return float64(s.Guard.Holds) }},
	{"guard_scanners_total", "Requests with the signs of a scanner.", counter, func(s stats) float64 { return float64(s.Guard.Scanners) }},
	{"guard_broken_total", "SIP messages that could not be parsed.", counter, func(s stats) float64 { return float64(s.Guard.Broken) }},

	{"calls", "Calls now.", gauge, func(s stats) float64 { return float64(s.Calls.Running) }},
	{"calls_talking", "Of them those that were answered; the others ring.", gauge, func(s stats) float64 { return float64(s.Calls.Talking) }},
	{"calls_started_total", "Calls since the start.", counter, func(s stats) float64 { return float64(s.Calls.Started) }},
	{"calls_refused_total", "INVITEs answered 503.", counter, func(s stats) float64 { return float64(s.Calls.Refused) }},
	{"lamps", "Subscriptions of phones to extensions and feature codes now.", gauge, func(s stats) float64 { return float64(s.Lamps.Watching) }},
	{"lamps_subscribed_total", "Subscriptions made.", counter, func(s stats) float64 { return float64(s.Lamps.Subscribed) }},
	{"lamps_refused_total", "SUBSCRIBEs refused of phones that had proven who they are.", counter, func(s stats) float64 { return float64(s.Lamps.Refused) }},
	{"lamps_notified_total", "Notifications sent to subscriptions.", counter, func(s stats) float64 { return float64(s.Lamps.Notified) }},
	{"lamps_lost_total", "Subscriptions that ended because the phone did not know them or did not answer.", counter, func(s stats) float64 { return float64(s.Lamps.Lost) }},
	{"notify_accepted_total", "Reloads and reboots that a phone said yes to.", counter, func(s stats) float64 { return float64(s.Notify.Accepted) }},
	{"notify_refused_total", "Reloads and reboots that a phone refused.", counter, func(s stats) float64 { return float64(s.Notify.Refused) }},
	{"notify_silent_total", "Reloads and reboots that an online phone did not answer.", counter, func(s stats) float64 { return float64(s.Notify.Silent) }},
	{"keepalive_flows", "Ways to phones behind NATs that are kept open.", gauge, func(s stats) float64 { return float64(s.Keepalive.Flows) }},
	{"keepalive_deaf", "Of them those of phones that have never answered.", gauge, func(s stats) float64 { return float64(s.Keepalive.Deaf) }},
	{"keepalive_unreachable", "Of them those of phones that have ceased to answer.", gauge, func(s stats) float64 { return float64(s.Keepalive.Unreachable) }},
	{"keepalive_sent_total", "OPTIONS sent to phones behind NATs.", counter, func(s stats) float64 { return float64(s.Keepalive.Sent) }},
	{"keepalive_bare_total", "Empty packets sent to phones that do not answer OPTIONS.", counter, func(s stats) float64 { return float64(s.Keepalive.Bare) }},
	{"keepalive_answered_total", "OPTIONS that were answered.", counter, func(s stats) float64 { return float64(s.Keepalive.Answered) }},
	{"keepalive_missed_total", "OPTIONS that were not answered in time.", counter, func(s stats) float64 { return float64(s.Keepalive.Missed) }},
	{"keepalive_forged_total", "Answers to OPTIONS that were not sent to that address.", counter, func(s stats) float64 { return float64(s.Keepalive.Forged) }},
	{"keepalive_replayed_total", "Answers to OPTIONS that came again or far too late.", counter, func(s stats) float64 { return float64(s.Keepalive.Replayed) }},
	{"keepalive_unsent_total", "Keepalives that no listener could send.", counter, func(s stats) float64 { return float64(s.Keepalive.Unsent) }},

	{"media_ports_free", "Pairs of media ports that can be used.", gauge, func(s stats) float64 { return float64(s.Media.Ports.Free) }},
	{"media_ports_used", "Pairs of media ports in use.", gauge, func(s stats) float64 { return float64(s.Media.Ports.Used) }},
	{"media_ports_exhausted_total", "Times that no pair of media ports could be had.", counter, func(s stats) float64 { return float64(s.Media.Ports.Exhausted) }},
	{"media_streams", "Sockets that media are read from.", gauge, func(s stats) float64 { return float64(s.Media.Streams) }},
	{"media_received_total", "Media packets read.", counter, func(s stats) float64 { return float64(s.Media.Received) }},
	{"media_forwarded_total", "Media packets passed on.", counter, func(s stats) float64 { return float64(s.Media.Forwarded) }},
	{"media_played_total", "Media packets of tones.", counter, func(s stats) float64 { return float64(s.Media.Played) }},

	{"trunks", "Trunks that are reached by SIP.", gauge, func(s stats) float64 { return float64(s.Trunks.Lines) }},
	{"trunks_registered", "Of them those that are registered.", gauge, func(s stats) float64 { return float64(s.Trunks.Registered) }},
	{"trunks_unhealthy", "Of them those that calls avoid: not registered, or not reached.", gauge, func(s stats) float64 { return float64(s.Trunks.Unhealthy) }},
	{"trunk_registrations_total", "Registrations with trunks that were granted, refreshes too.", counter, func(s stats) float64 { return float64(s.Trunks.Registrations) }},
	{"trunk_registrations_failed_total", "Those that failed.", counter, func(s stats) float64 { return float64(s.Trunks.Failures) }},
	{"trunk_probes_total", "OPTIONS sent to trunks.", counter, func(s stats) float64 { return float64(s.Trunks.Probes) }},
	{"trunk_probes_lost_total", "Those that no target has answered.", counter, func(s stats) float64 { return float64(s.Trunks.ProbesLost) }},
	{"trunk_inbound_total", "Calls that came in from trunks.", counter, func(s stats) float64 { return float64(s.Trunks.Inbound) }},
	{"trunk_outbound_total", "Calls that left through trunks.", counter, func(s stats) float64 { return float64(s.Trunks.Outbound) }},
	{"trunk_refused_total", "Calls with the world refused for limits, or for want of money.", counter, func(s stats) float64 { return float64(s.Trunks.Refused) }},
	{"trunk_overspent_total", "Calls with the world ended for want of money.", counter, func(s stats) float64 { return float64(s.Trunks.Overspent) }},

	{"sip_received_total", "SIP messages read.", counter, func(s stats) float64 { return float64(s.SIP.In) }},
	{"sip_sent_total", "SIP messages sent.", counter, func(s stats) float64 { return float64(s.SIP.Out) }},
	{"sip_malformed_total", "SIP messages that could not be parsed.", counter, func(s stats) float64 { return float64(s.SIP.ParseErrors) }},
	{"sip_panics_total", "Panics recovered.", counter, func(s stats) float64 { return float64(s.SIP.Panics) }},
	{"sip_server_transactions", "Server transactions now.", gauge, func(s stats) float64 { return float64(s.SIP.ServerTx) }},
	{"sip_client_transactions", "Client transactions now.", gauge, func(s stats) float64 { return float64(s.SIP.ClientTx) }},
	{"sip_connections", "TCP connections now.", gauge, func(s stats) float64 { return float64(s.SIP.Connections) }},

	{"store_commits_total", "Transactions committed.", counter, func(s stats) float64 { return float64(s.Store.Commits) }},
	{"store_changes_total", "Changes committed.", counter, func(s stats) float64 { return float64(s.Store.Jobs) }},
	{"store_failures_total", "Transactions that failed.", counter, func(s stats) float64 { return float64(s.Store.Failures) }},
	{"bindings_entries_total", "Entries of the journal of registrations that are on disk; one is of all that waited.", counter, func(s stats) float64 { return float64(s.Store.Entries) }},
	{"bindings_failures_total", "Those that could not be put there.", counter, func(s stats) float64 { return float64(s.Store.EntriesRefused) }},
	{"call_notes_total", "States and records of calls that are on disk.", counter, func(s stats) float64 { return float64(s.Store.Notes) }},
	{"call_notes_lost_total", "Those that could not be put there at once; records are tried again.", counter, func(s stats) float64 { return float64(s.Store.NotesLost) }},
	{"events_total", "Events published.", counter, func(s stats) float64 { return float64(s.Feed.Published) }},
	{"event_streams", "Event streams open.", gauge, func(s stats) float64 { return float64(s.API.Streams) }},
	{"event_streams_refused_total", "Event streams answered 429.", counter, func(s stats) float64 { return float64(s.API.StreamsRefused) }},
	{"logins_refused_total", "Logins answered 429.", counter, func(s stats) float64 { return float64(s.API.LoginsRefused) }},
	{"api_rate_refused_total", "API requests answered 429: too many with one token.", counter, func(s stats) float64 { return float64(s.API.RateRefused) }},
	{"api_guesses_refused_total", "API requests answered 429: too many wrong tokens from one address.", counter, func(s stats) float64 { return float64(s.API.GuessesRefused) }},
	{"http_connections", "HTTP connections now.", gauge, func(s stats) float64 { return float64(s.Web.Connections) }},
	{"http_connections_refused_total", "HTTP connections closed for being too many.", counter, func(s stats) float64 { return float64(s.Web.Refused) }},
	{"webhooks", "Webhooks that there are.", gauge, func(s stats) float64 { return float64(s.Webhooks.Webhooks) }},
	{"webhook_enqueued_total", "Deliveries written to the outbox.", counter, func(s stats) float64 { return float64(s.Webhooks.Enqueued) }},
	{"webhook_delivered_total", "Deliveries made.", counter, func(s stats) float64 { return float64(s.Webhooks.Delivered) }},
	{"webhook_retried_total", "Attempts that failed and are made again.", counter, func(s stats) float64 { return float64(s.Webhooks.Retried) }},
	{"webhook_failed_total", "Deliveries given up.", counter, func(s stats) float64 { return float64(s.Webhooks.Failed) }},
	{"webhook_missed_total", "Events that fell out of the feed before they were read for webhooks.", counter, func(s stats) float64 { return float64(s.Webhooks.Missed) }},
	{"webhook_lost_total", "Deliveries that could not be written to the outbox.", counter, func(s stats) float64 { return float64(s.Webhooks.Lost) }},
	{"redirect_services", "Makers' redirection services that there is an account for.", gauge, func(s stats) float64 { return float64(s.Redirects.Services) }},
	{"redirect_registered_total", "Devices registered at them, again after a change or a drift too.", counter, func(s stats) float64 { return float64(s.Redirects.Registered) }},
	{"redirect_unregistered_total", "Devices taken away at them.", counter, func(s stats) float64 { return float64(s.Redirects.Unregistered) }},
	{"redirect_retried_total", "Calls to them that failed and are made again soon.", counter, func(s stats) float64 { return float64(s.Redirects.Retried) }},
	{"redirect_failed_total", "Calls to them that were refused, or given up for the day.", counter, func(s stats) float64 { return float64(s.Redirects.Failed) }},
	{"redirect_drifted_total", "Devices that the daily check has not found as they were left.", counter, func(s stats) float64 { return float64(s.Redirects.Drifted) }},
	{"config_delivered_total", "Configurations delivered.", counter, func(s stats) float64 { return float64(s.Provision["delivered"]) }},
	{"config_unchanged_total", "Of configurations that phones have already.", counter, func(s stats) float64 { return float64(s.Provision["unchanged"]) }},
	{"config_pointers_total", "Files delivered that lead to configurations, and phone books.", counter, func(s stats) float64 { return float64(s.Provision["pointers"]) }},
	{"config_files_total", "Further files delivered, or parts of them: firmware, ringtones, pictures.", counter, func(s stats) float64 { return float64(s.Provision["files"]) }},
	{"config_tftp_total", "Files delivered over TFTP.", counter, func(s stats) float64 { return float64(s.Provision["tftp"]) }},
	{"config_refused_total", "Configuration requests answered 404.", counter, func(s stats) float64 { return float64(s.Provision["refused"]) }},
	{"config_sources_blocked_total", "Sources blocked for looking for configurations.", counter, func(s stats) float64 { return float64(s.Provision["blocked"]) }},
	{"config_canaries_total", "Of them those that have asked for a canary.", counter, func(s stats) float64 { return float64(s.Provision["canaries"]) }},
}

// collector reads the rooms when Prometheus asks.
type collector struct {
	read    func() stats
	plain   []*prometheus.Desc // one for each of metrics
	dropped *prometheus.Desc
}

func newCollector(read func() stats) *collector {
	c := &collector{read: read, dropped: prometheus.NewDesc("ringfence_sip_dropped_total", "SIP messages dropped.", []string{"reason"}, nil)}
	for _, m := range metrics {
		c.plain = append(c.plain, prometheus.NewDesc("ringfence_"+m.name, m.help, nil, nil))
	}
	return c
}

// Describe is for prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.plain {
		to <- d
	}
	to <- c.dropped
}

// Collect is for prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	s := c.read()
	for i, m := range metrics {
		to <- prometheus.MustNewConstMetric(c.plain[i], m.kind, m.read(s))
	}
	for reason, n := range s.SIP.Drops {
		to <- prometheus.MustNewConstMetric(c.dropped, counter, float64(n), reason)
	}
}

// withMetrics answers /metrics, and leaves the rest to the API.
func withMetrics(api http.Handler, read func() stats, more ...prometheus.Collector) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(read), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(more...)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.Handle("/", api)
	return mux
}
