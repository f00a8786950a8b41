package traffic

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// gatewayNames are the variables of API Gateway that are read, without case, points and underscores. Users choose the
// names, and most keep those of the variables.
var gatewayNames = map[string]gatewayKey{
	"requesttimeepoch": gatewayEpoch, "contextrequesttimeepoch": gatewayEpoch,
	"requesttime": gatewayTime, "contextrequesttime": gatewayTime,
	"integrationlatency": gatewayLatency, "contextintegrationlatency": gatewayLatency,
	"integrationstatus": gatewayReached, "contextintegrationstatus": gatewayReached,
	"status": gatewayStatus, "contextstatus": gatewayStatus,
	"path": gatewayPath, "contextpath": gatewayPath,
	"resourcepath": gatewayResource, "contextresourcepath": gatewayResource,
	"routekey": gatewayRoute, "contextroutekey": gatewayRoute,
	"httpmethod": gatewayMethod, "contexthttpmethod": gatewayMethod,
	"stage": gatewayStage, "contextstage": gatewayStage,
}

// A gatewayKey says what a key of the log has.
type gatewayKey int

// What keys of the log have.
const (
	gatewayOther gatewayKey = iota
	gatewayEpoch
	gatewayTime
	gatewayLatency
	gatewayReached
	gatewayStatus
	gatewayPath
	gatewayResource
	gatewayRoute
	gatewayMethod
	gatewayStage
	gatewayKeys
)

// gatewayWhere are the keys that conditions may be about.
var gatewayWhere = map[string]gatewayKey{
	"path": gatewayPath, "resource_path": gatewayResource, "route": gatewayRoute, "route_key": gatewayRoute,
	"method": gatewayMethod, "status": gatewayStatus, "stage": gatewayStage,
}

// plainKey returns a key without case, points and underscores.
func plainKey(key string) string {
	return strings.ToLower(strings.NewReplacer(".", "", "_", "", "$", "", "-", "").Replace(key))
}

// claimsAPIGateway reports whether a file is an access log of API Gateway in JSON: its first object has a time.
func claimsAPIGateway(h *head) bool {
	given := plainKey(h.field["time"])
	for key := range h.keys() {
		plain := plainKey(key)
		if k := gatewayNames[plain]; k == gatewayEpoch || k == gatewayTime || plain != "" && plain == given {
			return true
		}
	}
	return false
}

// A gatewayReader reads an access log of API Gateway.
type gatewayReader struct {
	client
	keys   map[string]gatewayKey // by the path of a value
	given  map[string]gatewayKey // of --field, plain
	where  filter
	values [gatewayKeys][]byte
	known  [gatewayKeys]bool

	measuredAny bool
}

// gatewayFields are the keys that --field names.
var gatewayFields = map[string]gatewayKey{"time": gatewayTime, "duration": gatewayLatency, "status": gatewayStatus}

// readAPIGateway reads an access log of API Gateway in JSON, an object a line. Requests that it answered itself do not
// count: they did not reach a function.
func readAPIGateway(s *source, r *Recorder) error {
	names := slices.Sorted(maps.Keys(gatewayWhere))
	g := &gatewayReader{
		client: *newClient(s, r, "API Gateway"), keys: map[string]gatewayKey{}, where: newFilter(r, names...),
		given: map[string]gatewayKey{},
	}
	for name, key := range gatewayFields {
		if given := r.options.Field[name]; given != "" {
			g.given[plainKey(given)] = key
		}
	}
	value := func(key string) []byte { return g.values[gatewayWhere[key]] }
	var l lineScanner
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if len(bytes.TrimSpace(line)) == 0 || !s.good(line) {
			continue
		}
		g.read(&l, line)
		switch {
		case l.wrong && s.unfinished():
			s.cut = true
		case l.wrong:
			s.badLines++
		case g.where.takes(value):
			g.request()
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	if g.measuredAny {
		g.measured("")
	}
	if g.coarse() {
		g.inWholeSeconds()
	}
	return nil
}

// read reads the values of a line.
func (g *gatewayReader) read(l *lineScanner, line []byte) {
	g.known = [gatewayKeys]bool{}
	g.values = [gatewayKeys][]byte{}
	for l.start(line); l.next(); {
		key, ok := g.keys[string(l.path)]
		if !ok {
			key = g.keyOf(string(l.path))
		}
		if key != gatewayOther {
			g.values[key], g.known[key] = l.value, true
		}
	}
}

// keyOf returns what a key has, and remembers it.
func (g *gatewayReader) keyOf(path string) gatewayKey {
	plain := plainKey(path)
	key, given := g.given[plain]
	if given {
		for name, of := range gatewayFields {
			if of == key {
				g.r.use("field", name)
			}
		}
	} else {
		key = gatewayNames[plain]
		for _, other := range g.given {
			if key == other || other == gatewayTime && key == gatewayEpoch { // the user says another
				key = gatewayOther
			}
		}
	}
	if len(g.keys) < 1000 {
		g.keys[path] = key
	}
	return key
}

// none reports whether a value says that there is none.
func none(value []byte) bool { return len(value) == 0 || value[0] == '-' || string(value) == "null" }

// request records the request of a line.
func (g *gatewayReader) request() {
	text := g.values[gatewayEpoch]
	if none(text) {
		text = g.values[gatewayTime]
	}
	start, ok := parseTime(text)
	if !ok {
		start, ok = parseCLF(text)
	}
	switch {
	case !ok && len(text) == 0 && !g.known[gatewayTime] && !g.known[gatewayEpoch]:
		return // something else in the log group
	case !ok:
		g.r.Fault(g.s.line, "the time of the request %q is not a time; expected requestTimeEpoch or requestTime",
			shown(string(text)))
		return
	}
	latency, reached := g.values[gatewayLatency], g.values[gatewayReached]
	if g.known[gatewayReached] && none(reached) || !g.known[gatewayReached] && g.known[gatewayLatency] && none(latency) {
		return // API Gateway answered it
	}
	status := parseStatus(reached)
	if !g.known[gatewayReached] {
		status = parseStatus(g.values[gatewayStatus])
	}
	q := call{StartNS: g.r.Zone(start, false), DurationMS: -1, Throttled: status == tooManyRequests,
		Whole: start.whole}
	if !none(latency) {
		ms, ok := parseNumber(latency)
		if !ok {
			g.r.Fault(g.s.line, "the integration latency %q is not a number of milliseconds", shown(string(latency)))
			return
		}
		q.DurationMS, g.measuredAny = ms, true
	}
	g.count(start)
	g.f.Call(q, g.s.line)
}
