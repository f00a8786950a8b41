package serverless

import (
	"cmp"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// provisionedAlias is the alias that the framework creates for provisioned concurrency.
const provisionedAlias = "provisioned"

// readProvisioned reads the provisioned concurrency, and reports whether there is any. The framework publishes a
// version for it and creates an alias of that version.
func (s *service) readProvisioned(f *record.Function, id string, own setting) bool {
	what, alias := "provisionedConcurrency", provisionedAlias
	v, outer := s.getScalar(own, what), s.get(own, what)
	inner := s.getScalar(outer, "executions")
	if inner.missing != nil || inner.node.Exists() { // version 4 syntax
		if name := s.getScalar(outer, "alias"); !s.isKnown(f, "alias", name) || name.node.Scalar() != "" {
			alias = name.node.Scalar()
		}
		what, v = "executions", inner
	}
	known := s.isKnown(f, what, v)
	number, isWhole := record.WholeNumber(v.node.Scalar())
	switch {
	case !known:
		f.AddAllocation(check.Allocation{Qualifier: alias, Possible: true, Place: v.place}) // may be 0, which means none
	case v.isEmpty() || v.isFalse() || isWhole && number == 0:
		if v.node.Exists() {
			f.Unprovisioned = []string{alias}
		}
		return false
	default:
		f.Allocate(alias, v.node.Written(), v.place)
	}
	if alias != "" {
		f.AddAlias(alias, record.Published(id), v.place)
	}
	return !known || isWhole && number > 0
}

// The defaults of the scaling plugin.
const (
	scalingMinimum = 1
	scalingMaximum = 10
	scalingUsage   = 0.75
)

// units is a number of units; absent if unknown or not given.
type units = calc.Optional[int64]

// scalingKey is the key for the scaling plugin's settings.
const scalingKey = "concurrencyAutoscaling"

// readScaling reads the settings of the scaling plugin. The plugin ignores functions without provisioned
// concurrency, and settings that are not enabled.
func (s *service) readScaling(f *record.Function, own setting) {
	config := s.get(own, scalingKey)
	if !s.isKnown(f, scalingKey, config) {
		return
	}
	enabled := config
	if config.node.Kind() == tree.Mapping {
		enabled = s.get(config, "enabled")
	}
	alias := s.getScalar(config, "alias")
	if !s.isKnown(f, "enabled", enabled) || !s.isKnown(f, "alias", alias) {
		return
	}
	qualifier := cmp.Or(alias.node.Scalar(), provisionedAlias)
	if enabled.node.Scalar() != "true" {
		if config.isFalse() || enabled.isFalse() {
			f.Unscaled = []string{qualifier}
		}
		return
	}
	s.readTarget(f, config, qualifier, s.placeOfScaling(own, config))
	actions := s.get(config, "scheduledActions")
	s.isKnown(f, "scheduledActions", actions)
	for scheduled := range s.items(actions) {
		action := s.get(scheduled, "action")
		text := func(key string) string { return s.getScalar(scheduled, key).node.Scalar() }
		if s.isKnown(f, "scheduledActions", scheduled) && s.isKnown(f, "action", action) {
			f.AddTarget(check.ScalableTarget{Qualifier: qualifier, Scheduled: true, Place: scheduled.place,
				Timing: check.Timing{Schedule: text("schedule"), Zone: text("timezone"),
					From: text("startTime"), To: text("endTime")},
				Min: s.capacity(f, action, "minimum", units{}),
				Max: s.capacity(f, action, "maximum", units{})})
		}
	}
}

// placeOfScaling returns the place to show for the scalable target: that of the key, or of the variable
// that leads to it.
func (s *service) placeOfScaling(own, config setting) check.Place {
	place := config.place
	if !config.byVariable {
		for _, m := range own.node.Members() {
			if m.Key.Scalar() == scalingKey {
				place = m.Key.Place()
			}
		}
	}
	return place
}

// readTarget reads the scalable target and its target tracking.
func (s *service) readTarget(f *record.Function, config setting, qualifier string, place check.Place) {
	target := check.ScalableTarget{Qualifier: qualifier, Place: place,
		Min: s.capacity(f, config, "minimum", calc.Some[int64](scalingMinimum)),
		Max: s.capacity(f, config, "maximum", calc.Some[int64](scalingMaximum))}
	text := func(in setting, key string) string { return s.getScalar(in, key).node.Scalar() }
	track := func(ratio float64, place check.Place) {
		t := check.Tracking{Target: ratio, Place: place}
		record.Refine(&t, text(s.get(config, "customMetric"), "statistic"), text(config, "scaleOutCooldown"),
			text(config, "scaleInCooldown"), "")
		target.Tracking = []check.Tracking{t}
	}
	switch usage := s.getScalar(config, "usage"); {
	case !s.isKnown(f, "usage", usage):
	case !usage.node.HasValue():
		track(scalingUsage, place)
	default:
		if ratio, ok := s.r.Ratio(f, "usage", usage.node.Written(), usage.place); ok {
			track(ratio, usage.place)
		}
	}
	f.AddTarget(target)
}

// capacity reads the minimum or maximum capacity.
func (s *service) capacity(f *record.Function, in setting, key string, initial units) units {
	v := s.getScalar(in, key)
	switch known := s.isKnown(f, key, v); {
	case !known:
		return units{}
	case !v.node.HasValue():
		return initial
	}
	return s.r.Capacity(f, key, v.node, v.place)
}
