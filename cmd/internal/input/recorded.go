package input

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/profile"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
	"github.com/lambdacap/lambdacap/format/document"
)

// Recorded reports whether a plan is for recorded traffic.
func (in *Input) Recorded() bool { return in.recorded }

// readRecorded reads the traffic that a plan is for, if there is any.
func (in *Input) readRecorded() {
	v := in.chosen[setting.TrafficKey]
	paths := in.listedTraffic()
	if v.Given() {
		paths = v.Items()
	}
	if len(paths) == 0 {
		in.rejectTrafficFlags()
		return
	}
	in.recorded = true
	in.rejectRates()
	for _, path := range in.readTraffic(paths) {
		if v.Given() && files.IsFolder(path) {
			continue // see trafficFolders
		}
		in.Fault("--%s: %s has settings and no traffic; expected it as in lambdacap plan %s", setting.TrafficKey, path, path)
		in.unread = true
	}
}

// trafficFolders returns the folders among the files with traffic that have settings, too.
func (in *Input) trafficFolders() (settings []string) {
	v := in.chosen[setting.TrafficKey]
	if !v.Given() {
		return nil
	}
	for _, path := range v.Items() {
		if !files.IsFolder(path) {
			continue
		}
		found, has, _ := traffic.Folder(path, traffic.Options{ProfileKeys: profile.Keys()}) // reading it says what is wrong
		for _, file := range found {
			in.readsFile(file)
		}
		if has {
			in.noteSettings(path, len(found) > 0)
			settings = append(settings, path)
		}
	}
	return settings
}

// rejectRates rejects flags that say what the traffic says, and those that do not go with it.
func (in *Input) rejectRates() {
	var rates, others []string
	for _, flag := range []string{
		setting.RPSKey, setting.ScheduleKey, "average-rps", setting.BusyFlag, setting.SweepKey, setting.BaselineFlag,
	} {
		switch v := in.chosen[flag]; {
		case !v.Given():
		case flag == setting.SweepKey || flag == setting.BaselineFlag:
			others = append(others, v.Path)
		default:
			rates = append(rates, v.Path)
		}
	}
	if len(rates) > 0 {
		in.Fault("%s: the traffic has the rate; expected a rate or --%s, not both", suggest.All(rates), setting.TrafficKey)
	}
	if len(others) > 0 {
		in.Fault("%s: is for plans without --%s only", suggest.All(others), setting.TrafficKey)
	}
}

// rejectTrafficFlags rejects flags that say how to read traffic, or how to plan for it, where there is none.
func (in *Input) rejectTrafficFlags() {
	var paths []string
	for _, s := range setting.All() {
		if v := in.chosen[s.Flag]; s.Part.Has(setting.Records) && s.Part != 0 && v.Origin == setting.Flag && v.Given() &&
			!s.Part.Has(setting.Loads|setting.Details|setting.Sizes) {
			paths = append(paths, v.Path)
		}
	}
	if len(paths) > 0 {
		in.Fault("%s: only for recorded traffic; expected with --%s FILE", suggest.All(paths), setting.TrafficKey)
	}
}

// WayOptions returns how to size for recorded traffic. Progress is shown until erase is called.
func (in *Input) WayOptions(r Replay) (w replay.WayOptions, erase func()) {
	w = in.ways(in.Asked.Sizing)
	w.Steady = in.Asked.Steady
	if share, ok := w.Target(); ok {
		w.TargetSpillover = calc.Some(share)
	}
	in.Echo.Plan = &document.InputPlan{Sizing: w.Sizing, Steady: calc.Some(w.Steady)}
	in.Echo.Plan.Origin = in.Origin(document.InputPlan{})
	erase = in.showSizing(&w, r)
	return w, erase
}

// ways returns how to size for recorded traffic, with what is known about the functions and the account.
func (in *Input) ways(sizing calc.Sizing) replay.WayOptions {
	w := replay.WayOptions{Sizing: sizing}
	for i := range in.Account.Functions {
		w.Delays = append(w.Delays, in.delays(i))
	}
	if !in.values.Of(setting.SegmentsKey).Given() {
		w.Segments = replay.DefaultSegments
	}
	if name := in.Account.TimeZone; name != "" {
		zone, err := setting.Zone(name)
		if err != nil {
			in.Fault("%s: %v", in.values.Of(setting.TimeZoneKey).Label(), err)
		}
		w.Zone = zone
	}
	return w
}
