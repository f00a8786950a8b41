package input

import (
	"fmt"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// chooseDurations chooses, for each function, between the duration of an invocation and the active time of a durable
// execution, which are two ways to say how long a request keeps an environment busy: the one that takes precedence
// counts. If neither does, that is a fault.
func (in *Input) chooseDurations() {
	for i := range in.profile.Functions {
		values := &in.profile.Functions[i].Values
		duration, active := values.Of(setting.DurationKey), values.Of(setting.ActiveKey)
		switch {
		case !duration.Given() || !active.Given():
		case duration.Origin > active.Origin:
			values.Delete(setting.ActiveKey)
		case duration.Origin < active.Origin:
			values.Delete(setting.DurationKey)
		default:
			in.faults = append(in.faults, active.Fault(fmt.Errorf("stands beside %s; expected one of them: active counts "+
				"the parts of a durable execution that do not wait", setting.DurationKey)))
			in.unread = true // of the two, neither counts
		}
	}
}

// durationOf returns how long a request keeps an environment busy: the duration, or else the active time.
func durationOf(values *setting.Values) setting.Value {
	if v := values.Of(setting.DurationKey); v.Given() {
		return v
	}
	return values.Of(setting.ActiveKey)
}
