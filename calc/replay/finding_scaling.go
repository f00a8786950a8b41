package replay

import (
	"fmt"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// scalingFindings returns what a reader should know about how the provisioned concurrency changes.
func (s *Setting) scalingFindings(rows []Function) (found []calc.Finding) {
	assumed := ""
	for i, f := range s.followed {
		if f == nil || f.policy.Levels != nil {
			continue
		}
		name := rows[i].Name
		add := func(r rule.Rule, message string) {
			if message != "" {
				found = append(found, calc.NewFinding(r, calc.Some(name), message))
			}
		}
		for _, k := range f.course.Refused {
			a := &f.policy.Actions[k]
			add(rule.MinOverMax, "the scheduled action "+a.String()+" would leave the minimum above the maximum: AWS "+
				"refuses it, and the replay leaves it out")
		}
		add(rule.ScalingSuspended, f.suspended())
		if f.policy.Tracking.Tracks() && !f.policy.Suspended.Out {
			if blind := f.blind(); blind != "" { // and so it does not help in peaks
				add(rule.TrackingBlind, blind)
			} else {
				add(rule.ShortPeak, f.shortPeaks())
				add(rule.TrackingLate, f.late())
			}
		}
		add(rule.NeverScalesIn, f.idle())
		add(rule.StuckSmall, f.stuck())
		if late := f.course.Late(f.load); late.Times > 0 {
			add(rule.ScheduledLate, fmt.Sprintf("units of scheduled actions come up to %s after the load; until then %s "+
				"spilled (%s)", quantity.FormatTime(late.DelayS), quantity.FormatWholeOf(late.Requests, "request"),
				times(late.Times)))
		}
		if d := f.policy.Delays; d.Measured > 0 {
			from := "as 1 scaling activity took"
			if d.Measured > 1 {
				from = "the median of " + quantity.FormatCount(int64(d.Measured)) + " scaling activities"
			}
			add(rule.DelayMeasured, fmt.Sprintf("more units are usable %s after the request, %s%s",
				quantity.FormatTime(d.AllocationS), from, unmeasured("; ", d.Unmeasured)))
		} else if d.AllocationAssumed && f.allocates() {
			add(rule.DelayAssumed, unmeasured("", d.Unmeasured))
		}
		if assumed == "" {
			assumed = f.assumed()
		}
	}
	if assumed != "" {
		found = append(found, calc.NewFinding(rule.DelayAssumed, calc.Optional[string]{}, "assumed: "+assumed))
	}
	return found
}

// times says how often something happens.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return quantity.FormatCount(int64(n)) + " times"
}

// unmeasured says how many scaling activities say nothing about the delay; empty for none.
func unmeasured(before string, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return before + "1 scaling activity is not finished or has no times, and does not count"
	}
	return before + quantity.FormatCount(int64(n)) + " scaling activities are not finished or have no times, " +
		"and do not count"
}

// suspended says what does not scale because it is suspended.
func (f *followed) suspended() string {
	s, tracks := f.policy.Suspended, f.policy.Tracking.Tracks()
	var what []string
	switch out, in := s.Out && tracks, s.In && tracks; {
	case out && in:
		what = append(what, "target tracking scales neither out nor in")
	case out:
		what = append(what, "target tracking never scales out")
	case in:
		what = append(what, "target tracking never scales in")
	}
	if n := len(f.policy.Actions); s.Scheduled && n > 0 {
		what = append(what, quantity.FormatCountOf(n, "scheduled action")+" never run")
		if n == 1 {
			what[len(what)-1] += "s"
		}
	}
	if len(what) == 0 {
		return ""
	}
	return strings.Join(what, ", and ") + ": suspended (" + strings.Join(s.Keys(), ", ") + ")"
}

// allocates reports whether anything may add units.
func (f *followed) allocates() bool {
	s := f.policy.Suspended
	return f.policy.Tracking.Tracks() && !s.Out || len(f.policy.Actions) > 0 && !s.Scheduled
}

