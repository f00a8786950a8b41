package setting

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// ActiveKey is the key of the active time of a durable execution.
const ActiveKey = "active"

// RegionsKey is the key of the Regions of a function of Lambda@Edge, and QuotasKey that of the quotas there.
const (
	RegionsKey = "regions"
	QuotasKey  = "region_concurrency"
)

// TenantsKey is the key of the environments of tenants, which files say only that there are.
const TenantsKey = "tenants"

// specialSettings describe functions that differ from ordinary ones, but share the account's pools.
var specialSettings = []Setting{
	{
		Flag: ActiveKey, Key: ActiveKey, Group: Function, Part: Loads | Ceilings | Judges,
		Value: "DURATION", Echo: "duration_ms",
		Usage: "durable function, in place of --duration: active time of an execution, without waits: 20s",
		Reader: into[float64]{quantity.ParseDuration, func(t Target, ms float64) {
			t.Function.DurationMS, t.Function.Durable = calc.Some(ms), true
		}},
	},
	{
		Flag: RegionsKey, Key: RegionsKey, Group: Function, Part: Loads | Ceilings | Judges,
		Value: "SHARES", Echo: "regions",
		Usage:   "Lambda@Edge: each Region's share of the requests: us-east-1=60%,eu-west-1=40%",
		Mapping: &Mapping{Legal: "a mapping of Regions, such as us-east-1: 60%", Text: byRegion},
		Reader: into[[]calc.RegionShare]{calc.ParseRegions, func(t Target, list []calc.RegionShare) {
			t.Function.Regions = list
		}},
	},
	{
		Flag: TenantsKey, Key: TenantsKey, Group: Function, Part: Loads | Ceilings | Judges,
		Value: "N", Echo: "tenants",
		Usage:  "tenant isolation: environments of all tenants, busy or idle",
		Reader: optional[int64]{quantity.ParseCount, func(t Target) *optionalCount { return &t.Function.Tenants }},
	},
}

// byRegion writes a mapping of Regions to values as REGION=VALUE,...
func byRegion(v Values) string {
	parts := make([]string, len(v))
	for i := range v {
		parts[i] = v[i].Key + "=" + v[i].Text
	}
	return strings.Join(parts, ",")
}
