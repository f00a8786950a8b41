package input

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format/document"
)

// policy returns what changes the provisioned concurrency of a function: what is given, or else what files say; nil if
// nothing does. hasTraffic says whether the function has requests.
func (in *Input) policy(i int, hasTraffic bool) *scaling.Policy {
	own, values := &in.Scaling[i], in.profile.Functions[i].Values
	if own.Levels != nil {
		in.rejectBesideLevels(i)
		return &scaling.Policy{Levels: own.Levels}
	}
	p := &scaling.Policy{Units: scaling.Unset, Delays: in.delays(i)}
	tracking, tracked := own.Tracking.Get()
	p.Tracking, p.Actions = tracking, own.Actions
	given, complete := tracked || own.Actions != nil, tracked && own.Actions != nil
	if !complete && !in.deployed(i, p, tracked, hasTraffic) && !given {
		return nil
	}
	if v := values.Of(setting.ProvisionedKey); v.Given() {
		p.Units = in.Account.Functions[i].Provisioned
	} else if !tracked && p.Tracking.Max == 0 && p.Units == scaling.Unset {
		p.Units = in.Account.Functions[i].Provisioned // only actions, which need not set a minimum
	}
	if !p.Tracking.Tracks() && p.Actions == nil {
		return nil
	}
	return p
}

// rejectBesideLevels rejects auto scaling that is given beside levels of the day.
func (in *Input) rejectBesideLevels(i int) {
	values := in.profile.Functions[i].Values
	for _, key := range []string{setting.AutoscaleFlag, setting.ScheduledFlag} {
		if v := values.Of(key); v.Given() {
			in.Fault("%s: stands beside %s, which replaces it; expected one of them", v.Label(),
				values.Of(setting.LevelsFlag).Label())
		}
	}
}

// delays returns how long changes of a function take.
func (in *Input) delays(i int) scaling.Delays {
	d := scaling.DefaultDelays()
	if seconds, ok := in.Asked.AlarmDelayS.Get(); ok {
		d.AlarmS, d.AlarmAssumed = seconds, false
	}
	if f := &in.Account.Functions[i]; f.Deployment != nil {
		d.Unmeasured = f.Deployment.Unmeasured
		if times := f.Deployment.AllocationsS; len(times) > 0 {
			d.Measure(times)
		}
	}
	if seconds, ok := in.Asked.AllocationDelayS.Get(); ok {
		d.Give(seconds)
	}
	return d
}

// deployed adds to a policy what files say about the version or alias that is scaled. The target itself is left as it
// is if it is given, and so are the actions. It reports whether that can be followed.
func (in *Input) deployed(i int, p *scaling.Policy, tracked, hasTraffic bool) bool {
	d := in.Account.Functions[i].Deployment
	if d == nil {
		return true
	}
	if !tracked && hasTraffic {
		in.noteUnbounded(d)
	}
	scaled := scaledQualifiers(d, tracked, p.Actions != nil)
	if len(scaled) == 0 {
		return true
	}
	if len(scaled) > 1 {
		if hasTraffic {
			in.rejectSeveral(i, scaled, tracked)
		}
		return false
	}
	qualifier := scaled[0].Qualifier
	if target := base(d, qualifier); target != nil && !tracked && target.Max.Or(0) > 0 {
		p.Tracking = trackingOf(target)
		p.Suspended.In, p.Suspended.Out = target.Suspended.In, target.Suspended.Out
		for _, a := range d.Allocations {
			if a.Qualifier == qualifier && a.Units.Known() {
				p.Units = a.Units.Or(0)
			}
		}
	}
	if p.Actions != nil {
		return true
	}
	for k := range d.Targets {
		if t := &d.Targets[k]; t.Scheduled && t.Qualifier == qualifier {
			if a, ok := in.action(t); ok {
				p.Actions = append(p.Actions, a)
			}
		}
	}
	if target := base(d, qualifier); target != nil {
		p.Suspended.Scheduled = target.Suspended.Scheduled
	}
	return true
}

// noteUnbounded notes target tracking whose scalable target is in no file.
func (in *Input) noteUnbounded(d *check.Deployment) {
	for k := range d.Targets {
		if t := &d.Targets[k]; len(t.Tracking) > 0 && !t.Max.Known() {
			in.note("%s: target tracking is not followed, since the minimum and the maximum are not known; expected the "+
				"answer of aws application-autoscaling describe-scalable-targets, too", t.Place)
		}
	}
}

// base returns the scalable target of a version or alias; nil if no file has it.
func base(d *check.Deployment, qualifier string) *check.ScalableTarget {
	for k := range d.Targets {
		if t := &d.Targets[k]; !t.Scheduled && t.Qualifier == qualifier {
			return t
		}
	}
	return nil
}

