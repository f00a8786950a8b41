package terraform

import (
	"cmp"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A pastFunction holds the settings of a function before the change.
type pastFunction struct {
	name        string
	declared    bool
	deleted     bool
	address     tree.Node // of a resource that refers to it
	reserved    calc.Optional[int64]
	queues      []string
	allocations []check.Allocation
	targets     []check.ScalableTarget
}

// claim returns what the function claimed before the change.
func (past *pastFunction) claim() check.Claim {
	d := check.Deployment{Allocations: past.allocations, Targets: past.targets}
	return check.Claim{Reserved: past.reserved, Provisioned: d.Provisioned(), Partial: !past.declared}
}

// readChange reads an entry of resource_changes: the settings before the change, and which settings are
// known only after apply.
func (p *plan) readChange(w *tree.Walk) {
	h := readHead(w, "change")
	if h.of == nil {
		return
	}
	var created, deleted, forgotten, createdFirst bool
	var before, unknown tree.Node
	w = h.member.Walk()
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "actions":
			for range w.Items() {
				action := string(w.Value().Bytes())
				createdFirst = createdFirst || created && action == "delete"
				created = created || action == "create"
				deleted = deleted || action == "delete"
				forgotten = forgotten || action == "forget"
			}
		case "before":
			before = w.Value()
		case "after_unknown":
			unknown = w.Value()
		}
	}
	existed := before.Kind() == tree.Mapping
	if res := p.addresses[string(h.address.Bytes())]; res != nil && res.of == h.of {
		res.unknown = h.of.read(unknown)
		res.listed = true
		res.changed = existed || created
	}
	// A forgotten resource keeps its settings, and is managed elsewhere from now on.
	if !existed || forgotten {
		return
	}
	c := change{h.address, h.of, h.of.read(before)}
	if h.of == lambdaFunction {
		p.recordPast(c, deleted && !createdFirst) // with create_before_destroy, both exist for a while
	} else {
		p.pending = append(p.pending, c)
	}
}

// recordPast records the settings of a resource before the change.
func (p *plan) recordPast(c change, deleted bool) {
	of := func(setting string) string { return c.of.value(p.doc, c.values, setting).Scalar() }
	region := record.RegionOf(of("region"), cmp.Or(of("arn"), of("function_name")))
	name, _ := record.SplitName(of("function_name"))
	if id := of("resource_id"); id != "" {
		name, _, _ = record.SplitResource(id)
	}
	if p.isOtherRegion(region) || region == "" && p.inOtherRegion[name] {
		if c.of == lambdaFunction && p.isOtherRegion(region) {
			p.inOtherRegion[name] = true
		}
		return
	}
	switch c.of {
	case lambdaFunction:
		past := p.pastOf(name, c.address)
		if past == nil || past.declared {
			return
		}
		past.declared, past.deleted = true, deleted
		if units, ok := record.WholeNumber(of(reservedAttribute)); ok && units >= 0 {
			past.reserved = calc.Some(units)
		}
	case provisionedConfig:
		units, ok := record.WholeNumber(of("provisioned_concurrent_executions"))
		if past := p.pastOf(name, c.address); past != nil && ok {
			past.allocations = append(past.allocations,
				check.Allocation{Qualifier: of("qualifier"), Units: calc.Some(units)})
		}
	case sourceMapping:
		if past := p.pastOf(name, c.address); past != nil {
			past.queues = append(past.queues, record.PolledName(of("event_source_arn")))
		}
	case scalingTarget:
		_, qualifier, _ := record.SplitResource(of("resource_id"))
		units, ok := record.WholeNumber(of("min_capacity"))
		ours := of("service_namespace") == record.ScalableService || of("scalable_dimension") == record.ScalableDimension
		if past := p.pastOf(name, c.address); past != nil && ok && ours {
			past.targets = append(past.targets, check.ScalableTarget{Qualifier: qualifier, Min: calc.Some(units)})
		}
	}
}

// pastOf returns the past settings of a function, or nil if the name is empty. address is that of a
// resource that refers to the function.
func (p *plan) pastOf(name string, address tree.Node) *pastFunction {
	if name == "" {
		return nil
	}
	past := p.past[name]
	if past == nil {
		past = &pastFunction{name: name, address: address}
		p.past[name] = past
		p.pastOrder = append(p.pastOrder, past)
	}
	return past
}

// recordClaims records what functions claimed before the change, and how much of that the plan removes.
func (p *plan) recordClaims() {
	gone := func(past *pastFunction) bool { return past.deleted && !p.declares(past.name) }
	for _, past := range p.pastOrder {
		if !gone(past) {
			p.recordRemovals(past)
		}
	}
	for _, res := range p.resources {
		if !res.listed && (res.of == provisionedConfig || res.of == scalingTarget) {
			p.recordPast(change{of: res.of, values: res.values}, false) // unchanged
		}
	}
	for _, res := range p.resources {
		if res.of != lambdaFunction || !res.changed {
			continue
		}
		var claim check.Claim
		if past := p.past[res.name]; past != nil {
			claim = past.claim()
		}
		p.Find(res.name).Deployment.Current = calc.Some(claim)
	}
	for _, past := range p.pastOrder {
		if gone(past) {
			p.Gone = append(p.Gone, record.Gone{Name: past.name, Claimed: past.claim()})
		} else if f := p.Find(past.name); f != nil && !f.Declared && len(past.allocations)+len(past.targets) > 0 {
			f.Deployment.Current = calc.Some(past.claim())
		}
	}
}

// recordRemovals records which provisioned concurrency of a function the plan removes, because AWS CLI responses may
// still show it. The plan need not declare the function.
func (p *plan) recordRemovals(past *pastFunction) {
	if len(past.allocations)+len(past.targets)+len(past.queues) == 0 {
		return
	}
	f := p.Find(past.name)
	if f == nil {
		f = p.Function(past.name, past.address.Place())
	}
	f.Queues = append(f.Queues, past.queues...)
	fixed := f.Deployment.Fixed()
	for _, a := range past.allocations {
		if a.Qualifier != "" && !fixed[a.Qualifier] {
			f.Unprovisioned = append(f.Unprovisioned, a.Qualifier)
		}
	}
	for _, t := range past.targets {
		if !f.HasTarget(t.Qualifier) {
			f.Unscaled = append(f.Unscaled, t.Qualifier)
		}
	}
}
