package files

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/format/document"
)

// An answer is the JSON that an earlier calculation wrote, reduced to its inputs.
type answer struct {
	SchemaVersion int             `json:"schema_version"`
	Kind          string          `json:"kind"`
	Inputs        document.Inputs `json:"inputs"`
	Result        struct {
		Account struct {
			ClaimedElsewhere *int64 `json:"claimed_elsewhere"`
		} `json:"account"`
		Functions []struct {
			Name string `json:"name"`
		} `json:"functions"`
	} `json:"result"`
}

// isAnswer reports whether a file starts like an answer.
func isAnswer(data []byte) bool {
	const beginning = 64
	data = bytes.TrimLeft(data, " \t\r\n")
	return bytes.HasPrefix(data, []byte("{")) &&
		bytes.Contains(data[:min(len(data), beginning)], []byte(`"schema_version"`))
}

// answerProfile returns the inputs of an earlier answer as a profile. They are calculated again at today's prices.
// Defaults are left out, because they may have changed. counted is how much of the units claimed elsewhere the answer
// took to be claimed by its functions.
func answerProfile(name string, data []byte) (profile []byte, counted int64, err error) {
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, 0, fmt.Errorf("%s: this lambdacap answer cannot be read: %v", name, err)
	}
	switch {
	case a.SchemaVersion > document.SchemaVersion:
		return nil, 0, fmt.Errorf("%s: the schema version is %d; this version of lambdacap reads %d",
			name, a.SchemaVersion, document.SchemaVersion)
	case a.Inputs.Account.Concurrency == 0 || len(a.Result.Functions) == 0:
		return nil, 0, fmt.Errorf("%s: an answer of lambdacap %s does not contain the load of an account; "+
			"expected one of lambdacap plan or lambdacap spillover", name, strconv.Quote(a.Kind))
	}
	top := map[string]any{"account": a.account(), "functions": a.functions()}
	if in := a.Inputs.Plan; in != nil {
		v := given{in.Origin, top}
		v.number("target_spillover", "target_spillover_ratio", in.TargetSpillover, "")
		v.number("target_throttle", "target_throttle_ratio", in.TargetThrottle, "")
	}
	if in := a.Inputs.Cost; in != nil {
		v := given{in.Origin, top}
		v.number("hours", "hours", calc.Some(in.Hours), "")
		v.number("enabled_hours", "enabled_hours", in.EnabledHours, "")
		v.number("savings_plan", "savings_plan_ratio", calc.Some(in.SavingsPlan), "")
		v.text("free_tier", "free_tier", strconv.FormatBool(in.FreeTier))
	}
	if n := a.Result.Account.ClaimedElsewhere; n != nil {
		counted = max(0, a.Inputs.Account.ClaimedElsewhere-*n)
	}
	profile, err = json.Marshal(top)
	return profile, counted, err
}

// account returns the settings of the account.
func (a *answer) account() map[string]any {
	in, account := a.Inputs.Account, map[string]any{}
	v := given{in.Origin, account}
	v.count("concurrency", "concurrency", calc.Some(in.Concurrency))
	v.count("unreserved_floor", "unreserved_floor", calc.Some(in.UnreservedFloor))
	v.text("region", "region", in.Region.Or(""))
	v.number("keep_alive", "keep_alive_s", calc.Some(in.KeepAliveS), "s")
	if q := a.Inputs.Quotas; q != nil {
		quotas := map[string]string{}
		for _, in := range q.RegionConcurrency {
			quotas[in.Region] = strconv.FormatInt(in.Concurrency, 10)
		}
		account["region_concurrency"] = quotas
	}
	const elsewhere = "claimed_elsewhere"
	if n := in.ClaimedElsewhere; n != 0 || v.is(elsewhere) { // a value from files has no origin of its own
		account[elsewhere] = strconv.FormatInt(n, 10)
	}
	return account
}

// functions returns the functions that were calculated. Some calculations leave out those on Managed Instances.
func (a *answer) functions() []map[string]any {
	calculated := map[string]bool{}
	for _, f := range a.Result.Functions {
		name, _, _ := strings.Cut(f.Name, "@") // one of Lambda@Edge has a row for each Region
		calculated[name] = true
	}
	list := []map[string]any{}
	for _, in := range a.Inputs.Functions {
		if !calculated[in.Name] {
			continue
		}
		f := map[string]any{"name": in.Name}
		v := given{in.Origin, f}
		v.text("mode", "mode", string(in.Mode.Or("")))
		switch {
		case len(in.HourlyRPS) > 0:
			hours := make([]string, len(in.HourlyRPS))
			for i, x := range in.HourlyRPS {
				hours[i] = decimal(x)
			}
			f["rps"] = hours
		default:
			v.number("rps", "rps", in.RPS, "")
		}
		v.number("average_rps", "average_rps", in.AverageRPS, "")
		duration := "duration"
		if in.Durable {
			duration = "active"
		}
		v.number(duration, "duration_ms", in.DurationMS, "ms")
		v.count("reserved", "reserved", in.Reserved)
		v.count("provisioned", "provisioned", in.Provisioned)
		v.number("peakedness", "peakedness", calc.Some(in.Peakedness), "")
		if m, ok := in.OnTheMinute.Get(); ok {
			v.text("on_the_minute", "on_the_minute", decimal(m.Share)+":"+decimal(m.WithinS)+"s")
		}
		v.count("memory", "memory_mb", in.MemoryMB)
		v.text("arch", "arch", string(in.Arch))
		v.text("event_source", "event_source", in.EventSource.Or(""))
		v.count("ephemeral_storage", "ephemeral_storage_mb", calc.Some(in.EphemeralMB))
		v.number("init", "init_ms", in.InitMS, "ms")
		if in.Source != nil {
			addSources(f, "source", []document.InputSource{*in.Source})
		}
		addSources(f, "sources", in.Sources)
		writeSpecial(f, in.Special)
		writeManaged(f, in.Managed)
		list = append(list, f)
	}
	return list
}