// blind says whether the requests are so short that the utilization never reaches the target.
func (f *followed) blind() string {
	target := f.policy.Tracking.Target
	full := aws.RatePerUnit * f.meanMS / 1000
	if f.meanMS == 0 || full >= target {
		return ""
	}
	return fmt.Sprintf("at %s, provisioned concurrency hits its rate limit at %s utilization, so target tracking at "+
		"%s never scales out, and scales in while requests spill", quantity.FormatDuration(f.meanMS),
		quantity.FormatPercent(full), quantity.FormatPercent(target))
}

// shortPeaks describes the peaks that are over before target tracking brings units.
func (f *followed) shortPeaks() string {
	n, spilled, longest, help := 0, 0.0, 0.0, 0.0
	for _, r := range f.rises {
		if !r.Followed() && !r.Scheduled && r.Units < f.policy.Tracking.Max {
			n++
			spilled += r.Spilled
			longest = math.Max(longest, r.ToS-r.FromS)
			help = math.Max(help, r.HelpS)
		}
	}
	if n == 0 {
		return ""
	}
	text := fmt.Sprintf("target tracking does not help in %s of up to %s, with %s spilled: ",
		quantity.FormatCountOf(n, "peak"), quantity.FormatTime(longest), quantity.FormatWholeOf(spilled, "request"))
	if help == 0 {
		return text + "its alarm needs 3 whole minutes"
	}
	return text + "units come after " + quantity.FormatTime(math.Floor(help))
}

// late describes the rises after which target tracking brings units.
func (f *followed) late() string {
	n, spilled, help, enough := 0, 0.0, 0.0, 0.0
	for _, r := range f.rises {
		if r.Followed() {
			n++
			spilled += r.Spilled
			help, enough = math.Max(help, r.HelpS), math.Max(enough, r.EnoughS)
		}
	}
	if n == 0 {
		return ""
	}
	text := fmt.Sprintf("target tracking reacts %s after the load rises (%s)", quantity.FormatTime(math.Floor(help)),
		times(n))
	if math.Floor(enough) > math.Floor(help) {
		text += " and catches up after as much as " + quantity.FormatTime(math.Floor(enough))
	}
	return text + ", with " + quantity.FormatWholeOf(spilled, "request") + " spilled until then"
}

// idle describes the longest time in which units stay because minutes have no requests.
func (f *followed) idle() string {
	q := f.course.Idle
	if q.Seconds() == 0 {
		return ""
	}
	return fmt.Sprintf("%s units stay for %s in which some minutes have no requests, above the minimum of %s: target "+
		"tracking needs data to scale in", quantity.FormatCount(q.Units), quantity.FormatTime(q.Seconds()),
		quantity.FormatCount(q.Least))
}

// stuck describes the longest time in which units stay because they are so few.
func (f *followed) stuck() string {
	q := f.course.Stuck
	if q.Seconds() == 0 {
		return ""
	}
	return fmt.Sprintf("%s stay for %s at a utilization of %s, above the minimum of %s: with one less it would pass %s",
		quantity.FormatCountOf(int(q.Units), "unit"), quantity.FormatTime(q.Seconds()), quantity.FormatPercent(q.Utilization),
		quantity.FormatCount(q.Least), quantity.FormatPercent(f.policy.Tracking.Target))
}

// assumed says what is assumed and matters: the units at the start, and delays.
func (f *followed) assumed() (text string) {
	d := f.policy.Delays
	if f.policy.Continues && f.policy.Units == scaling.Unset && f.policy.Tracking.Tracks() {
		text = fmt.Sprintf("target tracking starts with %s, as the first step needs, since what came before is left out",
			quantity.FormatCountOf(int(f.course.Start), "unit"))
	}
	var delays string
	if s := f.policy.Suspended; d.AlarmAssumed && f.policy.Tracking.Tracks() && !(s.Out && s.In) {
		delays = "alarms act " + quantity.FormatTime(d.AlarmS) + " after the end of a minute"
	}
	if d.AllocationAssumed && f.allocates() {
		if delays != "" {
			delays += ", and "
		}
		delays += "more units are usable 2 minutes, and 1 minute for every 6,000 of them, after the request"
	}
	if text != "" && delays != "" {
		text += "; "
	}
	return text + delays
}
