package awscli

import (
	"slices"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readScaling reads the responses of Application Auto Scaling. Targets come first, because policies belong to them.
func (a *answer) readScaling() {
	targets := map[string]int{} // indexes into Deployment.Targets, by function and qualifier
	for item, fields := range a.entries("ScalableTargets", "") {
		if f, qualifier := a.scaled(item, fields); f != nil {
			targets[f.Name+":"+qualifier] = len(f.Deployment.Targets)
			state := fields["SuspendedState"]
			suspended := record.Suspended(state.Get("DynamicScalingOutSuspended").Scalar(),
				state.Get("DynamicScalingInSuspended").Scalar(), state.Get("ScheduledScalingSuspended").Scalar())
			a.addTarget(f, check.ScalableTarget{Qualifier: qualifier, Place: item.Place(), Suspended: suspended}, fields)
		}
	}
	for item, fields := range a.entries("ScalingPolicies", "") {
		f, qualifier := a.scaled(item, fields)
		if f == nil {
			continue
		}
		tracking, ok := a.tracking(f, fields["TargetTrackingScalingPolicyConfiguration"].Fields())
		if !ok {
			continue
		}
		at, known := targets[f.Name+":"+qualifier]
		if !known { // the target is in another response
			at = len(f.Deployment.Targets)
			targets[f.Name+":"+qualifier] = at
			f.AddTarget(check.ScalableTarget{Qualifier: qualifier, Place: item.Place()})
		}
		t := &f.Deployment.Targets[at]
		t.Tracking = append(t.Tracking, tracking)
	}
	for item, fields := range a.entries("ScheduledActions", "") {
		if f, qualifier := a.scaled(item, fields); f != nil {
			t := check.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: item.Place(), Timing: check.Timing{
				Schedule: fields["Schedule"].Scalar(), Zone: fields["Timezone"].Scalar(),
				From: fields["StartTime"].Scalar(), To: fields["EndTime"].Scalar(),
			}}
			a.addTarget(f, t, fields["ScalableTargetAction"].Fields())
		}
	}
}

// addTarget adds a scalable target, or a scheduled action on one, with its capacity.
func (a *answer) addTarget(f *record.Function, t check.ScalableTarget, capacity map[string]tree.Node) {
	const least, most = "MinCapacity", "MaxCapacity"
	t.Min = a.r.Capacity(f, least, capacity[least], capacity[least].Place())
	t.Max = a.r.Capacity(f, most, capacity[most], capacity[most].Place())
	f.AddTarget(t)
}

// scaled returns the function that a target, a policy or an action scales, and its version or alias. The function is
// nil if something else is scaled, such as a table.
func (a *answer) scaled(item tree.Node, fields map[string]tree.Node) (f *record.Function, qualifier string) {
	id, dimension := fields["ResourceId"].Scalar(), fields["ScalableDimension"].Scalar()
	name, qualifier, ours := record.SplitResource(id)
	if !ours && fields["ServiceNamespace"].Scalar() != record.ScalableService &&
		dimension != record.ScalableDimension {
		return nil, ""
	}
	if wrong := record.Misdirected(id, dimension, item.Place()); wrong != nil {
		var f *record.Function
		if name := record.ScaledName(id); name != "" {
			f = a.function(name, item.Place())
		} else {
			f = a.r.Unowned(record.DefaultName, item.Place())
		}
		f.Deployment.Misdirected = append(f.Deployment.Misdirected, *wrong)
		return nil, ""
	}
	return a.function(name, item.Place()), qualifier
}

// tracking reads a target tracking policy. Other policies and other metrics do not concern utilization.
func (a *answer) tracking(f *record.Function, config map[string]tree.Node) (check.Tracking, bool) {
	const key = "TargetValue"
	n, custom := config[key], config["CustomizedMetricSpecification"]
	if !n.HasValue() || custom.HasValue() && custom.Get("MetricName").Scalar() != record.UtilizationMetric {
		return check.Tracking{}, false
	}
	target, ok := a.r.Ratio(f, key, n.Written(), n.Place())
	t := check.Tracking{Target: target, Place: n.Place()}
	record.Refine(&t, custom.Get("Statistic").Scalar(), config["ScaleOutCooldown"].Scalar(),
		config["ScaleInCooldown"].Scalar(), config["DisableScaleIn"].Scalar())
	return t, ok
}

// readActivities reads how long it took to scale out: from the request until the units were usable.
func (a *answer) readActivities() {
	type activity struct {
		f       *record.Function
		units   int64
		start   time.Time
		seconds float64
		high    bool // the cause is the alarm for scaling out
	}
	var list []activity
	for item, fields := range a.entries("ScalingActivities", "") {
		f, _ := a.scaled(item, fields)
		if f == nil {
			continue
		}
		start, ok := record.Time(fields["StartTime"].Scalar())
		end, ok2 := record.Time(fields["EndTime"].Scalar())
		switch fields["StatusCode"].Scalar() {
		case "Failed", "Unfulfilled", "Overridden": // it brought no units
			continue
		case "Successful":
		default:
			ok = false
		}
		if !ok || !ok2 || end.Before(start) {
			f.Deployment.Unmeasured++
			continue
		}
		_, desired, _ := strings.Cut(strings.TrimSuffix(fields["Description"].Scalar(), "."), " concurrency to ")
		units, _ := record.WholeNumber(desired)
		high := strings.Contains(fields["Cause"].Scalar(), "AlarmHigh")
		list = append(list, activity{f, units, start, end.Sub(start).Seconds(), high})
	}
	slices.SortStableFunc(list, func(x, y activity) int { return x.start.Compare(y.start) })
	before := map[*record.Function]int64{}
	for _, x := range list {
		if was, known := before[x.f]; x.high || known && x.units > was {
			x.f.Deployment.AllocationsS = append(x.f.Deployment.AllocationsS, x.seconds)
		}
		before[x.f] = x.units
	}
}