// addSources adds what is given for the event sources of a function: one of them, or a list.
func addSources(f map[string]any, key string, sources []document.InputSource) {
	list := make([]any, len(sources))
	for i := range sources {
		given{sources[i].Origin, f}.number(record.KeyTimeout, "timeout_ms", sources[i].TimeoutMS, "ms")
		list[i] = givenSource(&sources[i])
	}
	switch {
	case len(list) > 1 || key == "sources" && len(list) > 0:
		f[key] = list
	case len(list) == 1 && len(list[0].(map[string]any)) > 0:
		f[key] = list[0]
	}
}

// givenSource returns what is given for an event source.
func givenSource(in *document.InputSource) map[string]any {
	source := map[string]any{}
	v := given{in.Origin, source}
	v.text("type", "type", string(in.Type))
	v.number("messages", "messages_rps", in.MessagesRPS, "")
	v.count(record.KeyBatch, "batch", in.Batch)
	v.number(record.KeyWindow, "window_s", in.WindowS, "s")
	v.count(record.KeyMaximum, "maximum_concurrency", in.MaximumConcurrency)
	v.count(record.KeyMinPollers, "pollers_min", in.PollersMin)
	v.count(record.KeyMaxPollers, "pollers_max", in.PollersMax)
	v.count("groups", "groups", in.Groups)
	v.count(record.KeyShards, "shards", in.Shards)
	v.count(record.KeyParallelization, "parallelization", in.Parallelization)
	v.count("partitions", "partitions", in.Partitions)
	if n, ok := in.RecordBytes.Get(); ok {
		v.text("record_size", "record_bytes", strconv.FormatInt(n, 10)+"B")
	}
	v.number(record.KeyVisibility, "visibility_s", in.VisibilityS, "s")
	v.count(record.KeyMaxReceive, "max_receive", in.MaxReceive)
	v.number(record.KeyRetention, "retention_s", in.RetentionS, "s")
	v.number(record.KeyBacklog, "backlog_messages", in.BacklogMessages, "")
	v.number("behind", "behind_s", in.BehindS, "s")
	v.number("hottest_shard", "hottest_shard_ratio", in.HottestShardRatio, "")
	return source
}

// writeSpecial writes what only functions of some kinds have.
func writeSpecial(f map[string]any, in *document.InputSpecial) {
	if in == nil {
		return
	}
	given{in.Origin, f}.count("tenants", "tenants", in.Tenants)
	if len(in.Regions) > 0 {
		shares := map[string]string{}
		for _, r := range in.Regions {
			shares[r.Region] = decimal(r.Share)
		}
		f["regions"] = shares
	}
}

// writeManaged writes the settings of a function on Managed Instances. That it runs there may come from a file.
func writeManaged(f map[string]any, in *document.InputManaged) {
	if in == nil {
		return
	}
	f["compute"] = string(in.Compute)
	v := given{in.Origin, f}
	v.count("per_environment", "per_environment", in.PerEnvironment)
	if in.Runtime != "" {
		f["runtime"] = string(in.Runtime)
	}
	v.number("cpu_share", "cpu_share_ratio", in.CPUShare, "")
	if mb, ok := in.RequestMB.Get(); ok { // perhaps the memory of a template
		f["request_memory"] = strconv.FormatInt(mb, 10)
	}
	v.count("environments_min", "environments_min", in.Min)
	v.count("environments_max", "environments_max", in.Max)
	v.text("instance", "instance", in.Instance)
	v.count("instance_vcpu", "instance_vcpu", in.InstanceVCPU)
	v.count("instance_memory", "instance_memory_mb", in.InstanceMB)
	v.number("instance_price", "instance_usd_hour", in.InstanceUSD, "")
	v.count("zones", "zones", in.Zones)
	v.number("discount", "discount_ratio", in.Discount, "")
	v.count("memory_per_vcpu", "memory_per_vcpu_gb", in.MemoryPerVCPU)
}

// given writes the values that the user set in a part of the inputs, under their profile keys.
type given struct {
	origin document.Origin
	to     map[string]any
}

// is reports whether the user set the value of a key of the inputs.
func (g given) is(echo string) bool {
	origin := g.origin.Of(echo)
	return origin != "" && origin != document.OriginDefault
}

func (g given) text(key, echo, text string) {
	if g.is(echo) && text != "" {
		g.to[key] = text
	}
}

func (g given) number(key, echo string, x calc.Optional[float64], unit string) {
	if x, ok := x.Get(); ok {
		g.text(key, echo, decimal(x)+unit)
	}
}

func (g given) count(key, echo string, n calc.Optional[int64]) {
	if n, ok := n.Get(); ok {
		g.text(key, echo, strconv.FormatInt(n, 10))
	}
}

// decimal writes a number with all its digits and without an exponent.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