// scaledQualifiers returns a target or an action of each version or alias that is scaled. Targets count unless target
// tracking is given, and actions unless they are.
func scaledQualifiers(d *check.Deployment, tracked, scheduled bool) (scaled []*check.ScalableTarget) {
	for k := range d.Targets {
		t := &d.Targets[k]
		counts := !tracked && t.Max.Or(0) > 0
		if t.Scheduled {
			counts = !scheduled
		}
		same := func(x *check.ScalableTarget) bool { return x.Qualifier == t.Qualifier }
		if counts && !slices.ContainsFunc(scaled, same) {
			scaled = append(scaled, t)
		}
	}
	return scaled
}

// rejectSeveral rejects several versions or aliases of a function that are scaled: nothing says which requests are for
// which of them.
func (in *Input) rejectSeveral(i int, scaled []*check.ScalableTarget, tracked bool) {
	var names []string
	for _, t := range scaled[:min(len(scaled), 5)] {
		names = append(names, fmt.Sprintf("%s (%s)", cmp.Or(t.Qualifier, "a version or alias"), t.Place))
	}
	if more := len(scaled) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	flag := setting.AutoscaleFlag
	if tracked {
		flag = setting.ScheduledFlag
	}
	in.Fault("function %q: %s are scaled separately, and the traffic does not say which requests are for "+
		"which; expected --%s, or %s in a profile, for the one that is meant",
		in.Account.Functions[i].Name, suggest.All(names), flag, flag)
}

// trackingOf returns the target tracking of a scalable target. Of several policies, the one with the lowest target
// scales out first.
func trackingOf(target *check.ScalableTarget) scaling.Tracking {
	t := scaling.NewTracking()
	t.Min, t.Max = target.Min.Or(0), target.Max.Or(0)
	for _, x := range target.Tracking {
		if t.Target != 0 && x.Target >= t.Target {
			continue
		}
		t.Target, t.NoScaleIn = x.Target, x.NoScaleIn
		t.OutCooldownS, t.InCooldownS = x.OutCooldownS, x.InCooldownS
		if x.Statistic != "" {
			t.Statistic = x.Statistic
		}
	}
	return t
}

// action returns a scheduled action of a file. One that cannot be read is a fault.
func (in *Input) action(t *check.ScalableTarget) (a scaling.Action, ok bool) {
	fail := func(what string, err error) (scaling.Action, bool) {
		in.Fault("%s: %s: %v", t.Place, what, err)
		return a, false
	}
	if t.Timing.Schedule == "" { // an unknown value, which is a finding
		return a, false
	}
	var err error
	if a.Schedule, err = scaling.ParseSchedule(t.Timing.Schedule); err != nil {
		return fail("the schedule", err)
	}
	if name := t.Timing.Zone; name != "" && !strings.EqualFold(name, "UTC") {
		if a.Zone, err = setting.Zone(name); err != nil {
			return fail("the time zone", err)
		}
	}
	for _, limit := range []struct {
		what, text string
		into       *int64
	}{{"the start", t.Timing.From, &a.From}, {"the end", t.Timing.To, &a.To}} {
		if limit.text == "" {
			continue
		}
		at, ok := record.Time(limit.text)
		if !ok {
			return fail(limit.what, fmt.Errorf("%q is not a time; expected such as 2026-11-24T08:55:00Z", limit.text))
		}
		*limit.into = at.Unix()
	}
	a.Min, a.Max = t.Min.Or(scaling.Unset), t.Max.Or(scaling.Unset)
	return a, true
}

// echoScaling echoes what changes the provisioned concurrency of functions.
func (in *Input) echoScaling(policies []*scaling.Policy) {
	echo := in.Echo.Replay
	echo.AlarmDelayS = in.Asked.AlarmDelayS.Or(scaling.DefaultDelays().AlarmS)
	echo.AllocationDelayS = in.Asked.AllocationDelayS
	echo.Scaling = []document.InputScaling{}
	origin := newFunctionOrigin(document.InputScaling{})
	for i, p := range policies {
		if p != nil {
			f := &in.Account.Functions[i]
			echo.Scaling = append(echo.Scaling,
				document.NewInputScaling(f.Name, *p, origin.of(f, in.profile.Functions[i].Values)))
		}
	}
}

// rejectUndated rejects scheduled actions beside traffic that has no dates.
func (in *Input) rejectUndated(policies []*scaling.Policy, traces []*series.Trace) {
	for _, t := range traces {
		if t.Dated {
			return
		}
	}
	for i, p := range policies {
		if p != nil && len(p.Actions) > 0 {
			in.Fault("function %q: the traffic has no dates, so it is not known when a scheduled action runs; expected --%s",
				in.Account.Functions[i].Name, setting.LevelsFlag)
			return
		}
	}
}
