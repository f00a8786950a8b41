package input

import (
	"errors"
	"strconv"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// busy turns the environments in use, of --concurrency for the function that the flags describe and of the key for
// others, into what is missing of the rate and the mean duration:
//
//	concurrency = rate x duration
//
// Alone it is that many requests of one second each, and a finding says that the rate is not known.
//
// index is that of the function that the flags describe; -1 if there is none.
func (in *Input) busy(index int) {
	for i := range in.profile.Functions {
		values := &in.profile.Functions[i].Values
		v := values.Of(setting.BusyKey)
		if given := in.chosen[setting.BusyFlag]; given.Given() && i == index {
			v = given
		}
		values.Delete(setting.BusyKey)
		if v.Given() {
			in.busyOf(values, v)
		}
	}
}

// busyOf turns the environments in use into what is missing of a function's rate and duration.
func (in *Input) busyOf(values *setting.Values, v setting.Value) {
	fail := func(err error) {
		in.faults = append(in.faults, v.Fault(err))
		in.unread = true // that there is no rate is only a consequence
	}
	environments, err := quantity.ParseCount(v.Text)
	if err != nil {
		fail(err)
		return
	}
	rps, duration := values.Of(setting.RPSKey), durationOf(values)
	known := v
	switch { // what takes precedence over a file counts
	case rps.Origin < v.Origin && duration.Origin >= v.Origin:
		rps = setting.Value{}
	case duration.Origin < v.Origin && rps.Origin >= v.Origin:
		duration = setting.Value{}
	}
	switch {
	case values.Of(setting.ScheduleKey).Given() || rps.Given() && (duration.Given() || !setting.IsOneRate(rps)):
		fail(errors.New("the rate and the duration are known without it; expected only one of them beside it"))
		return
	case duration.Given():
		ms, err := quantity.ParseDuration(duration.Text)
		if err != nil {
			in.unread = true // the value is a fault already
			return
		}
		known.Key, known.Text = setting.RPSKey, exact(float64(environments)/ms*1000)
	case rps.Given():
		perSecond, err := quantity.ParseRate(rps.Text)
		if err != nil {
			in.unread = true
			return
		}
		if perSecond == 0 || environments == 0 {
			fail(errors.New("no duration follows from 0; expected --duration"))
			return
		}
		known.Key, known.Text = setting.DurationKey, exact(float64(environments)/perSecond*1000)+"ms"
	default: // an environment stands for one request of a second, so that the concurrency alone counts
		in.rateless[values] = true
		second := known
		second.Key, second.Text = setting.DurationKey, "1s"
		values.Set(second)
		known.Key = setting.RPSKey
	}
	values.Set(known)
}

// exact writes a number with all its digits.
func exact(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
