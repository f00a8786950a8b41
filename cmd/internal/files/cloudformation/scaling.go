package cloudformation

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// scaled is the function and qualifier that a scalable target scales.
type scaled struct {
	f         *record.Function
	qualifier string
}

// target reads a scalable target for provisioned concurrency.
func (t *template) target(s *resource) {
	id := t.resolve(s.properties["ResourceId"])
	name, qualifier, whole := record.SplitResource(id.text)
	dimension, namespace := t.resolve(s.properties["ScalableDimension"]), t.resolve(s.properties["ServiceNamespace"])
	if dimension.text != record.ScalableDimension && namespace.text != record.ScalableService && !whole {
		return
	}
	wrong := record.Misdirected(scalarText(id), scalarText(dimension), s.key.Place())
	if wrong != nil {
		if name = record.ScaledName(id.text); name != "" {
			f := t.r.Function(name, s.key.Place())
			f.Deployment.Misdirected = append(f.Deployment.Misdirected, *wrong)
			return
		}
	}
	if !whole {
		name, qualifier = id.text, ""
	} else if !record.IsWhole(name) {
		name, whole = t.alike(name)
	}
	var f *record.Function
	if whole {
		f = t.r.Function(name, s.key.Place())
		if !record.IsWhole(qualifier) {
			t.noteQualifier(f, qualifier, id, "ResourceId")
		}
	} else {
		f = t.stranger(s, name, "ResourceId", id.node.Place(), id.missing)
	}
	if wrong != nil {
		f.Deployment.Misdirected = append(f.Deployment.Misdirected, *wrong)
		return
	}
	state := t.resolve(s.properties["SuspendedState"]).node
	added := check.ScalableTarget{Qualifier: qualifier, Place: s.key.Place(), Suspended: record.Suspended(
		t.textOf(state, "DynamicScalingOutSuspended"), t.textOf(state, "DynamicScalingInSuspended"),
		t.textOf(state, "ScheduledScalingSuspended"))}
	if least := s.properties["MinCapacity"]; least.Exists() {
		added.Place = least.Place()
	}
	added.Min = t.capacity(f, s.properties["MinCapacity"], "MinCapacity")
	added.Max = t.capacity(f, s.properties["MaxCapacity"], "MaxCapacity")
	t.targets[s.id] = scaled{f, qualifier}
	f.AddTarget(added)
	for _, action := range t.resolve(s.properties["ScheduledActions"]).node.Items() {
		change := t.resolve(action.Get("ScalableTargetAction")).node
		timing := check.Timing{Schedule: t.textOf(action, "Schedule"), Zone: t.textOf(action, "Timezone"),
			From: t.textOf(action, "StartTime"), To: t.textOf(action, "EndTime")}
		f.AddTarget(check.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: action.Place(), Timing: timing,
			Min: t.capacity(f, change.Get("MinCapacity"), "MinCapacity"),
			Max: t.capacity(f, change.Get("MaxCapacity"), "MaxCapacity")})
	}
}

// scalarText returns the text of a value, or an empty string if it is unknown.
func scalarText(v value) string {
	if v.state != scalar {
		return ""
	}
	return v.text
}

// textOf returns the text under a key of a node, or an empty string if it is unknown.
func (t *template) textOf(n tree.Node, key string) string { return scalarText(t.resolve(n.Get(key))) }

// scaledBy returns what a ResourceId refers to. The function is nil if it is unknown.
func (t *template) scaledBy(id string) scaled {
	name, qualifier, whole := record.SplitResource(id)
	if !whole {
		return scaled{}
	}
	if f := t.strangers[name]; f != nil {
		return scaled{f, qualifier}
	}
	name, _ = t.alike(name)
	return scaled{t.r.Find(name), qualifier}
}

func (t *template) capacity(f *record.Function, n tree.Node, what string) (units calc.Optional[int64]) {
	t.number(f, what, t.resolve(n), func(text string, place check.Place) { units = t.r.Units(f, what, text, place) })
	return units
}

// policy reads target tracking. A policy identifies its target by reference, or by the resource that is scaled.
func (t *template) policy(s *resource) {
	config := t.resolve(s.properties["TargetTrackingScalingPolicyConfiguration"]).node
	if custom := t.resolve(config.Get("CustomizedMetricSpecification")); custom.state == structure &&
		t.resolve(custom.node.Get("MetricName")).text != record.UtilizationMetric {
		return
	}
	to, ok := t.targets[t.resolve(s.properties["ScalingTargetId"]).text]
	if !ok {
		to = t.scaledBy(t.resolve(s.properties["ResourceId"]).text)
	}
	f := to.f
	if f == nil {
		return // the policy is for another service
	}
	target := t.resolve(config.Get("TargetValue"))
	t.number(f, "TargetValue", target, func(text string, place check.Place) {
		if ratio, ok := t.r.Ratio(f, "TargetValue", text, place); ok {
			tracking := check.Tracking{Target: ratio, Place: place}
			record.Refine(&tracking, t.textOf(t.resolve(config.Get("CustomizedMetricSpecification")).node, "Statistic"),
				t.textOf(config, "ScaleOutCooldown"), t.textOf(config, "ScaleInCooldown"), t.textOf(config, "DisableScaleIn"))
			f.Track(to.qualifier, tracking)
		}
	})
}
